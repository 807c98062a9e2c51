"""The words an answer on people may use, and their verdicts."""

from __future__ import annotations

VERDICTS = {
    "class_a": "on_approval",
    "class_b": "on_approval",
    "class_c": "on_approval",
    "admitted": "yes",
    "visa_required": "on_approval",
    "permit_required": "on_approval",
    "licence_required": "on_approval",
    "waived": "yes",
    "subsidised": "yes",
    "not_eligible": "no",
    "look_up": "look_up",
    "ask": "ask",
}

ASK = "ask"
LOOK_UP = "look_up"
NOT_ELIGIBLE = "not_eligible"
ADMITTED = "admitted"
VISA_REQUIRED = "visa_required"
PERMIT_REQUIRED = "permit_required"
LICENCE_REQUIRED = "licence_required"
WAIVED = "waived"
SUBSIDISED = "subsidised"
NO_CLASS = "none"


def class_outcome(letter: str) -> str:
    """The outcome of a class of work permits: A gives class_a."""
    return f"class_{letter.lower()}"
