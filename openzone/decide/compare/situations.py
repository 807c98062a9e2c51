"""Situations: an activity, a place and a day told exactly, and the cells of facts under two laws.

Nothing is missing in a situation: the activity is none of its narrower tags, the place is no wider
than the areas that differ inside it. So every cell has one answer, and two laws differ or agree.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from openzone.decide.axes import Axis, frame_facts
from openzone.decide.bundle import Alternative, Bundle, bind
from openzone.decide.cells import CellSpace, corners
from openzone.decide.facts import ASK, Fact
from openzone.decide.frame import Frame, PlaceView
from openzone.decide.regime import Found
from openzone.rulebook.model import MILLION, Text

HOST_LEADS = Fact(
    "host_leads", "flag", Text("中方持股多于任一外方", "host side holds more than any investor")
)
"""Told by the two shares together; only a difference names it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One cell under two laws: facts in it, what each law says."""

    parts: tuple[int, ...]
    facts: Mapping[str, Any]
    before: Found
    after: Found


class Comparison:
    """One situation under two laws: the axes cut by both, the cells whose outcome differs."""

    def __init__(self, one: Side, other: Side) -> None:
        self.sides = (one, other)
        self.axes = _axes(one, other)

    def cells(self) -> Iterator[Compared]:
        """Every cell with the answers of both laws."""
        one, other = self.sides
        names = list(self.axes)
        choices = []
        for axis in self.axes.values():
            sampled = [(part, axis.sample(part)) for part in range(1, axis.parts)]
            choices.append([(part, value) for part, value in sampled if value is not None])
        for chosen in product(*choices):
            facts = {name: value for name, (_, value) in zip(names, chosen, strict=True)}
            parts = tuple(part for part, _ in chosen)
            for filled in _sound(facts, self.axes, parts):
                if one.frame.regime.consistent(filled) is None:
                    yield Compared(parts, filled, one.found(filled), other.found(filled))

    def changed(self) -> list[Compared]:
        """The cells whose outcome differs, one for each cell and change.

        Where it matters for the change who holds more, that is one more axis: HOST_LEADS.
        """
        if self.sides[0].same_rules(self.sides[1]):
            return []
        found = list(self.cells())
        said: dict[tuple[int, ...], set[tuple[str, str]]] = {}
        for cell in found:
            said.setdefault(cell.parts, set()).add((cell.before.outcome, cell.after.outcome))
        if any(len(changes) > 1 for changes in said.values()):
            self.axes = {**self.axes, HOST_LEADS.name: Axis(HOST_LEADS, words=(True, False))}
            found = _told_apart(found)
        return [cell for cell in found if cell.before.outcome != cell.after.outcome]


def _told_apart(cells: Iterable[Compared]) -> list[Compared]:
    """The cells with one more part: whether the host side holds more than any foreign investor.

    A cell where that is settled stands for both, so that it joins with its neighbours.
    """
    groups: dict[tuple[int, ...], list[Compared]] = {}
    for cell in cells:
        groups.setdefault(cell.parts, []).append(cell)
    axis = Axis(HOST_LEADS, words=(True, False))
    found = []
    for parts, alike in groups.items():
        for cell in alike:
            share, single = (cell.facts[name] for name in CellSpace.pairs)
            own = axis.part(MILLION - share > single)
            for side in (own,) if len(alike) > 1 else (1, 2):
                found.append(dataclasses.replace(cell, parts=(*parts, side)))
    return found


class Side:
    """A situation under one law."""

    def __init__(self, frame: Frame, alternative: Alternative) -> None:
        self.frame = frame
        self.alternative = alternative
        self.assumes = {fact.name: fact.assume for fact in frame_facts(frame) if fact.assume != ASK}

    def same_rules(self, other: Side) -> bool:
        """Say whether the same rows bind in the same record, so that no answer can differ."""
        mine, theirs = self.alternative, other.alternative
        return (
            self.frame.law.book is other.frame.law.book
            and mine.signature[0] == theirs.signature[0]
            and mine.signature[2:] == theirs.signature[2:]
            and [o.key for o in mine.late] == [o.key for o in theirs.late]
            and [o.change for o in mine.late] == [o.change for o in theirs.late]
        )

    def found(self, facts: Mapping[str, Any]) -> Found:
        """What this law says for complete facts."""
        filled = {**self.assumes, **facts}
        return self.alternative.plan(filled).decide(filled)

    def bundle(self) -> Bundle:
        """The situation as a bundle of one alternative."""
        return Bundle(-1, (self.alternative,))


def exact(frame: Frame, tag: str | None, place: PlaceView) -> Alternative:
    """What binds the activity itself (none of its narrower tags) in a place seen exactly."""
    view = frame.activity(tag, None)
    return bind(frame, view, view.options[0], place, None)


def _axes(one: Side, other: Side) -> dict[str, Axis]:
    axes: dict[str, Axis] = {}
    for side in (one, other):
        space = CellSpace(side.frame, missing=False)
        for name, axis in space.layout(side.bundle()).axes.items():
            old = axes.get(name)
            cuts = set(axis.cuts) | set(old.cuts if old else ())
            words = tuple(dict.fromkeys((*(old.words if old else ()), *axis.words)))
            axes[name] = Axis(axis.fact, tuple(sorted(cuts)), words)
    shares = set().union(*(axes[n].cuts for n in CellSpace.pairs if n in axes))
    order = [fact.name for fact in frame_facts(one.frame)]
    for name in CellSpace.pairs:
        if name in axes:
            cuts = shares | {MILLION}
            axes[name] = Axis(axes[name].fact, tuple(sorted(cuts)), axes[name].words)
    return {name: axes[name] for name in order if name in axes}


def _sound(
    facts: dict[str, Any], axes: Mapping[str, Axis], parts: tuple[int, ...]
) -> Iterator[dict[str, Any]]:
    """The facts with shares that agree; two where their sum against the whole is told apart."""
    share, single = CellSpace.pairs
    if share not in facts or single not in facts:
        yield facts
        return
    names = list(axes)
    boxes = [axes[name].bounds(parts[names.index(name)]) for name in (share, single)]
    if boxes[0] is None or boxes[1] is None:
        return
    sides: set[bool] = set()
    for x, y in corners(boxes[0], boxes[1]):
        side = MILLION - x > y
        if y <= x and (y > 0 or x == 0) and side not in sides:
            sides.add(side)
            yield {**facts, share: x, single: y}
