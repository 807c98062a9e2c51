"""The command line: a door, no rules inside."""
