"""Data leaving the country: the route that personal and important data take."""
