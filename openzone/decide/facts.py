"""The facts a case may give: their kind, unit and what their absence means."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any, Literal

from openzone.errors import Fault, nearest
from openzone.rulebook.model import MILLION, Text

Kind = Literal["share", "nation", "choice", "word", "flag", "count", "mode"]
ASK = "ask"
TIED = ("foreign_share", "largest_single_foreign")  # what is known of one bounds the other
WORD_MAX = 200
DIGITS_MAX = 64
SHARE_PLACES = 6
_EXACT = Context(prec=4 * DIGITS_MAX)
_SHARE = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?\Z")
_FRACTION = re.compile(r"([01])(?:\.([0-9]{1,6}))?\Z", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: `assume` is what its absence means; ASK means that it is asked when it decides.

    A `word` is a choice among the words that the rows of the table name, and `values`. A `hinted`
    fact that is absent is what the rows hint at for the activity.
    """

    name: str
    kind: Kind
    title: Text
    assume: Any = ASK
    values: tuple[Any, ...] = ()
    hinted: bool = False

    def read(self, value: Any) -> tuple[Any, Fault | None]:
        """Give the value in the form the rules test, or the fault it has."""
        read: Callable[[Fact, Any], tuple[Any, Fault | None]] = _READERS[self.kind]
        return read(self, value)


def _wrong(fact: Fact, value: Any, expected: str, code: str = "wrong_value") -> Fault:
    return Fault(code, "the value does not fit", field=fact.name, seen=value, expected=expected)


def share_micro(value: Any) -> int | None:
    """A share as whole millionths, exactly; None when it is no decimal with at most six places.

    Binary floats are read through their shortest decimal form, so 0.66 means 0.66.
    """
    if isinstance(value, float):
        value = Decimal(repr(value))  # small ones are written 1e-06
    if isinstance(value, str):
        value = value.strip()
        if (usual := _FRACTION.match(value)) is not None:
            return int(usual[1]) * MILLION + int((usual[2] or "0").ljust(SHARE_PLACES, "0"))
        if len(value) > DIGITS_MAX or not _SHARE.match(value):
            return None
    elif isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    if isinstance(value, int) and abs(value) > MILLION:
        return value if abs(value) < 1 << 62 else None
    number = Decimal(value)
    if not number.is_finite() or len(number.as_tuple().digits) > DIGITS_MAX:
        return None
    if abs(number) > MILLION:
        return None
    micro = _EXACT.multiply(number, MILLION)
    return int(micro) if micro == _EXACT.to_integral_value(micro) else None


def _share(fact: Fact, value: Any) -> tuple[Any, Fault | None]:
    micro = share_micro(value)
    if micro is None:
        expected = "a decimal fraction from 0 to 1 with at most six places (0.49 for 49%)"
        return None, _wrong(fact, value, expected)
    if not 0 <= micro <= MILLION:
        hint = "a share is a fraction: write 49% as 0.49" if micro > MILLION else ""
        return None, Fault(
            "out_of_range",
            "a share lies from 0 to 1",
            field=fact.name,
            seen=value,
            expected="0 to 1",
            next=hint,
        )
    return micro, None


def _nation(fact: Fact, value: Any) -> tuple[Any, Fault | None]:
    if isinstance(value, str) and value.strip() and len(value) <= WORD_MAX:
        return value.strip().upper(), None
    return None, _wrong(fact, value, "a country, best as two letters (CN, US)")


def _choice(fact: Fact, value: Any) -> tuple[Any, Fault | None]:
    plain = isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
    if plain and value in fact.values:
        return value, None
    expected = "one of " + ", ".join(map(str, fact.values))
    fault = _wrong(fact, value, expected)
    hint = nearest(value, map(str, fact.values)) if isinstance(value, str) else ""
    return None, Fault(
        fault.code, fault.message, field=fact.name, seen=value, expected=expected, next=hint
    )


_TRUE = {"true": True, "false": False}


def _flag(fact: Fact, value: Any) -> tuple[Any, Fault | None]:
    if isinstance(value, bool):
        return value, None
    if isinstance(value, str) and value.strip().lower() in _TRUE:
        return _TRUE[value.strip().lower()], None
    return None, _wrong(fact, value, "true or false")


def _whole(value: Any) -> int | None:
    """A whole number given as one, or as its digits; None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 18 or not (text.isascii() and text.isdigit()):
            return None
        return int(text)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _count(fact: Fact, value: Any) -> tuple[Any, Fault | None]:
    number = _whole(value)
    if number is not None and 0 <= number < 1 << 62:
        return number, None
    return None, _wrong(fact, value, "a whole number, 0 or more")


def _mode(fact: Fact, value: Any) -> tuple[Any, Fault | None]:
    number = _whole(value)
    return _choice(fact, value if number is None else number)


_READERS: dict[str, Any] = {
    "share": _share,
    "nation": _nation,
    "choice": _choice,
    "word": _choice,
    "flag": _flag,
    "count": _count,
    "mode": _mode,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A validated case: what the rules are asked about.

    `facts` holds only what was given (shares in whole millionths). `said` are remarks for the
    answer, for example that an unknown tag was taken as a child of a known one.
    """

    regime: str
    on: dt.date
    places: tuple[str, ...] = ()
    activity: str | None = None
    industry: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    assumed: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()


def as_day(value: Any) -> dt.date | None:
    """A day given as a date or as ISO text; None when it is neither or does not exist."""
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else None
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(text := value.strip()):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return None
    return None


def as_fraction(micro: int) -> int | float:
    """Whole millionths as the JSON number that people read (660000 → 0.66)."""
    return micro / MILLION


def shown(fact: Fact, value: Any) -> Any:
    """A value as it is shown in an answer."""
    return as_fraction(value) if fact.kind == "share" and value is not None else value
