"""The words an answer about goods may use, and their order."""

from __future__ import annotations

from collections.abc import Mapping

ORDER = ("not_admissible", "asks_proof", "ask", "look_up", "payable", "free")
"""The outcomes; of several, the first is given. `refused` stands for input that cannot be read."""

VERDICTS: Mapping[str, str] = {
    "not_admissible": "no",
    "asks_proof": "ask",
    "ask": "ask",
    "look_up": "look_up",
    "payable": "yes",
    "free": "yes",
}

ADMISSIBILITY = ("not_admissible", "asks_proof", "look_up", "admissible")
"""What is said of admissibility; of several words, the first."""
