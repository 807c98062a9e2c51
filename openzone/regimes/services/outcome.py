"""The words a services answer may use, from strict to open, and their verdicts."""

from __future__ import annotations

VERDICTS = {
    "prohibited": "no",
    "local_presence_required": "no",
    "look_up": "look_up",
    "qualification_required": "on_conditions",
    "on_conditions": "on_conditions",
    "allowed": "yes",
    "unknown": "ask",
}

NEEDS_PRESENCE = "local_presence_required"
THROUGH_ENTITY = "on_conditions"
APPROVAL = "approval"
