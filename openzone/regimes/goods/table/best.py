"""The lowest rate of every line of a tariff for one origin with its proofs, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from openzone.regimes.goods.case import GoodsCase
from openzone.regimes.goods.money import SCALES
from openzone.regimes.goods.rates import Candidate, Choice, Options, Rated, order
from openzone.regimes.goods.rows import Ground
from openzone.regimes.goods.table.outline import Failing
from openzone.rulebook.tariff import NONE, OTHER, Rate, Schedule

FINE = 0
NOTHING = Rate()


@dataclass(frozen=True)
class Profile:
    """Lines with one origin, the same proofs and the same say on quotas."""

    origin: str | None
    proofs: frozenset[str]
    claim: bool | None = None
    certificate: bool | None = None


@dataclass(frozen=True)
class BySpecific:
    """A rate by quantity; `by_value`: the line has a rate by value beside it."""

    rate: Rate
    column: str
    by_value: bool


@dataclass
class Best:
    """The rate of each line for one profile. `rates`: millionths of the value. `columns`: places
    in the names of the columns. `failing`: the number of what fails, 0 nothing; `specific`: the
    number of a rate by quantity, 0 none."""

    rates: Any
    columns: Any
    failing: Any
    specific: Any


class BestRates:
    """The lines of one tariff as arrays. Line `len(hs)` stands for codes that the tariff lacks.

    `codes`: a code for each line that is asked for, with its place in the tariff. `units`: the
    units of quantity that the table of cases gives.
    """

    def __init__(
        self, ground: Ground, schedule: Schedule | None, codes: Sequence[str], units: Iterable[str]
    ) -> None:
        self.ground, self.schedule, self.codes = ground, schedule, list(codes)
        self.units = frozenset(SCALES.get(unit, (unit, 1))[0] for unit in units)
        self.names: list[str] = [""]
        self.failings: list[Failing] = [Failing()]
        self.specifics: list[BySpecific | None] = [None]
        if schedule is None:
            return
        places = [schedule.place(code) for code in self.codes]
        self.places = np.array([-1 if one is None else one for one in places], np.int64)
        self.quota = np.array([code[:8] in schedule.quotas for code in self.codes], bool)
        in_part = [schedule.in_part(code) for code in self.codes]
        self.in_part = (self.places < 0) & np.array(in_part, bool)
        self.incomplete = np.array(
            [one is not None and schedule.hs[one] in schedule.incomplete for one in places], bool
        )

    def number(self, known: list[Any], one: Any) -> int:
        """The number of a thing among those known."""
        if one not in known:
            known.append(one)
        return known.index(one)

    def column(self, name: str) -> Any:
        """A column at the lines asked for, in millionths; NONE and OTHER as in the tariff."""
        schedule = self.schedule
        assert schedule is not None
        size = len(schedule.hs)
        held = schedule.rates.get(name)
        values = np.full(size, NONE, np.int32) if held is None else np.frombuffer(held, np.int32)
        everywhere = schedule.columns[name].all_lines if name in schedule.columns else None
        if everywhere is not None:
            blank = OTHER if everywhere.unit else everywhere.ad_valorem
            values = np.where(values == NONE, blank, values)
        return np.append(values, np.int32(NONE))[self.places]  # place -1 is the last

    def of(self, profile: Profile) -> Best:
        """The rate of each line for a profile."""
        count = len(self.codes)
        found = Best(
            np.zeros(count, np.int64), np.zeros(count, np.int32),
            np.zeros(count, np.int32), np.zeros(count, np.int32),
        )  # fmt: skip
        schedule = self.schedule
        if schedule is None:
            found.failing[:] = self.number(self.failings, Failing(look_up=("tariff",)))
            return found
        single = self.quota.copy()
        first = self._first(profile, schedule)
        for name, values in first:
            single |= values == OTHER
            taken = (found.columns == 0) & (values != NONE)
            found.rates[taken] = values[taken]
            found.columns[taken] = self.number(self.names, name)
        lost = found.columns == 0
        if profile.origin is not None:
            for column in schedule.open_to(profile.origin):
                if column.id not in profile.proofs:
                    continue
                values = self.column(column.id)
                single |= (values == OTHER) | (self.incomplete & (values == NONE))
                lower = (values >= 0) & (values < found.rates) & ~lost
                found.rates[lower] = values[lower]
                found.columns[lower] = self.number(self.names, column.id)
        found.failing[lost] = self.number(self.failings, Failing(look_up=("tariff_line",)))
        found.failing[lost & self.in_part] = self.number(self.failings, Failing(needs=("hs",)))
        for line in np.flatnonzero(single):
            self._alone(found, int(line), profile, schedule)
        return found

    def _first(self, profile: Profile, schedule: Schedule) -> list[tuple[str, Any]]:
        """The columns that give a line its rate without any preference, the first that has one."""
        kinds = ("general",) if profile.origin is None else ("provisional", "mfn")
        columns = [next(schedule.of_kind(kind), None) for kind in kinds]
        held = [(one.id, self.column(one.id)) for one in columns if one is not None]
        if len(held) == 2:  # a provisional rate stands only where there is a rate to replace
            name, values = held[0]
            held[0] = (name, np.where(held[1][1] == NONE, NONE, values))
        return held

    def _alone(self, found: Best, line: int, profile: Profile, schedule: Schedule) -> None:
        """A line with a quota, a rate by quantity or a cell that proves nothing."""
        said = {"quota_claim": profile.claim, "quota_certificate": profile.certificate}
        facts = {name: one for name, one in said.items() if one is not None}
        case = GoodsCase(
            self.ground.on, self.ground.inside, self.codes[line], profile.origin,
            proofs=profile.proofs, facts=facts,
        )  # fmt: skip
        choice = Choice(self.ground, case, self.codes[line], 0, schedule)
        options = choice.options()
        found.rates[line], found.columns[line], found.failing[line] = 0, 0, 0
        if isinstance(options, Rated):
            failing = Failing(options.needs, options.look_up, options.asks_proof)
            found.failing[line] = self.number(self.failings, failing)
            return
        self._taken(found, line, options, choice.untold())

    def _taken(self, found: Best, line: int, options: Options, untold: bool) -> None:
        by_value = [one for one in options.usable if not one.rate.unit]
        by_quantity = _fewest([one for one in options.usable if one.rate.unit])
        lowest = min(by_value, key=lambda one: one.rate.ad_valorem, default=None)
        nothing = lowest is not None and lowest.rate == NOTHING
        if untold and not nothing:
            found.failing[line] = self.number(self.failings, Failing(one_by_one=True))
            return
        if lowest is not None:
            found.rates[line] = lowest.rate.ad_valorem
            found.columns[line] = self.number(self.names, lowest.column)
        if not by_quantity or nothing:
            return
        kinds = {SCALES.get(one.rate.unit, (one.rate.unit, 1))[0] for one in by_quantity}
        if not kinds <= self.units:
            units = dict.fromkeys(f"quantity_{one.rate.unit}" for one in by_quantity)
            # an amount by value may round to nothing, and then no quantity is asked for
            alone = lowest is not None or bool(kinds & self.units)
            failing = Failing(one_by_one=True) if alone else Failing(needs=tuple(units))
            found.failing[line] = self.number(self.failings, failing)
        elif len(by_quantity) > 1:
            found.failing[line] = self.number(self.failings, Failing(one_by_one=True))
        else:
            one = by_quantity[0]
            specific = BySpecific(one.rate, one.column, lowest is not None)
            found.specific[line] = self.number(self.specifics, specific)
            self.number(self.names, one.column)


def _fewest(candidates: list[Candidate]) -> list[Candidate]:
    """The rates by quantity of which one may be the lowest: of each unit alone, the lowest."""
    plain: dict[str, Candidate] = {}
    mixed: list[Candidate] = []
    for one in candidates:
        if one.rate.ad_valorem:
            mixed.append(one)
        elif one.rate.unit not in plain or order(one) < order(plain[one.rate.unit]):
            plain[one.rate.unit] = one
    return [*plain.values(), *mixed]
