"""The national table of data leaving the country, written by hand: a floor, without its sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NEEDED = {"contract": "contract_need", "emergency": "emergency", "legal_duty": "legal_duty"}


def data_by_hand(facts: Mapping[str, Any]) -> str:  # noqa: PLR0911  # one return a rule
    """The rule that decides; no zone list, no volumes of a zone, no day, no missing fact."""
    told = facts.get
    if told("transfer_abroad") is False:
        return "not_a_transfer"
    if told("state_secret_or_core"):
        return "secret_or_core"
    if told("requested_by_foreign_authority"):
        return "foreign_authority"
    if told("important_data") == "designated":
        return "important_data"
    if told("contains_pi") is False:
        return "no_pi"
    if told("overseas_origin_only"):
        return "overseas_origin"
    purpose = told("purpose")
    if told("strictly_necessary"):
        if purpose in NEEDED:
            return NEEDED[purpose]
        if purpose == "hr" and told("hr_basis"):
            return "hr_need"
    if told("ciio"):
        return "ciio_pi"
    plain, sensitive = told("nonsensitive") or 0, told("sensitive") or 0
    if plain >= 1_000_000 or sensitive >= 10_000:
        return "large_volume"
    if plain >= 100_000 or sensitive > 0:
        return "middle_volume"
    return "small_volume"
