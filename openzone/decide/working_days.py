"""Working days of the law: rows of the table `calendar`, for clocks that run in working days.

A year whose holidays are not on record is not covered: a clock that ends there has no answer.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any

from openzone.rulebook.law import Law
from openzone.rulebook.model import Interval, Row

TABLE = "calendar"
WEEKEND, DAYS_OFF, DAYS_WORKED = "weekend", "days_off", "days_worked"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = dt.timedelta(days=1)


class WorkingDays:
    """Which days are worked, on the days covered: one unbroken span, None where there is none."""

    __slots__ = ("_days", "span")

    def __init__(
        self,
        span: Interval | None,
        weekend: Iterable[int] = (),
        off: Iterable[dt.date] = (),
        worked: Iterable[dt.date] = (),
    ) -> None:
        self.span = span
        self._days: list[dt.date] = []
        if span is None or span.start is None or span.end is None:
            self.span = None
            return
        rest, extra, free = frozenset(off), frozenset(worked), frozenset(weekend)
        length = (span.end - span.start).days
        every = (span.start + _DAY * n for n in range(length))
        self._days = [
            day for day in every if day in extra or (day.weekday() not in free and day not in rest)
        ]

    def covers(self, day: dt.date) -> bool:
        """Say whether it is on record which days around this one are worked."""
        return self.span is not None and self.span.holds(day)

    def is_worked(self, day: dt.date) -> bool | None:
        """Say whether a day is a working day; None outside the days covered."""
        if not self.covers(day):
            return None
        at = bisect_left(self._days, day)
        return at < len(self._days) and self._days[at] == day

    def next_working_day(self, day: dt.date) -> dt.date | None:
        """The day itself when it is worked, else the next that is; None when not on record."""
        if not self.covers(day):
            return None
        at = bisect_left(self._days, day)
        return self._days[at] if at < len(self._days) else None

    def add_working_days(self, day: dt.date, n: int) -> dt.date | None:
        """The n-th working day after a day, which itself does not count; None when not on record.

        `n` is 1 or more. Raises ValueError otherwise.
        """
        if n < 1:
            raise ValueError(f"the n-th working day after a day: n is {n}, not 1 or more")
        if day == dt.date.max or not self.covers(day + _DAY):
            return None
        at = bisect_right(self._days, day) + n - 1
        return self._days[at] if at < len(self._days) else None

    def add_calendar_days(self, day: dt.date, n: int) -> dt.date | None:
        """The n-th day after a day, or the next working day when that is a day of rest."""
        return self.next_working_day(day + _DAY * n)


def working_days(law: Law) -> WorkingDays:
    """The working days of a law, as far as its rows cover them."""
    found: WorkingDays | None = law.memo.get(TABLE)
    if found is None:
        found = law.memo[TABLE] = _read([row for row in law.rows if row.table == TABLE])
    return found


def _read(rows: list[Row]) -> WorkingDays:
    def listed(effect: str, name: str) -> list[Any]:
        return [item for row in rows if row.effect == effect for item in row.param(name, ())]

    weekend = [WEEKDAYS.index(word) for word in listed(WEEKEND, "weekdays")]
    return WorkingDays(
        _last_span([row.in_force for row in rows if row.effect == DAYS_OFF]),
        weekend,
        listed(DAYS_OFF, "days"),
        listed(DAYS_WORKED, "days"),
    )


def _last_span(spans: Iterable[Interval]) -> Interval | None:
    """The last run of spans that follow one another without a gap."""
    found: Interval | None = None
    whole = [one for one in spans if one.start is not None and one.end is not None]
    for one in sorted(whole, key=lambda span: span.start or dt.date.min):
        joins = found is not None and found.end == one.start
        found = Interval(found.start, one.end) if found is not None and joins else one
    return found
