"""Ask the law: one call from plain data to the contract's answer, in any regime."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openzone.decide.answer import answer, refusal
from openzone.decide.case import read_case
from openzone.decide.frame import Frame
from openzone.decide.single import Decision
from openzone.decide.single import decide as decide_one
from openzone.errors import CaseError, Fault
from openzone.regimes.registry import OWN_ENGINE, Decided, Decider, regime_named
from openzone.rulebook.book import Book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Reform


class Desk:
    """A law with its frames: ask it as many cases as you like.

    `today` stands where a case gives no date; `regime` where a case names none.
    """

    def __init__(
        self,
        book: Book,
        *,
        known: dt.date | None = None,
        reforms: Sequence[Reform] = (),
        today: dt.date | None = None,
        regime: str | None = None,
    ) -> None:
        self.today = today or dt.date.today()
        self.law = Law(book, known or self.today, reforms)
        self.regime = regime
        self._frames: dict[str, Frame] = {}
        self._own: dict[str, Decider] = {}

    def frame(self, regime: str) -> Frame:
        """The frame of a regime, compiled on first use."""
        frame = self._frames.get(regime)
        if frame is None:
            frame = self._frames[regime] = Frame(self.law, regime_named(regime))
        return frame

    def decision(self, raw: Any) -> Decision:
        """Decide one case of a regime of rows over activities.

        Raises CaseError with every fault when the case is refused.
        """
        frame = self.frame(regime_named(self.regime_of(raw)).name)
        return decide_one(frame, read_case(frame, raw, self.today))

    def regime_of(self, raw: Any) -> object:
        """The regime that a case names, else that of the desk."""
        if not isinstance(raw, Mapping):
            raise CaseError(
                Fault(
                    "wrong_value",
                    "a case is a mapping of fields",
                    seen=raw,
                    expected="{field: value, ...}",
                )
            )
        name = raw.get("regime") or self.regime
        if name is None:
            raise CaseError(
                Fault(
                    "missing_field",
                    "the case names no regime",
                    field="regime",
                    next="add 'regime', or give --regime for all cases",
                )
            )
        return name

    def own(self, name: str) -> Decider:
        """The engine of a regime that has its own, made on first use."""
        if name not in self._own:
            self._own[name] = OWN_ENGINE[name](self.law)
        return self._own[name]

    def decided(self, raw: Any) -> Decided:
        """Decide one case of any regime. Raises CaseError when it is refused."""
        name = self.regime_of(raw)
        if isinstance(name, str) and name in OWN_ENGINE:
            return self.own(name).decision(raw, self.today)
        return self.decision(raw)

    def rendered(self, regime: str, decision: Any) -> dict[str, Any]:
        """What was decided in a regime, in the shape of the contract."""
        return self.own(regime).rendered(decision) if regime in OWN_ENGINE else answer(decision)

    def answered(self, raw: Any) -> dict[str, Any]:
        """Answer one case in the shape of the contract. Raises CaseError when it is refused."""
        name = self.regime_of(raw)
        if isinstance(name, str) and name in OWN_ENGINE:
            return self.own(name).answer(raw, self.today)
        return answer(self.decision(raw))

    def answer(self, raw: Any) -> dict[str, Any]:
        """Answer one case in the shape of the contract; a refused case gives `refused`."""
        try:
            return self.answered(raw)
        except CaseError as error:
            given = raw if isinstance(raw, Mapping) else None
            name = (given or {}).get("regime") or self.regime
            return refusal(given, error, name if isinstance(name, str) else None)

    def decide_file(self, path: Path, out: str | None, engine: str = "duckdb") -> int:
        """Decide a file of cases of the desk's regime as a table; give the number of refused lines.

        `out`: a file of answers, .parquet or JSON Lines; None: standard output. Raises CaseError.
        """
        name = str(self.regime)
        if name in OWN_ENGINE:
            return self.own(name).decide_file(path, out, self.today, engine)
        from openzone.decide.table.files import decide_table

        return decide_table(self.frame(name), path, out, engine=engine, today=self.today)

    def answers(self, cases: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Answer many cases, one after the other."""
        for raw in cases:
            yield self.answer(raw)


def decide(
    book: Book,
    case: Mapping[str, Any],
    *,
    known: dt.date | None = None,
    reforms: Sequence[Reform] = (),
    regime: str | None = None,
) -> dict[str, Any]:
    """Answer one case under a book as public on `known`, with reforms on top.

    >>> from openzone import load_book
    >>> from openzone.regimes import decide
    >>> case = {"regime": "capital", "activity": "auto.passenger", "foreign_share": "1.0",
    ...         "date": "2022-01-02"}
    >>> decide(load_book("cn"), case)["outcome"]
    'allowed'
    """
    return Desk(book, known=known, reforms=reforms, regime=regime).answer(case)
