"""The weights of the openness measure, read from the book: which rows add how much to a score."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from openzone.errors import BookError, Fault, nearest
from openzone.regimes.capital.outcome import EFFECTS
from openzone.rulebook.book import Book
from openzone.rulebook.model import MILLION, Weight

_EFFECTS = re.compile(r"effect in \[([a-z_]+(?: *, *[a-z_]+)*)\]")
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_SHARE = re.compile(rf"(?:{_NUMBER} *(<=?) *)?max_foreign_percent(?: *(<=?) *{_NUMBER})?")
_FILE = "openness.yaml"
_FORMS = "'effect in [name, ...]' or '50 <= max_foreign_percent < 100'"


@dataclass(frozen=True, slots=True)
class Scale:
    """One weight ready to test: effects that call for it, or a range of the greatest share left.

    Shares and scores are whole millionths. `group` is the first word of the id.
    """

    group: str
    score: int
    effects: frozenset[str] = frozenset()
    least: int | None = None
    above: int | None = None
    most: int | None = None
    below: int | None = None

    def counts(self, effects: frozenset[str], share_max: int | None) -> bool:
        """Say whether rows with these effects, leaving this greatest share, call for it."""
        if self.effects:
            return not self.effects.isdisjoint(effects)
        return (
            share_max is not None
            and (self.least is None or share_max >= self.least)
            and (self.above is None or share_max > self.above)
            and (self.most is None or share_max <= self.most)
            and (self.below is None or share_max < self.below)
        )


@dataclass(frozen=True, slots=True)
class Weighing:
    """All weights of a book."""

    scales: tuple[Scale, ...]

    def score(self, effects: Iterable[str], share_max: int | None) -> int:
        """How restrictive rows are that bind together, in millionths: 0 open, 1,000,000 closed.

        Of one group the highest score counts; the groups are added; the sum is capped at 1.
        `share_max` is the least of the caps that rows with a figure set; None when no row has one.
        """
        bound = frozenset(effects)
        highest: dict[str, int] = {}
        for scale in self.scales:
            if scale.counts(bound, share_max):
                highest[scale.group] = max(scale.score, highest.get(scale.group, 0))
        return min(MILLION, sum(highest.values()))


def weighing(book: Book) -> Weighing:
    """The weights of a book. Raises BookError with every weight that cannot be read."""
    known = book.memo.get("weighing")
    if isinstance(known, Weighing):
        return known
    faults: list[Fault] = []
    scales = [scale for one in book.weights.values() if (scale := _scale(one, faults))]
    if not book.weights:
        faults.append(
            Fault(
                "missing_field",
                "the book has no weights",
                _FILE,
                field="weights",
                next="add openness.yaml to the book",
            )
        )
    if faults:
        raise BookError(faults)
    read = book.memo["weighing"] = Weighing(tuple(scales))
    return read


def _scale(weight: Weight, faults: list[Fault]) -> Scale | None:
    group = weight.id.partition(".")[0]
    score = _micro(weight.score)
    if not 0 <= score <= MILLION:
        faults.append(
            Fault(
                "out_of_range",
                "a score lies from 0 to 1",
                _FILE,
                field=f"{weight.id}.score",
                seen=str(weight.score),
                expected="0 to 1",
            )
        )
        return None
    if named := _EFFECTS.fullmatch(weight.when.strip()):
        effects = [name.strip() for name in named[1].split(",")]
        unknown = [name for name in effects if name not in EFFECTS]
        for name in unknown:
            faults.append(
                Fault(
                    "unknown_reference",
                    "there is no such effect",
                    _FILE,
                    field=f"{weight.id}.when",
                    seen=name,
                    expected="one of " + ", ".join(EFFECTS),
                    next=nearest(name, EFFECTS),
                )
            )
        return None if unknown else Scale(group, score, frozenset(effects))
    ranged = _SHARE.fullmatch(weight.when.strip())
    if ranged is None or not (ranged[1] or ranged[4]):
        faults.append(
            Fault(
                "wrong_value",
                "the condition of the weight cannot be read",
                _FILE,
                field=f"{weight.id}.when",
                seen=weight.when,
                expected=_FORMS,
            )
        )
        return None
    low = _percent(ranged[1])
    high = _percent(ranged[4])
    return Scale(
        group,
        score,
        least=low if ranged[2] == "<=" else None,
        above=low if ranged[2] == "<" else None,
        most=high if ranged[3] == "<=" else None,
        below=high if ranged[3] == "<" else None,
    )


def _micro(value: Decimal) -> int:
    return int(value * MILLION)


def _percent(text: str | None) -> int | None:
    return None if text is None else _micro(Decimal(text)) // 100
