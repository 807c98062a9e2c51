"""The words an answer on data may use, and their verdicts; the effects of rows that code reads."""

from __future__ import annotations

VERDICTS = {
    "barred_or_special_law": "no",
    "approval_of_competent_authority": "on_approval",
    "security_assessment": "on_approval",
    "contract_or_certification": "on_conditions",
    "needs_list_lookup": "look_up",
    "look_up": "look_up",
    "exempt": "yes",
    "no_procedure": "yes",
    "ask": "ask",
}

BY_LIST = "by_list"
NOT_HELD = "not_held"
GENERAL_LIST = "general_list"
POSITIVE_LIST = "positive_list"
