"""The words an answer on incentives may use, and their verdicts."""

from __future__ import annotations

VERDICTS = {
    "eligible": "yes",
    "ineligible": "no",
    "standard": "no",
    "unlawful": "no",
    "look_up": "look_up",
    "ask": "ask",
}

ELIGIBLE = "eligible"
INELIGIBLE = "ineligible"
STANDARD = "standard"
UNLAWFUL = "unlawful"
LOOK_UP = "look_up"
