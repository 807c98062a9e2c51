"""Ask about goods: from plain data to the contract's answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openzone.errors import CaseError, Fault
from openzone.regimes.goods.answer import answer
from openzone.regimes.goods.case import TABLES, Reader
from openzone.regimes.goods.decide import decide
from openzone.regimes.goods.working import Answer
from openzone.rulebook.law import Law


class GoodsDesk:
    """A law asked about goods."""

    def __init__(self, law: Law) -> None:
        self.law = law

    def decision(self, raw: Mapping[str, Any], today: dt.date) -> Answer:
        """Decide one case. Raises CaseError with every fault when the case is refused."""
        missing = [name for name in TABLES if name not in self.law.book.tables]
        if missing:
            raise CaseError(
                Fault("unknown_regime", "the book holds no law of goods", field="regime",
                      seen="goods", expected="the tables " + ", ".join(TABLES),
                      next="name a book that has them: --book cn")
            )  # fmt: skip
        return decide(self.law, Reader(self.law, raw, today).read())

    def rendered(self, decision: Answer) -> dict[str, Any]:
        """A decision in the shape of the contract."""
        return answer(decision)

    def explained(self, decision: Answer, lang: str, width: int, paint: bool) -> str:
        """Why the answer is what it is, as text: the sheet of the calculation."""
        from openzone.regimes.goods.wording import wording

        return wording(answer(decision), lang)

    def traced(self, decision: Answer) -> dict[str, Any]:
        """Why the answer is what it is, as plain data: the answer holds its sheet."""
        return answer(decision)

    def answer(self, raw: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
        """Answer one case. Raises CaseError when it is refused."""
        return answer(self.decision(raw, today))

    def decide_file(self, path: Path, out: str | None, today: dt.date, engine: str) -> int:
        """Decide a file of declaration lines as a table; give the number of refused lines."""
        from openzone.regimes.goods.table.files import decide_lines

        if engine != "duckdb":
            raise CaseError(
                Fault("wrong_value", "declaration lines are decided on DuckDB", field="engine",
                      seen=engine, expected="duckdb", next="--engine duckdb")
            )  # fmt: skip
        return decide_lines(self.law, path, out, today=today)
