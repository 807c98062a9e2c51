"""Two laws compared: situations, cells that change in them, statements that mean those alone."""
