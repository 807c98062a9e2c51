"""HTTP: routes over the rooms below, with no rule of law inside, and what serving them takes."""
