"""What the program costs, measured beside peers and beside SQL written by hand."""
