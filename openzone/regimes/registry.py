"""The regimes by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from openzone.decide.regime import Regime
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.capital.decide import Capital
from openzone.regimes.goods.desk import GoodsDesk
from openzone.regimes.security_review.decide import SecurityReview
from openzone.regimes.services.decide import Services
from openzone.rulebook.law import Law

if TYPE_CHECKING:
    from pathlib import Path

    from openzone.decide.dmn.regime import TableRegime
    from openzone.rulebook.model import Row

REGIMES: dict[str, Regime] = {
    regime.name: regime for regime in (Capital(), Services(), SecurityReview())
}

TABLES: tuple[str, ...] = (
    "licences",
    "data",
    "money",
    "people",
    "incentives",
    "procurement",
    "outbound",
)
"""Regimes of decision tables over facts; `openzone.regimes.NAME.decide.REGIME` is each of them."""


def table_regime(name: str) -> TableRegime:
    """A regime of decision tables by its name, one of TABLES."""
    regime: TableRegime = import_module(f"openzone.regimes.{name}.decide").REGIME
    return regime


def _table_desk(name: str) -> Callable[[Law], Decider]:
    def desk(law: Law) -> Decider:
        from openzone.decide.dmn.desk import TableDesk

        return TableDesk(law, table_regime(name))

    return desk


OWN_ENGINE: dict[str, Callable[[Law], Decider]] = {
    "goods": GoodsDesk,
    **{name: _table_desk(name) for name in TABLES},
}
"""Regimes whose rows bind no activities: they decide a case by an engine of their own."""


class Decided(Protocol):
    """What every regime says of a case, before it is written out as an answer."""

    @property
    def outcome(self) -> str:
        """The regime's own word."""
        ...

    @property
    def verdict(self) -> str:
        """One of the seven words of every regime."""
        ...

    @property
    def needs(self) -> Sequence[str]:
        """The facts to ask for."""
        ...

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that the outcome rests on."""
        ...


class Decider(Protocol):
    """A law asked in one regime."""

    def decision(self, raw: Mapping[str, Any], today: dt.date) -> Decided:
        """Decide one case. Raises CaseError when it is refused."""
        ...

    def rendered(self, decision: Any) -> dict[str, Any]:
        """A decision of this regime in the shape of the contract."""
        ...

    def explained(self, decision: Any, lang: str, width: int, paint: bool) -> str:
        """Why the answer is what it is, as text for a terminal."""
        ...

    def traced(self, decision: Any) -> dict[str, Any]:
        """Why the answer is what it is, as plain data."""
        ...

    def answer(self, raw: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
        """Answer one case in the shape of the contract. Raises CaseError when it is refused."""
        ...

    def decide_file(self, path: Path, out: str | None, today: dt.date, engine: str) -> int:
        """Decide a file of cases as a table by an engine for tables; give the refused lines.

        Raises CaseError, also where cases of the regime are decided one by one only.
        """
        ...


def known_regimes() -> tuple[str, ...]:
    """The names of all regimes."""
    return (*REGIMES, *OWN_ENGINE)


def check_regime(name: object) -> None:
    """Refuse a name that is no regime; CaseError says which there are."""
    if not isinstance(name, str) or name not in known_regimes():
        raise CaseError(
            Fault(
                "unknown_regime",
                "there is no such regime",
                field="regime",
                seen=name,
                expected="one of " + ", ".join(known_regimes()),
                next=(nearest(name, known_regimes()) if isinstance(name, str) else "")
                or "name the regime of the case",
            )
        )


def regime_named(name: object) -> Regime:
    """The regime of this name whose rows bind activities; CaseError when there is none."""
    found = REGIMES.get(name) if isinstance(name, str) else None
    if found is None:
        check_regime(name)
        raise CaseError(
            Fault(
                "unknown_regime",
                "the regime is decided case by case: there is no table, difference or map of it",
                field="regime",
                seen=name,
                expected="one of " + ", ".join(REGIMES),
                next="openzone decide FILE answers its cases; openzone reform check tells what a"
                " reform changes in it",
            )
        )
    return found
