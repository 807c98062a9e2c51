"""The regimes by name."""

from __future__ import annotations

from openzone.decide.regime import Regime
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.capital.decide import Capital
from openzone.regimes.security_review.decide import SecurityReview
from openzone.regimes.services.decide import Services

REGIMES: dict[str, Regime] = {
    regime.name: regime for regime in (Capital(), Services(), SecurityReview())
}


def regime_named(name: object) -> Regime:
    """The regime of this name; CaseError when there is none."""
    found = REGIMES.get(name) if isinstance(name, str) else None
    if found is None:
        raise CaseError(
            Fault(
                "unknown_regime",
                "there is no such regime",
                field="regime",
                seen=name,
                expected="one of " + ", ".join(REGIMES),
                next=(nearest(name, REGIMES) if isinstance(name, str) else "")
                or "name the regime of the case",
            )
        )
    return found
