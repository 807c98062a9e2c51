"""Worked cases: a sentence, the facts, the decision that must come out; and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openzone.decide.answer import answer
from openzone.decide.single import Decision
from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.regimes.registry import OWN_ENGINE
from openzone.rulebook.loading import read_cases
from openzone.rulebook.model import EVIDENCE_ORDER, WorkedCase

REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked case, its decision, and what differs from what it expects (empty: nothing)."""

    case: WorkedCase
    answer: dict[str, Any] | None
    wrong: str
    decision: Decision | None = None

    def as_dict(self) -> dict[str, Any]:
        """Id, story and what is wrong."""
        return {
            "id": self.case.id,
            "story": self.case.story,
            "file": self.case.file,
            "wrong": self.wrong,
        }


def worked(desk: Desk, root: Path) -> list[Worked]:
    """Decide every worked case of a book and compare."""
    found = []
    for case in read_cases(root):
        raw = {**case.given, "regime": case.regime, "id": case.id}
        try:
            decision = None if case.regime in OWN_ENGINE else desk.decision(raw)
            given = desk.answered(raw) if decision is None else answer(decision)
        except CaseError as error:
            wanted = case.expect.get("outcome") == REFUSED
            found.append(Worked(case, None, "" if wanted else str(error)))
            continue
        found.append(Worked(case, given, "; ".join(differences(case, given)), decision))
    return found


def differences(case: WorkedCase, got: dict[str, Any]) -> list[str]:
    """What an answer has otherwise than the case expects; rows, documents and needs are subsets."""
    expect = case.expect
    wrong = [
        f"{name} {got.get(name)}, expected {expect[name]}"
        for name in ("outcome", "verdict")
        if name in expect and got.get(name) != expect[name]
    ]
    rows = [one for one in got["because"] if one.get("kind") != "parameter"]
    subsets = {
        "rests_on": {one["row"] for one in rows},
        "documents": {one["document"] for one in rows},
        "needs": set(got["needs"]),
    }
    for name, have in subsets.items():
        missing = set(expect.get(name) or ()) - have
        if missing:
            wrong.append(f"{name} lacks {', '.join(sorted(missing))}")
    if "max_foreign_share" in expect:
        bound = got["effects"].get("max_foreign_share")
        if _bound(bound) != _bound(expect["max_foreign_share"]):
            wrong.append(f"max_foreign_share {bound}, expected {expect['max_foreign_share']}")
    if "longest_days" in expect and got["effects"].get("longest_days") != expect["longest_days"]:
        wrong.append(f"longest_days {got['effects'].get('longest_days')}")
    for name, value in (expect.get("effects") or {}).items():
        if got["effects"].get(name) != value:
            wrong.append(f"{name} {got['effects'].get(name)}, expected {value}")
    if "evidence" in expect:
        tags = [one["evidence"] for one in rows]
        weakest = min(tags, key=EVIDENCE_ORDER.index) if tags else "coverage"
        if weakest.partition("/")[0] != expect["evidence"]:
            wrong.append(f"evidence {weakest}, expected {expect['evidence']}")
    return wrong


def _bound(value: Any) -> Any:
    if isinstance(value, dict):
        return ("below", float(value["below"]))
    return value if isinstance(value, str) or value is None else float(value)
