"""The regimes by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
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
    from openzone.decide.dmn.regime import TableRegime

REGIMES: dict[str, Regime] = {
    regime.name: regime for regime in (Capital(), Services(), SecurityReview())
}

TABLES: tuple[str, ...] = ("data", "money")
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


class Decider(Protocol):
    """A law asked in one regime."""

    def answer(self, raw: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
        """Answer one case in the shape of the contract. Raises CaseError when it is refused."""
        ...


def check_regime(name: object) -> None:
    """Refuse a name that is no regime; CaseError says which there are."""
    if not isinstance(name, str) or name not in (*REGIMES, *OWN_ENGINE):
        raise CaseError(
            Fault(
                "unknown_regime",
                "there is no such regime",
                field="regime",
                seen=name,
                expected="one of " + ", ".join((*REGIMES, *OWN_ENGINE)),
                next=(nearest(name, (*REGIMES, *OWN_ENGINE)) if isinstance(name, str) else "")
                or "name the regime of the case",
            )
        )


def regime_named(name: object) -> Regime:
    """The regime of this name whose rows bind activities; CaseError when there is none."""
    check_regime(name)
    found = REGIMES.get(str(name))
    if found is None:
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
