"""Decision tables over the facts of a case (DMN), joined into one decision by a regime."""
