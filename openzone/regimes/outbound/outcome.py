"""The words an answer on outbound investment may use, and their verdicts."""

from __future__ import annotations

BARRED = "barred"
APPROVAL = "approval"
LOOK_UP = "look_up"
FILING = "filing"
REPORT = "report"
NONE = "none"
NOT_OUTBOUND = "not_outbound"
ASK = "ask"

HEAVIEST_FIRST = (BARRED, APPROVAL, LOOK_UP, FILING, REPORT, NONE)
"""What the desks may ask for: the outcome is the heaviest of it."""

VERDICTS = {
    BARRED: "no",
    APPROVAL: "on_approval",
    LOOK_UP: "look_up",
    FILING: "on_conditions",
    REPORT: "on_conditions",
    NONE: "yes",
    NOT_OUTBOUND: "yes",
    ASK: "ask",
}
