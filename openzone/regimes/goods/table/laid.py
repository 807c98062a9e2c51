"""The answers of lines as an expression over the small tables: look-ups, then arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import ibis

from openzone.decide.table.columns import day as day_of
from openzone.regimes.goods.money import SCALES
from openzone.regimes.goods.table import amounts
from openzone.regimes.goods.table.small_tables import (
    AMOUNTS,
    PROFILE,
    SmallTables,
    text_of,
    whole,
)
from openzone.rulebook.model import MILLION
from openzone.rulebook.tariff import UNITS

RAW = ("state", "column", "rate", *AMOUNTS, "alone")
_NAMES = count()


class Laid(SmallTables):
    """The small tables for one set of columns, and the lines with RAW.

    `alone` marks the lines that are decided one by one; the amounts of these, and of lines whose
    terms have none, mean nothing.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._name = next(_NAMES)
        self._views: dict[Any, Any] = {}

    # ---- the expression ----------------------------------------------------------------------
    #
    # An engine works out an expression once where it stands in a column that a join comes after,
    # or where no CASE hides it; hence the order of the steps, and masks in place of CASE.

    def viewed(self, cases: Any, keep: Sequence[str], prefix: str) -> Any:
        """The columns `keep` with RAW, each under `prefix`, for a query that runs before the next
        call: a view over a view of the cases, so that the expression is worked out once."""
        table = self._view(f"cases_{self._name}", cases)
        if self.pending and not self._held:
            self.meet(cases)
        mark = (cases.schema(), tuple(keep), prefix)
        if mark not in self._views:
            found = self.amounted(self.numbered(table))
            raw = {prefix + name: found[f"_a_{name}"] for name in RAW}
            name = f"lines_{self._name}_{next(_NAMES)}"
            self._views[mark] = self._view(name, found.select(*keep, **raw))
        return self._views[mark]

    def meet(self, cases: Any) -> None:
        """Work out the terms that lines of a table ask for: one pass over it."""
        table = self._view(f"cases_{self._name}", cases)
        met = self.numbered(table).select("_terms").distinct().to_pyarrow().column("_terms")
        fresh = [key for key in met.to_pylist() if key not in self._held]
        if fresh:
            self.settle(fresh)
            self._views.clear()

    def _view(self, name: str, table: Any) -> Any:
        name = f"_openzone_goods_{name}"
        sql = self.backend.compile(table)
        self.backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")
        return self.backend.table(name, database=("temp", "main"))

    def numbered(self, cases: Any) -> Any:
        """The lines with the number of their rate and of their terms, their value and quantities.

        `_good`: every word, number and amount can be read.
        """
        value, good = amounts.whole(cases.customs_value, 100)
        columns: dict[str, Any] = {f"_w_{name}": text_of(cases[name]) for name in self.words}
        most, quantity_most = self._room()
        held = {}
        for unit in self.units:
            held[unit], fine = amounts.whole(cases[f"quantity_{unit}"], MILLION)
            good = good & fine
        liquid = [held[unit].notnull() for unit in ("litre", "ml") if unit in held]
        columns["_poured"] = liquid[0] | liquid[-1] if liquid else ibis.literal(False)
        for unit in self._units():
            columns[f"_in_{unit}"] = amounts.in_unit(held, unit, quantity_most)
        told = (value <= most).fill_null(False)
        good = good & (told | value.isnull())
        parts = []
        for name, cut in self.cuts.items():
            part, readable = cut.part(cases[name])
            parts.append(part * self._strides()[name])
            good = good & readable
        if "date" in cases.columns:
            day, fine = day_of(cases.date)
            columns["_w_date"], good = day.fill_null(self.today), good & fine
        columns["_part"] = sum(parts, whole(0))
        columns["_v"] = ibis.ifelse(told, value, 0)
        table = cases.mutate(_told=told, _good=good, **columns)
        if "date" in cases.columns:
            table = table.inner_join(self._days, [("_w_date", "_k_date")])
        else:
            table = table.mutate(_z_date=whole(0), _tariff=whole(0))
        for name, dim in self._dims.items():
            table = table.inner_join(dim, [(f"_w_{name}", f"_k_{name}")])
        table = table.select(table)
        number = table._z_date + table._part
        for name in self._dims:
            number = number + table[f"_z_{name}"]
        line = table._tariff + table["_line"]
        asked = [table[f"_p_{name}"] for name in PROFILE if name in self.words]
        if asked:
            table = table.mutate(_terms=number, _rate=line, _pair=sum(asked[1:], asked[0]))
            table = table.inner_join(self._profiles, [("_pair", "_k_pair")])
            table = table.mutate(_rate=table._rate + table._profile)
        else:
            table = table.mutate(_terms=number, _rate=line)
        table = table.inner_join(self._best, [("_rate", "_k_rate")])
        return table.mutate(_terms=table._terms + table._b_failing)

    def amounted(self, table: Any) -> Any:
        """The lines with their answers: `_a_` and each name of RAW."""
        if len(self.specifics) > 1:
            table = table.inner_join(self._specific, [("_b_specific", "_k_specific")])
            table = self._by_quantity(table)
        else:
            duty = amounts.by_value(table._v, table._b_rate)
            plain = {"_d": duty, "_lost": False, "_paid": table._b_column, "_at": table._b_rate}
            table = table.mutate(**plain)
        table = table.inner_join(self._terms, [("_terms", "_k_terms")])
        return self._taxed(table)

    def _by_quantity(self, table: Any) -> Any:
        """The duty (`_d`), its column and rate where some rates are by quantity; `_lost`: the
        quantity is not told."""
        by_value = amounts.by_value(table._v, table._b_rate)
        concerned = table._b_specific > 0
        quantity, told = self._quantity(table, table._s_unit)
        table = table.mutate(_by_value=by_value, _q=quantity, _q_told=told)
        other = amounts.by_quantity(table._v, table._s_rate, table._q, table._s_amount)
        table = table.mutate(_other=ibis.ifelse(concerned, other, 0))
        taken = concerned & (~table._s_beside | (table._other < table._by_value))
        lost = ibis.ifelse(concerned, ~table._q_told, False)
        return table.mutate(
            _d=ibis.ifelse(taken, table._other, table._by_value),
            _paid=ibis.ifelse(taken, table._s_column, table._b_column),
            _at=ibis.ifelse(taken, ibis.null("int64"), table._b_rate),
            _lost=lost,
        )

    def _units(self) -> list[str]:
        """The units of quantity that the columns of quantities tell."""
        kinds = {SCALES.get(unit, (unit, 1))[0] for unit in self.units}
        return [unit for unit in UNITS if SCALES.get(unit, (unit, 1))[0] in kinds]

    def _quantity(self, table: Any, number: Any) -> tuple[Any, Any]:
        """The quantity in the unit of a number, 0 where none is told; and whether one is."""
        used = {one.rate.unit for one in self.specifics if one}
        used |= {one.excise.unit for one in self.known}
        found = [
            (UNITS.index(unit), table[f"_in_{unit}"]) for unit in self._units() if unit in used
        ]
        quantity = amounts.chosen(number, found)
        return quantity.fill_null(0), quantity.notnull()

    def _taxed(self, table: Any) -> Any:
        """The amounts that the terms ask for, each below the floor left out, and their sum."""
        floor = table._t_floor
        duty = _kept(table._d * table._t_duty.cast("int64"), floor)
        remedy: Any = whole(0)
        for number in range(self.most):
            part = table[f"_t_remedy_{number}"]
            remedy = remedy + ibis.ifelse(part > 0, amounts.by_value(table._v, part), 0)
        base = table._v + duty + remedy
        lost = table._lost & table._t_duty
        branches = []
        if any(one.excise.unit for one in self.known):
            by_unit = table._t_unit >= 0
            quantity, told = self._drunk(table)
            mixed = amounts.compound_excise(base, table._t_rate, quantity, table._t_amount)
            branches.append((by_unit, _kept(mixed, floor)))
            lost = lost | ibis.ifelse(by_unit, table._t_amounts & ~told, False)
        plain = amounts.excise(base, table._t_rate)
        branches.append((table._t_rate > 0, _kept(plain, floor)))
        excise = ibis.cases(*branches, else_=whole(0))
        vat = _kept(amounts.by_value(base + excise, table._t_vat), floor)
        alone = table._t_alone | ~table._good | (table._t_valued & ~table._told) | lost
        return table.mutate(
            _a_state=table._t_state,
            _a_column=ibis.ifelse(table._t_duty, table._paid, 0),
            _a_rate=ibis.ifelse(table._t_duty, table._at, ibis.null("int64")),
            _a_alone=alone,
            _a_customs_value=table._v,
            _a_duty=duty,
            _a_remedy=remedy,
            _a_consumption_tax=excise,
            _a_vat=vat,
            _a_total=duty + remedy + excise + vat,
        )

    def _drunk(self, table: Any) -> tuple[Any, Any]:
        """The quantity that the excise asks for; litres from a weight where only that is given."""
        quantity, told = self._quantity(table, table._t_unit)
        if "kg" not in self._units():
            return quantity, told
        weighed = (table._t_litres > 0) & table._in_kg.notnull() & ~table._poured
        litres = amounts.by_litres(table._in_kg.fill_null(0), table._t_litres)
        return ibis.ifelse(weighed, litres, quantity), told | weighed

    def _room(self) -> tuple[int, int]:
        """The largest value (fen) and quantity (millionths) for which nothing overflows."""
        excise = max(one.excise.ad_valorem for one in self.known)
        vat = max(one.vat for one in self.known)
        on_top = max(sum(one.remedies) for one in self.known)
        each = max((one for terms in self.known for one in terms.remedies), default=0)
        growth = 4 * (MILLION + self._rate_max + on_top) // (MILLION - excise)
        rate = max(self._rate_max, each, excise * growth, vat * growth, 1)
        value = amounts.ROOM // rate
        amount = max(
            [one.rate.specific for one in self.specifics if one]
            + [one.excise.specific for one in self.known]
            + [1]
        )
        litres = max(one.litres_per_kg for one in self.known)
        units = min(value * amounts.PIECES // amount, amounts.ROOM // (amount * 100)) // 4
        units = min(units, amounts.ROOM // max(litres, 1))
        return min(value, amounts.READ_MAX), min(units * MILLION, amounts.READ_MAX)


def _kept(fen: Any, floor: Any) -> Any:
    """What is collected: nothing below the floor."""
    return fen * (fen >= floor).cast("int64")
