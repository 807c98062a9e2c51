"""The words a security-review answer may use, and their verdicts."""

from __future__ import annotations

VERDICTS = {
    "declare": "on_approval",
    "consult": "on_conditions",
    "not_required": "yes",
    "look_up": "look_up",
    "unknown": "ask",
}

ANY_SHARE = "declare_any_share"
IF_CONTROL = "declare_if_control"
