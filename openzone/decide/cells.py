"""Cells: the conditions and figures of the rows cut the space of cases into finitely many parts.

In a cell the answer cannot change. Its coordinates are a bundle (activity, place and day, as far as
the rules tell them apart) and, for each fact that the bundle consults, a part of that fact's range;
*missing* is one more part. A cell has one number, so that a table of cases needs only integer
arithmetic to find it; the number is decoded by `CellSpace.cell`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from openzone.decide.axes import MISSING, Axis, axes_of, compares_shares, fact_words, side_of
from openzone.decide.bundle import Bundle
from openzone.decide.facts import TIED, Case
from openzone.decide.frame import Frame
from openzone.decide.single import Decision, decide_in, make_ready
from openzone.rulebook.model import MILLION

REFUSED = -1
PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its number, its bundle, the part of each axis, and a case that lies in it."""

    number: int
    bundle: Bundle
    parts: Mapping[str, int]
    case: Case


@dataclass(frozen=True, slots=True)
class Layout:
    """The axes that a bundle consults, the step of each in a number, how many numbers there are."""

    axes: Mapping[str, Axis]
    steps: Mapping[str, int]
    size: int

    @property
    def mark(self) -> tuple[object, ...]:
        """What tells layouts apart."""
        axes = self.axes
        return tuple((n, step, axes[n].cuts if n in axes else ()) for n, step in self.steps.items())


