"""Licences: which permits a plan needs, in which mode, by when."""
