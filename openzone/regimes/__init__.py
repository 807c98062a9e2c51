"""What a zone runs: one folder for each regime, with the same names inside."""
