"""Folds: small tables that add the parts of the facts up to the number of a cell.

The cuts of all bundles together cut each fact once for the whole table of cases. Bundles that cut
alike share a *layout*; for each layout and each combination of those common parts a fold holds what
they add to the number of the cell. So a case costs one look-up a fact and one a fold, however many
cuts the law has.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from openzone.decide.axes import MISSING, Axis
from openzone.decide.cells import PAIR, Layout
from openzone.decide.facts import Fact

FOLD_MAX = 1 << 16
SIDES = 3  # of the pair of shares: untold, the host side holds more, it does not


@dataclass(frozen=True, slots=True)
class Fold:
    """What the parts of some facts add to a cell's number, for each layout and combination.

    The place of a combination in `offsets` is `size` times the layout, and for each fact (or PAIR)
    its `stride` times its part.
    """

    size: int
    strides: dict[str, int]
    offsets: list[int]


class Folds:
    """The folds for bundles laid out so: `layouts` numbers each bundle's layout.

    `cuts`: the common cuts of each numeric fact that some layout consults; `words`: the same for
    facts given by a word. `strides`: by what a part is multiplied in the fold of its fact.
    """

    def __init__(self, layouts: Sequence[Layout | None], facts: Iterable[Fact]) -> None:
        marks: dict[tuple[object, ...], int] = {}
        distinct: list[Layout | None] = []
        self.layouts: list[int] = []
        for layout in layouts:
            mark = () if layout is None else layout.mark
            if mark not in marks:
                marks[mark] = len(distinct)
                distinct.append(layout)
            self.layouts.append(marks[mark])
        held = [layout for layout in distinct if layout is not None]
        self.cuts: dict[str, tuple[int, ...]] = {}
        self.words: dict[str, tuple[object, ...]] = {}
        counts: dict[str, int] = {}
        for fact in facts:
            axes = [layout.axes[fact.name] for layout in held if fact.name in layout.axes]
            if not axes:
                continue
            if axes[0].numeric:
                cuts = sorted(set().union(*(axis.cuts for axis in axes)))
                self.cuts[fact.name] = tuple(cuts)
            else:
                self.words[fact.name] = axes[0].words
            common = Axis(fact, self.cuts.get(fact.name, ()), self.words.get(fact.name, ()))
            counts[fact.name] = common.parts
        if any(PAIR in layout.steps for layout in held):
            counts[PAIR] = SIDES
        self.paired = PAIR in counts
        groups = _groups(counts, len(distinct))
        self.folds = [self._fold(group, distinct) for group in groups]
        self.strides = {name: n for fold in self.folds for name, n in fold.strides.items()}

    def _fold(self, parts: dict[str, int], layouts: Iterable[Layout | None]) -> Fold:
        offsets: list[int] = []
        for layout in layouts:
            adding = [self._adding(name, count, layout) for name, count in parts.items()]
            offsets += [sum(chosen) for chosen in product(*adding)]
        strides: dict[str, int] = {}
        size = 1
        for name in reversed(parts):
            strides[name] = size
            size *= parts[name]
        return Fold(size, strides, offsets)

    def _adding(self, name: str, count: int, layout: Layout | None) -> list[int]:
        """What each common part of one fact adds to the number of a cell of the layout."""
        step = 0 if layout is None else layout.steps.get(name, 0)
        if layout is None or not step:
            return [0] * count
        if name not in self.cuts:
            return [step * part for part in range(count)]
        return [step * part for part in own_parts(self.cuts[name], layout.axes[name].cuts)]


def own_parts(common: Sequence[int], own: Sequence[int]) -> list[int]:
    """For each part between the common cuts, the part between the own cuts (some of those)."""
    parts = [MISSING, 1]
    for cut in common:
        below = bisect_right(own, cut)
        parts.append(2 * below if below and own[below - 1] == cut else 2 * below + 1)
        parts.append(2 * below + 1)
    return parts


def _groups(counts: dict[str, int], layouts: int) -> list[dict[str, int]]:
    """The facts in groups whose folds stay small."""
    groups: list[dict[str, int]] = []
    size = FOLD_MAX
    for name, count in counts.items():
        if size * count > FOLD_MAX:
            groups.append({})
            size = layouts
        groups[-1][name] = count
        size *= count
    return groups
