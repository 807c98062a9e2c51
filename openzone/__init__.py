"""OpenZone: law is rows, a reform is a patch of rows, everything else asks the rows.

`load_book` gives a rulebook; `Desk` answers cases under it. `openzone.regimes.decide` answers one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openzone.regimes.asking import Desk
    from openzone.rulebook.books import load_book

__version__ = "0.1.0"
__all__ = ["Desk", "__version__", "load_book"]

_PLACES = {"Desk": "openzone.regimes.asking", "load_book": "openzone.rulebook.books"}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that `--help` stays fast."""
    if name in _PLACES:
        from importlib import import_module

        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'openzone' has no attribute '{name}'")
