"""A tariff as columns: one line a code of goods, one rate a column; never one object a rate.

A column of ad valorem rates is an array of whole millionths; what is not ad valorem (so much for a
kilogram, or both) stands in a small table beside it. Amounts are whole millionths of the currency.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from openzone.rulebook.model import MILLION, Evidence, Interval, Record, Text

NONE = -1
OTHER = -2
UNITS = (
    "kg",
    "litre",
    "tonne",
    "item",
    "stick",
    "g",
    "ml",
    "m",
    "m2",
    "m3",
    "carat",
    "kwh",
    "pair",
)
PERCENT_MAX = 5000
RATE_FORM = "10 (percent), 1.5/kg, 10+1.5/kg, or empty"
_SPECIFIC = re.compile(r"([0-9]+(?:\.[0-9]+)?)/([a-z0-9]+)")


class Rate(NamedTuple):
    """A rate of duty: `ad_valorem` in millionths of the value, `specific` in millionths of the
    currency for each unit of quantity; both for a compound rate."""

    ad_valorem: int = 0
    specific: int = 0
    unit: str = ""

    def __str__(self) -> str:
        return _shown(self)

    def text(self) -> str:
        """The rate as people write it: `10%`, `1.5/kg`, `10% + 1.5/kg`."""
        percent = _plain(Decimal(self.ad_valorem) * 100 / MILLION)
        if not self.unit:
            return f"{percent}%"
        amount = f"{_plain(Decimal(self.specific) / MILLION)}/{self.unit}"
        return f"{percent}% + {amount}" if self.ad_valorem else amount


@lru_cache(maxsize=4096)
def _shown(rate: Rate) -> str:
    return rate.text()


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def read_rate(text: str) -> Rate:
    """A rate from its text: `10` (percent), `1.5/kg`, `10+1.5/kg`. Raises ValueError.

    >>> str(read_rate("10+1.5/kg"))
    '10% + 1.5/kg'
    """
    ad_valorem, specific, unit = 0, 0, ""
    for part in text.replace("%", "").replace(" ", "").split("+"):
        found = _SPECIFIC.fullmatch(part)
        if found:
            if unit or found[2] not in UNITS:
                raise ValueError(f"units are {', '.join(UNITS)}" if not unit else "two amounts")
            specific, unit = _millionths(found[1], 1), found[2]
        else:
            ad_valorem += _millionths(part, 100)
    if not 0 <= ad_valorem <= PERCENT_MAX * MILLION // 100:
        raise ValueError(f"from 0 to {PERCENT_MAX} percent")
    return Rate(ad_valorem, specific, unit)


def _millionths(text: str, divisor: int) -> int:
    try:
        number = Decimal(text)
        whole = number * MILLION / divisor
        exact = number.is_finite() and whole == whole.to_integral_value()
    except (InvalidOperation, ArithmeticError):
        exact = False
    if not exact:
        raise ValueError("10, 1.5/kg or 10+1.5/kg")
    return int(whole)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a tariff: for whom it is. `partners`: two-letter codes of the origins it serves.

    `kind`: mfn, general, provisional, agreement or special (for the least developed).
    """

    id: str
    kind: str
    title: Text
    evidence: Evidence
    partners: frozenset[str] = frozenset()
    proof: str | None = None
    all_lines: Rate | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """The rates inside a tariff quota for one line; `tonnes` is the volume of its whole group."""

    group: str
    in_quota: Rate
    provisional: Rate | None
    tonnes: int | None


@dataclass(frozen=True)
class Schedule:
    """An edition of a tariff. `rates` holds, by column, 4 bytes a line (NONE: blank; OTHER: see
    `others`, by column and place of the line)."""

    id: str
    title: Text
    edition: str
    hs_edition: str
    in_force: Interval
    document: str
    evidence: Evidence
    record: Record
    use: str
    columns: Mapping[str, Column]
    hs: tuple[str, ...]
    titles: tuple[tuple[str, str], ...]
    incomplete: frozenset[str]
    rates: Mapping[str, bytes]
    others: Mapping[tuple[str, int], Rate]
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    published_lines: int | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("columns", "rates", "others", "quotas"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each line by its code."""
        return {code: place for place, code in enumerate(self.hs)}

    @cached_property
    def arrays(self) -> Mapping[str, memoryview]:
        """Each column as whole millionths, one a line."""
        return {name: memoryview(data).cast("i") for name, data in self.rates.items()}

    def place(self, code: str) -> int | None:
        """The place of the line that a code of goods falls in: the longest that it begins with."""
        places = self.places
        for length in range(len(code), 5, -1):
            found = places.get(code[:length])
            if found is not None:
                return found
        return None

    def in_part(self, code: str) -> bool:
        """Say whether lines hold only parts of what begins with a code."""
        at = bisect_right(self.hs, code)
        return bool(code) and at < len(self.hs) and self.hs[at].startswith(code)

    def rate(self, place: int, column: str) -> Rate | None:
        """The rate of a line in a column; None when it is blank."""
        held = self.arrays.get(column)
        value = NONE if held is None else held[place]
        if value == OTHER:
            return self.others[column, place]
        if value == NONE:
            return self.columns[column].all_lines if column in self.columns else None
        return Rate(value)

    @cached_property
    def _open_to(self) -> dict[str, tuple[Column, ...]]:
        return {}

    def open_to(self, origin: str) -> tuple[Column, ...]:
        """The agreement and special columns that serve an origin, in their order."""
        found = self._open_to.get(origin)
        if found is None:
            found = self._open_to[origin] = tuple(
                one
                for one in self.columns.values()
                if one.kind in ("agreement", "special") and origin in one.partners
            )
        return found

    @cached_property
    def _kinds(self) -> Mapping[str, tuple[Column, ...]]:
        found: dict[str, tuple[Column, ...]] = {}
        for one in self.columns.values():
            found[one.kind] = (*found.get(one.kind, ()), one)
        return found

    def of_kind(self, kind: str) -> Iterator[Column]:
        """The columns of one kind."""
        return iter(self._kinds.get(kind, ()))


def packed(rates: Iterable[Rate | None]) -> tuple[bytes, dict[int, Rate]]:
    """A column as Schedule holds it, and what is not ad valorem, by place."""
    values = array("i")
    others: dict[int, Rate] = {}
    for place, rate in enumerate(rates):
        if rate is not None and rate.unit:
            others[place] = rate
        values.append(NONE if rate is None else OTHER if rate.unit else rate.ad_valorem)
    return values.tobytes(), others
