"""How the two tiers combine: the military tier first, then the tier of fields and control."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openzone.decide.binding import percent_micro
from openzone.decide.facts import Case, Fact
from openzone.decide.regime import Found, Plan, Setting
from openzone.errors import Fault
from openzone.regimes.security_review.case import (
    FACTS,
    FIELD,
    FIELDS,
    IMPORTANT,
    INFLUENCE,
    NO_FIELD,
    SHARE,
    SITE,
)
from openzone.regimes.security_review.outcome import ANY_SHARE, IF_CONTROL, VERDICTS
from openzone.rulebook.book import Book
from openzone.rulebook.model import MILLION, Row, Text


class ReviewPlan:
    """The row of the tier whose field is hit, if any. A field not stated is hit by hint only."""

    __slots__ = ("facts", "rows", "silent", "threshold", "unrecorded")

    relative: tuple[Row, ...] = ()

    def __init__(self, rows: Sequence[Row], setting: Setting) -> None:
        self.rows = tuple(rows[:1])
        self.threshold = MILLION
        self.unrecorded: str | None = None
        state = setting.record_state()
        table = setting.table
        self.silent = {"complete": table.silence_complete, "partial": table.silence_partial}.get(
            state, table.before_record
        )
        consulted = {FIELD} if self.rows else set()  # stated, or hit by hint only
        if self.rows and self.rows[0].effect == IF_CONTROL:
            stated = setting.figure(self.rows[0], "foreign_share_min_percent")
            if stated is None:  # the parameter has no value on record for the day
                self.unrecorded = table.before_record
            else:
                self.threshold = percent_micro(stated)
                consulted |= {IMPORTANT, INFLUENCE, SHARE}
        self.facts = frozenset(consulted)

    def decide(self, facts: Mapping[str, Any]) -> Found:
        """First hit: the military tier whatever the share, the other tier on control."""
        if not self.rows:
            return Found(self.silent)
        if self.unrecorded is not None:
            return Found(self.unrecorded, self.rows)
        row = self.rows[0]
        by_hint = facts.get(FIELD) is None
        if row.effect == ANY_SHARE:
            return Found("consult" if by_hint else "declare", self.rows)
        share = facts.get(SHARE)
        control = bool(facts.get(INFLUENCE)) or (share is not None and share >= self.threshold)
        important = facts.get(IMPORTANT)
        if not control or important is False:
            return Found("not_required")
        if important and not by_hint:
            return Found("declare", self.rows)
        return Found("consult", self.rows)

    def cuts(self, fact: str) -> set[int]:
        """The share at which control begins."""
        return {self.threshold} if fact == SHARE else set()

    def effects(self, found: Found | None) -> dict[str, Any]:
        """Clocks of the review in working days, and the longest way without extension."""
        if found is None or not found.rows or found.outcome == "not_required":
            return {}
        clocks = list(found.rows[0].param("clocks") or ())
        return {"clock_days": clocks, "longest_days": sum(clocks)}


class SecurityReview:
    """The regime of security review."""

    name = "security_review"
    title = Text("外商投资安全审查", "Security review of foreign investment")
    facts: tuple[Fact, ...] = FACTS
    unknown = "unknown"
    look_up = frozenset(("look_up",))
    implied: Mapping[str, tuple[str, str]] = {SITE: (FIELD, SITE)}

    def plan(self, rows: Sequence[Row], setting: Setting) -> Plan:
        """The tier that is hit, the military tier first."""
        return ReviewPlan(rows, setting)

    def hints(
        self, rows: Iterable[Row], lineage: frozenset[str], sections: frozenset[str]
    ) -> dict[str, Any]:
        """The field that the activity, else its section, hints at, by the hints of the rows."""
        named = [(field, dict(hint)) for row in rows for field, hint in row.param("hints") or ()]
        for field, hint in named:
            if lineage & set(hint.get("activity", ())):
                return {FIELD: field}
        for field, hint in named:
            if sections & set(hint.get("sections", ())):
                return {FIELD: field}
        return {}

    def named_tags(self, rows: Iterable[Row]) -> Iterable[str]:
        """The tags that the hints of the rows name."""
        return [
            tag
            for row in rows
            for _, hint in row.param("hints") or ()
            for tag in dict(hint).get("activity", ())
        ]

    def derive(
        self, given: Mapping[str, Any], book: Book
    ) -> tuple[dict[str, Any], list[Fault], dict[str, Any]]:
        """A site near the military counts as the field of that name, whatever the business."""
        found = {
            fact: word
            for flag, (fact, word) in self.implied.items()
            if str(given.get(flag, "")).strip().lower() == "true"
        }
        return found, [], {}

    def consistent(self, facts: Mapping[str, Any]) -> Fault | None:
        """No two facts of a review contradict each other."""
        return None

    def also_assumed(self, plans: Iterable[Plan], facts: Mapping[str, Any]) -> dict[str, Any]:
        """Below the threshold, no decisive influence; without a hint, no field."""
        assumed: dict[str, Any] = {}
        share = facts.get(SHARE)
        for plan in plans:
            if isinstance(plan, ReviewPlan) and INFLUENCE in plan.facts:
                unsaid = facts.get(INFLUENCE) is None
                if unsaid and (share is None or share < plan.threshold):
                    assumed[INFLUENCE] = False
            elif not plan.rows and facts.get(FIELD) is None:
                assumed[FIELD] = NO_FIELD
        return assumed

    def verdict(self, found: Found) -> str:
        """The verdict word for an outcome."""
        return VERDICTS[found.outcome]

    def fields(self) -> Mapping[str, str]:
        """Fields beyond the facts."""
        return FIELDS

    def gates(self, found: Found, case: Case) -> bool:
        """This regime is itself a gate; it names no further one."""
        return False
