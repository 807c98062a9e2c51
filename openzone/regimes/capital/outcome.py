"""The words an investment answer may use: effects and their tests, outcomes, verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openzone.regimes.capital.case import BOARD, LEGAL_REP, MANAGER

Test = Literal["never", "share", "single", "relative", "person", "board", "none"]

VERDICTS = {
    "prohibited": "no",
    "denied_share": "no",
    "denied_vehicle": "no",
    "denied_relative_control": "no",
    "denied_single_cap": "no",
    "denied_condition": "no",
    "not_on_record": "look_up",
    "allowed_with_approval": "on_approval",
    "allowed_on_conditions": "on_conditions",
    "allowed_within_limits": "yes",
    "allowed": "yes",
    "unknown": "ask",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What an effect tests, whether it is an equity requirement, what it gives when it passes.

    `figure` names the parameter of the row; `complement` turns a least host share into a greatest
    foreign share; `strict` means the figure itself no longer passes. `equity` None: only when the
    figure is below the whole.
    """

    test: Test
    figure: str = ""
    complement: bool = False
    strict: bool = False
    equity: bool | None = False
    fact: str = ""
    gives: str = "allowed_within_limits"


EFFECTS: dict[str, Effect] = {
    "prohibited": Effect("never"),
    "scope_limited": Effect("never"),
    "host_control": Effect("share", "host_total_min_percent", complement=True, equity=True),
    "host_share_min": Effect("share", "host_total_min_percent", complement=True, equity=True),
    "share_cap": Effect("share", "foreign_total_max_percent", equity=True),
    "joint_venture_only": Effect("share", "foreign_total_below_percent", strict=True, equity=True),
    "cooperation_only": Effect("share", "foreign_total_below_percent", strict=True),
    "joint_venture_or_cooperation_only": Effect(
        "share", "foreign_total_below_percent", strict=True
    ),
    "host_relative_control": Effect("relative", equity=True),
    "single_investor_cap": Effect("single", "single_foreign_max_percent", equity=True),
    "nationality_of_legal_rep": Effect("person", fact=LEGAL_REP),
    "nationality_of_manager": Effect("person", fact=MANAGER),
    "board_composition": Effect("board", "host_members_min_percent", fact=BOARD),
    "terms_only": Effect("none", gives="allowed_on_conditions"),
    "open": Effect("none", gives="allowed"),
    "open_with_approval": Effect(
        "share", "foreign_total_max_percent", equity=None, gives="allowed_with_approval"
    ),
    "not_on_record": Effect("none", gives="not_on_record"),
}
