"""What a zone runs: one folder for each regime, with the same names inside."""

from openzone.regimes.asking import Desk, decide

__all__ = ["Desk", "decide"]
