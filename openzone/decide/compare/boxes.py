"""Boxes of cells: cells that change alike, merged into few ranges that a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openzone.decide.axes import Axis

Box = tuple[frozenset[int], ...]


def merged(cells: Iterable[tuple[int, ...]]) -> list[Box]:
    """Few boxes that cover exactly the given cells; the same cells give the same boxes.

    Boxes that agree on all axes but one are joined along it, axis by axis, until nothing joins.
    """
    boxes: set[Box] = {tuple(frozenset((part,)) for part in cell) for cell in cells}
    joined = True
    while joined and boxes:
        joined = False
        for axis in range(len(next(iter(boxes)))):
            groups: dict[Box, frozenset[int]] = {}
            for box in boxes:
                rest = (*box[:axis], frozenset(), *box[axis + 1 :])
                groups[rest] = groups.get(rest, frozenset()) | box[axis]
            if len(groups) < len(boxes):
                joined = True
            boxes = {(*rest[:axis], parts, *rest[axis + 1 :]) for rest, parts in groups.items()}
    return sorted(boxes, key=lambda box: [sorted(parts) for parts in box])


@dataclass(frozen=True, slots=True)
class Range:
    """What a box says of one fact: bounds of a number, or words; `open_*` leaves the bound out.

    `words`: the fact is one of them; with `but`, it is none of them.
    """

    fact: str
    low: int | None = None
    high: int | None = None
    open_low: bool = False
    open_high: bool = False
    words: tuple[Any, ...] = ()
    but: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The range as plain data; shares stay in millionths."""
        if self.words:
            return {"fact": self.fact, "not_in" if self.but else "in": list(self.words)}
        return {
            "fact": self.fact,
            "from": self.low,
            "from_included": not self.open_low,
            "to": self.high,
            "to_included": not self.open_high,
        }


def ranges(box: Box, axes: Mapping[str, Axis]) -> list[list[Range]]:
    """What a box says of each fact that it restricts; one list of ranges a fact."""
    said: list[list[Range]] = []
    for parts, (name, axis) in zip(box, axes.items(), strict=True):
        whole = set(range(1, axis.parts))
        if set(parts) >= {part for part in whole if axis.sample(part) is not None}:
            continue
        said.append(_numeric(name, axis, parts) if axis.numeric else [_words(name, axis, parts)])
    return said


def _numeric(name: str, axis: Axis, parts: frozenset[int]) -> list[Range]:
    found: list[Range] = []
    run: list[int] = []
    for part in [*sorted(parts), -1]:
        if run and part != run[-1] + 1:
            found.append(_span(name, axis, run[0], run[-1]))
            run = []
        run.append(part)
    return found


def _span(name: str, axis: Axis, first: int, last: int) -> Range:
    low = axis.cuts[first // 2 - 1] if first > 1 else None
    high = axis.cuts[min(last // 2, len(axis.cuts) - 1)] if last < axis.parts - 1 else None
    if last % 2 == 0:
        high = axis.cuts[last // 2 - 1]
    return Range(name, low, high, open_low=first % 2 == 1, open_high=last % 2 == 1)


def _words(name: str, axis: Axis, parts: frozenset[int]) -> Range:
    """The words of a box; where it holds all other words too, those that it does not hold."""
    but = any(part > len(axis.words) for part in parts)
    words = tuple(word for n, word in enumerate(axis.words, 1) if (n in parts) != but)
    return Range(name, words=words, but=but)
