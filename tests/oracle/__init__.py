"""A second, plain reading of the rules: slow, without indexes, to hold the engine against."""
