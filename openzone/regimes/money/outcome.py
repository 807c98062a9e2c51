"""The words a money answer may use, and their verdicts."""

from __future__ import annotations

VERDICTS = {
    "free_on_instruction": "yes",
    "allowed_in_quota": "yes",
    "may_open": "yes",
    "may_borrow": "yes",
    "none": "yes",
    "allowed_with_review": "on_conditions",
    "report_due": "on_conditions",
    "barred": "no",
    "may_not_open": "no",
    "no_headroom": "no",
    "separate_rule": "look_up",
    "needs_quota_lookup": "look_up",
    "look_up": "look_up",
    "ask": "ask",
}

LOOK_UP = "look_up"
MAY_BORROW = "may_borrow"
NO_HEADROOM = "no_headroom"
NONE = "none"
REPORT_DUE = "report_due"
"""Outcomes that no row names: they come from a figure."""

PASSES = ("yes", "on_conditions")
"""The verdicts under which money moves."""
