"""Which rate: the columns open to an origin, each with its amount, and why it won or lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from openzone.regimes.goods.case import GoodsCase, as_number
from openzone.regimes.goods.money import duty
from openzone.regimes.goods.rows import Ground, Hit, priority
from openzone.rulebook.model import MILLION, Row, Text
from openzone.rulebook.tariff import Column, Rate, Schedule

TABLE = "goods_rates"
SLIDING = ("line_yuan_per_kg", "specific_yuan_per_kg", "divided", "times", "cap_percent")


class Candidate(NamedTuple):
    """A rate that could apply. `amount`: the duty in fen, None when its quantity is not given;
    `line`: the line of the tariff that holds it, or the code; `row`: the row that gives it.

    `state`: applied; usable, while another fact is missing; dearer, replaced (by a provisional or
    quota rate): usable and not taken; no_proof, no_concession, no_certificate, not_open: not
    usable.
    """

    column: str
    rate: Rate
    amount: int | None
    state: str
    proof: str | None = None
    saves: int | None = None
    line: str = ""
    row: Row | None = None


class Rated(NamedTuple):
    """The rate that applies, with all candidates; or what is missing to tell."""

    applied: Candidate | None
    candidates: tuple[Candidate, ...] = ()
    needs: tuple[str, ...] = ()
    look_up: tuple[str, ...] = ()
    asks_proof: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    schedule: Schedule | None = None


def schedule_of(ground: Ground, named: str | None) -> Schedule | None:
    """The tariff of the day that is law; another one, an estimate too, where the case names it."""
    law, on = ground.law, ground.on
    if named is not None:
        return law.book.schedules.get(named)
    standing: tuple[Schedule, ...] | None = law.memo.get("goods tariffs")
    if standing is None:
        standing = law.memo["goods tariffs"] = tuple(
            one
            for one in law.book.schedules.values()
            if one.use == "law" and law.public(one.document)
        )
    return next((one for one in standing if one.in_force.holds(on)), None)


def rated(ground: Ground, case: GoodsCase, code: str, value: int) -> Rated:
    """The rate for goods of a code and the duty on them, in the order that the tariff gives."""
    schedule = schedule_of(ground, case.words.get("schedule"))
    if schedule is None:
        return Rated(None, look_up=("tariff",))
    return Choice(ground, case, code, value, schedule).made()


class Options(NamedTuple):
    """The rates for a case, before their amounts are compared: those usable, in their order, and
    the base rate, what it replaces, and the preferences, of which some are usable."""

    usable: tuple[Candidate, ...]
    base: Candidate
    replaced: tuple[Candidate, ...]
    special: tuple[Candidate, ...]

    @property
    def all(self) -> tuple[Candidate, ...]:
        """Every candidate, the usable ones first."""
        return tuple(dict.fromkeys((*self.usable, *self.replaced, *self.special)))


class Choice:
    """The rates of one line of a tariff for one case."""

    def __init__(
        self, ground: Ground, case: GoodsCase, code: str, value: int, schedule: Schedule
    ) -> None:
        self.ground, self.case, self.code = ground, case, code
        self.value, self.schedule = value, schedule
        self.place = schedule.place(code)
        self.line = code[:8] if self.place is None else schedule.hs[self.place]
        self.quota = schedule.quotas.get(code[:8])
        self.certificate = case.facts.get("quota_certificate") is True
        self.inside = self.quota is not None and self.certificate

    def made(self) -> Rated:
        """The choice."""
        options = self.options()
        if isinstance(options, Rated):
            return options
        usable = options.usable
        unknown = [one for one in usable if one.amount is None]
        if unknown and not any(one.amount == 0 for one in usable):
            units = tuple(dict.fromkeys(f"quantity_{one.rate.unit}" for one in unknown))
            return self._told(None, options.all, needs=units)
        best = min((one for one in usable if one.amount is not None), key=order)
        if best.amount and self.untold():
            return self._told(None, options.all, look_up=("agreement_rate",))
        return self._settled(best, options)

    def options(self) -> Options | Rated:
        """The rates open to the case; or what is missing to tell them."""
        if self.quota is not None and self.case.facts.get("quota_claim") and not self.certificate:
            return self._told(None, (), asks_proof=("quota_certificate",))
        if self.case.origin is None:
            return self._general()
        base = self._base()
        if isinstance(base, Rated):
            return base
        first, replaced = base
        special = tuple(self._preferences())
        usable = (first, *(one for one in special if one.state == "usable"))
        if self.inside:
            usable = tuple(one for one in usable if one is first or one.rate == Rate())
        return Options(usable, first, tuple(replaced), special)

    def _settled(self, best: Candidate, options: Options) -> Rated:
        told = [_as(best, "applied")]
        for one in (options.base, *options.replaced, *options.special):
            if one is best:
                continue
            state = "dearer" if one.state == "usable" else one.state
            saves = None
            if state == "no_proof" and one.amount is not None and best.amount is not None:
                saves = best.amount - one.amount if one.amount < best.amount else None
            told.append(_as(one, state, saves))
        return self._told(told[0], tuple(told))

    def _told(
        self,
        applied: Candidate | None,
        candidates: tuple[Candidate, ...],
        needs: tuple[str, ...] = (),
        look_up: tuple[str, ...] = (),
        asks_proof: tuple[str, ...] = (),
    ) -> Rated:
        once = tuple(dict.fromkeys(candidates))
        return Rated(applied, once, needs, look_up, asks_proof, (), self.schedule)

    def _candidate(
        self, column: str, rate: Rate, state: str = "usable", proof: str | None = None
    ) -> Candidate:
        amount = duty(rate, self.value, self.case.quantities)
        return Candidate(column, rate, amount, state, proof, line=self.line)

    def _rate(self, column: str) -> Rate | None:
        return None if self.place is None else self.schedule.rate(self.place, column)

    def _general(self) -> Options | Rated:
        """Unknown origin: the general rate; no provisional rate ever applies to it."""
        column = next(self.schedule.of_kind("general"), None)
        rate = None if column is None else self._rate(column.id)
        if column is None or rate is None:
            return self._lineless()
        one = self._candidate(column.id, rate)
        return Options((one,), one, (), ())

    def _base(self) -> tuple[Candidate, list[Candidate]] | Rated:
        """What applies without any preference: quota, sliding, provisional or MFN rate."""
        if self.inside and self.quota is not None:
            rate = self.quota.provisional or self.quota.in_quota
            name = "in_quota_provisional" if self.quota.provisional else "in_quota"
            outside = self._mfn()
            held = [] if outside is None else [_as(outside, "replaced")]
            return self._candidate(name, rate), held
        instead = self.ground.once(TABLE, self.code, _instead)
        if instead.needs:
            return self._told(None, (), needs=instead.needs)
        if instead.row is not None:
            return self._sliding(instead.row)
        normal = self._mfn()
        if normal is None:
            return self._lineless()
        column = next(self.schedule.of_kind("provisional"), None)
        provisional = None if column is None else self._rate(column.id)
        if column is None or provisional is None:
            return normal, []
        return self._candidate(column.id, provisional), [_as(normal, "replaced")]

    def _lineless(self) -> Rated:
        """No line has the code: all its digits are asked for where lines hold parts of it."""
        if self.place is None and self.schedule.in_part(self.code):
            return self._told(None, (), needs=("hs",))
        return self._told(None, (), look_up=("tariff_line",))

    def _mfn(self) -> Candidate | None:
        column = next(self.schedule.of_kind("mfn"), None)
        rate = None if column is None else self._rate(column.id)
        return None if column is None or rate is None else self._candidate(column.id, rate)

    def _sliding(self, row: Row) -> tuple[Candidate, list[Candidate]] | Rated:
        """The sliding duty of a row, by the price of a kilogram."""
        figures = [self.ground.figure(row, name) for name in SLIDING]
        if None in figures:
            return self._told(None, (), look_up=("sliding_duty",))
        price = self._price()
        if price is None:
            return self._told(None, (), needs=("quantity_kg",))
        rate = sliding_rate(price, tuple(map(Decimal, figures)))
        outside = self._mfn()
        held = [] if outside is None else [_as(outside, "replaced")]
        return self._candidate("sliding", rate)._replace(row=row), held

    def _price(self) -> Decimal | None:
        if "price_per_kg" in self.case.numbers:
            return as_number(self.case.numbers["price_per_kg"])
        kilograms = self.case.quantities.get("kg")
        if not kilograms:
            return None
        return Decimal(self.value).scaleb(-2) / as_number(kilograms)

    def _preferences(self) -> Iterator[Candidate]:
        """The agreement and special columns of the origin."""
        opened, proofs = self._open(), self.case.proofs
        for column in opened:
            rate = self._rate(column.id)
            shown = column.id in proofs
            if rate is None:
                if shown:
                    yield Candidate(column.id, Rate(), None, "no_concession", column.proof)
            elif column.kind == "special" and self.quota is not None and not self.inside:
                yield self._candidate(column.id, rate, "no_certificate", column.proof)
            else:
                state = "usable" if shown else "no_proof"
                yield self._candidate(column.id, rate, state, column.proof)
        for proof in sorted(proofs.difference(column.id for column in opened)):
            yield Candidate(proof, Rate(), None, "not_open", proof)

    def _open(self) -> tuple[Column, ...]:
        return self.schedule.open_to(self.case.origin or "")

    def untold(self) -> bool:
        """Say whether a proof is shown for an empty cell of a line where empty proves nothing."""
        if self.place is None or self.schedule.hs[self.place] not in self.schedule.incomplete:
            return False
        return any(
            column.id in self.case.proofs and self._rate(column.id) is None
            for column in self._open()
        )


def sliding_rate(price: Decimal, figures: tuple[Decimal, ...]) -> Rate:
    """The sliding duty for a price in yuan a kilogram: an amount above the line, else a rate.

    Source: footnote of the tariff. The rate is rounded half up to three places, then capped.
    """
    line, specific, divided, times, cap = figures
    if price >= line:
        return Rate(0, int(specific * MILLION), "kg")
    rate = (divided / price + times * price - 1).quantize(Decimal("0.001"), ROUND_HALF_UP)
    return Rate(int(max(min(rate, cap / 100), Decimal(0)) * MILLION))


def order(one: Candidate) -> tuple[int, bool, int, int]:
    """What candidates are compared by: the amount; of equal amounts, the lower rate by value."""
    return one.amount or 0, bool(one.rate.unit), one.rate.ad_valorem, one.rate.specific


def _as(one: Candidate, state: str, saves: int | None = None) -> Candidate:
    return Candidate(one.column, one.rate, one.amount, state, one.proof, saves, one.line, one.row)


def _instead(ground: Ground, code: str) -> Hit:
    """The row that gives a rate instead of a column of the tariff."""
    return priority(ground, TABLE, code)


STATES: Mapping[str, Text] = {
    "applied": Text("适用", "applies"),
    "usable": Text("可能适用", "could apply"),
    "dearer": Text("未采用：税额不更低", "not taken: the amount is not lower"),
    "replaced": Text("未采用：另有税率优先", "not taken: another rate stands before it"),
    "no_proof": Text("不可用：未提交原产地证明", "not usable: no proof of origin is shown"),
    "no_concession": Text(
        "不可用：协定未作减让", "not usable: the agreement gives nothing on this line"
    ),
    "no_certificate": Text("不可用：仅限配额内", "not usable: inside the quota only"),
    "not_open": Text("不可用：该原产地不适用", "not usable: the column is not for this origin"),
}
"""What is said of a candidate in each state."""
