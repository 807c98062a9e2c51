"""OpenZone: law is rows, a reform is a patch of rows, everything else asks the rows."""

__version__ = "0.1.0"