class CellSpace:
    """All cells of a frame, numbered; bundles get their block of numbers when first met.

    `given`: the facts that cases give at all; the others are missing throughout, so that the
    numbers stay close together. None: every fact may be given. `missing`: a fact that is consulted
    may be missing, so that another bounds it.
    """

    pairs = TIED

    def __init__(
        self, frame: Frame, given: Iterable[str] | None = None, missing: bool = True
    ) -> None:
        self.frame = frame
        self.missing = missing
        self.given = None if given is None else frozenset(given)
        self.bundles: list[Bundle] = []
        self.blocks: list[int] = []
        self.words = fact_words(frame)
        self._block: dict[int, int] = {}
        self._layouts: dict[int, Layout] = {}
        self._end = 0
        self._decisions: dict[int, Decision] = {}

    # ---- numbers -----------------------------------------------------------------------------

    def layout(self, bundle: Bundle) -> Layout:
        """The axes of a bundle and the step of each in a cell's number."""
        found = self._layouts.get(bundle.id)
        if found is None:
            found = self._layouts[bundle.id] = self._lay_out(bundle)
        return found

    def _lay_out(self, bundle: Bundle) -> Layout:
        ready = make_ready(self.frame, bundle)
        names = ready.telling if self.missing else ready.order
        told = [name for name in names if self.given is None or name in self.given]
        axes = axes_of(self.frame, bundle.alternatives, told, self.missing)
        steps: dict[str, int] = {}
        step = 1
        for name, axis in axes.items():
            if self.given == frozenset((name,)) and axis.numeric:
                axes[name] = self._telling(bundle, axis)
            steps[name] = step
            step *= axes[name].parts
        if compares_shares(bundle.alternatives) and all(name in steps for name in self.pairs):
            steps[PAIR] = step
            step *= 3
        return Layout(axes, steps, step)

    def _telling(self, bundle: Bundle, axis: Axis) -> Axis:
        """The axis with only those cuts at which the answer changes, where it is the one given."""

        def answer(value: int) -> Any:
            facts = {axis.fact.name: value}
            found = decide_in(
                self.frame, Case(self.frame.regime.name, self._day(bundle), facts=facts), bundle
            )
            rows = tuple(row.key for row in found.found.rows)
            return (
                found.found.outcome,
                rows,
                found.found.requires,
                found.needs,
                found.possible,
                tuple(sorted(found.assumed.items())),
                tuple(map(id, found.plans)),
            )

        samples = [axis.sample(part) for part in range(1, axis.parts)]
        told = [None if value is None else answer(value) for value in samples]
        kept = [
            cut
            for k, cut in enumerate(axis.cuts)
            if not told[2 * k] == told[2 * k + 1] == told[2 * k + 2]
        ]
        return Axis(axis.fact, tuple(kept), axis.words)

    def block(self, bundle: Bundle) -> int:
        """The first number of a bundle's cells."""
        found = self._block.get(bundle.id)
        if found is None:
            found = self._block[bundle.id] = self._end
            self.bundles.append(bundle)
            self.blocks.append(found)
            self._end += self.layout(bundle).size
            if self._end >= 1 << 62:
                raise OverflowError("the cells of this law do not fit 62 bits")
        return found

    def number(self, bundle: Bundle, facts: Mapping[str, Any]) -> int:
        """The cell of a case in a bundle (facts as validated)."""
        layout = self.layout(bundle)
        number = self.block(bundle)
        for name, axis in layout.axes.items():
            number += layout.steps[name] * axis.part(facts.get(name))
        if PAIR in layout.steps:
            number += layout.steps[PAIR] * side_of(*(facts.get(name) for name in self.pairs))
        return number

    def cell(self, number: int) -> Cell | None:
        """Decode a number; None when no case can lie there (the shares contradict each other)."""
        index = bisect_right(self.blocks, number) - 1
        bundle = self.bundles[index]
        layout = self.layout(bundle)
        rest = number - self.blocks[index]
        parts = {
            name: rest // step % (3 if name == PAIR else layout.axes[name].parts)
            for name, step in layout.steps.items()
        }
        facts = self._facts(layout, parts)
        if facts is None:
            return None
        case = Case(self.frame.regime.name, self._day(bundle), facts=facts)
        return Cell(number, bundle, parts, case)

    def _day(self, bundle: Bundle) -> Any:
        return bundle.alternatives[0].setting.on

    def _facts(self, layout: Layout, parts: Mapping[str, int]) -> dict[str, Any] | None:
        facts: dict[str, Any] = {}
        for name, part in parts.items():
            if name == PAIR or part == MISSING:
                continue
            value = layout.axes[name].sample(part)
            if value is None:
                return None
            facts[name] = value
        if all(name in facts for name in self.pairs):
            return self._pair(layout, facts, parts)
        if PAIR in parts and parts[PAIR] != MISSING:
            return None
        return facts

    def _pair(
        self, layout: Layout, facts: dict[str, Any], parts: Mapping[str, int]
    ) -> dict[str, Any] | None:
        """Shares in their parts that agree with each other and with the pair's part."""
        boxes = [layout.axes[name].bounds(parts[name]) for name in self.pairs]
        if boxes[0] is None or boxes[1] is None:
            return None
        wanted = parts.get(PAIR)
        for share, single in corners(boxes[0], boxes[1]):
            if single > share or (single == 0 and share > 0):
                continue
            if wanted in (None, side_of(share, single)):
                facts.update(zip(self.pairs, (share, single), strict=True))
                return facts
        return None

    # ---- answers -----------------------------------------------------------------------------

    def decision(self, number: int) -> Decision | None:
        """The answer of a cell: that of a case in it, decided as any single case."""
        found = self._decisions.get(number)
        if found is None:
            cell = self.cell(number)
            if cell is None:
                return None
            found = self._decisions[number] = decide_in(self.frame, cell.case, cell.bundle)
        return found

    def each(self, bundle: Bundle) -> Iterator[Cell]:
        """Every cell of a bundle that a case can lie in."""
        start = self.block(bundle)
        for number in range(start, start + self.layout(bundle).size):
            cell = self.cell(number)
            if cell is not None:
                yield cell


def corners(one: tuple[int, int], other: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Points among which every non-empty part of the box, cut by the two lines, has one."""
    xs = {one[0], one[1], (one[0] + one[1]) // 2}
    ys = {other[0], other[1], (other[0] + other[1]) // 2}
    for value in tuple(xs | ys):
        for near in (value, MILLION - value, MILLION - value - 1, MILLION - value + 1):
            if one[0] <= near <= one[1]:
                xs.add(near)
            if other[0] <= near <= other[1]:
                ys.add(near)
    yield from product(sorted(xs), sorted(ys))
