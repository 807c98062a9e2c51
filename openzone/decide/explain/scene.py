"""Where a decision was made: the list, the reforms, the rows that bound before displacement."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openzone.decide.activities import ActivityView, Option
from openzone.decide.axes import frame_facts
from openzone.decide.binding import fact_conditions, meets, structurally_bound
from openzone.decide.facts import ASK
from openzone.decide.frame import Frame, PlaceView
from openzone.decide.single import Decision
from openzone.rulebook.model import Row
from openzone.rulebook.patching import Overlay


@dataclass(frozen=True, slots=True)
class Scene:
    """What the engine saw when it decided, in its first alternative.

    `ancestors` are the places named and all they lie in, `lineage` the full line of the tag (the
    engine keeps only what rows can tell apart), `codes` the industry codes of the case or of its
    tag, `facts` what was given and what absence settles, `pool` the rows that bound before they
    displaced one another, `acted` the early changes of reforms, `late` the openings in scope,
    `bound` the keys of all rows that some completion binds.
    """

    decision: Decision
    frame: Frame
    on: dt.date
    place: PlaceView
    activity: ActivityView
    option: Option
    ancestors: frozenset[str]
    lineage: frozenset[str]
    codes: frozenset[str]
    facts: Mapping[str, Any]
    hints: Mapping[str, Any]
    pool: tuple[Row, ...]
    acted: tuple[Overlay, ...]
    late: tuple[Overlay, ...]
    bound: frozenset[str]

    def value(self, fact: str) -> Any:
        """What the rules take the fact to be: given, assumed, else hinted at by the activity."""
        value = self.facts.get(fact)
        return self.hints.get(fact) if value is None else value

    def open(self, fact: str) -> bool:
        """Say whether the fact is one that would be asked."""
        return fact not in self.facts and self.hints.get(fact) is None

    def holds(self, row: Row) -> bool:
        """Say whether the row binds in this place on this day, displacement and reforms apart."""
        return structurally_bound(
            row, self.option, self.activity, self.place, self.place.on
        ) and all(self.open(c.fact) or meets(c, self.value(c.fact)) for c in fact_conditions(row))


def scene_of(decision: Decision) -> Scene:
    """The scene of a decision."""
    frame, case = decision.frame, decision.case
    segment = frame.segment(case.on)
    place = frame.place(case.places, segment)
    activity = frame.activity(case.activity, case.industry)
    first = decision.bundle.alternatives[0]
    ground = frame.ground(place)
    option = next((one for one in activity.options if one.tag == first.tag), activity.options[0])
    facts = dict(case.facts)
    for fact in frame_facts(frame):
        if fact.assume != ASK:
            facts.setdefault(fact.name, fact.assume)
    scene = Scene(
        decision,
        frame,
        case.on,
        place,
        activity,
        option,
        _ancestors(decision),
        _lineage(decision),
        _codes(decision),
        facts,
        first.hints,
        (),
        ground.acted,
        ground.late,
        frozenset(row.key for plan in decision.plans for row in plan.rows),
    )
    pool = tuple(row for row in ground.rows if scene.holds(row))
    return dataclasses.replace(scene, pool=pool)


def _ancestors(decision: Decision) -> frozenset[str]:
    law, on = decision.frame.law, decision.case.on
    lines = [law.territories.ancestors(place, on, law.known) for place in decision.case.places]
    return frozenset().union(*lines)


def _lineage(decision: Decision) -> frozenset[str]:
    tag = decision.case.activity
    return frozenset() if tag is None else decision.frame.law.book.vocabulary.lineage(tag)


def _codes(decision: Decision) -> frozenset[str]:
    """The code of the case, else the codes of its tag, each with the codes above it."""
    case, book = decision.case, decision.frame.law.book
    if case.activity is not None:
        codes = [code for code, _ in book.vocabulary.codes(case.activity)]
    else:
        codes = [] if case.industry is None else [case.industry]
    return frozenset(above for code in codes for above in book.classification.ancestors[code])
