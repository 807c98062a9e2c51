"""The small tables that lines are looked up in, and the numbers that lead to them."""

from __future__ import annotations

import datetime as dt
import weakref
from collections.abc import Iterable, Mapping, Sequence
from itertools import count, product
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from openzone.decide.table.columns import day as day_of
from openzone.regimes.goods.case import declared, settled
from openzone.regimes.goods.money import SCALES
from openzone.regimes.goods.rows import Ground
from openzone.regimes.goods.table import amounts
from openzone.regimes.goods.table.best import BestRates, Profile
from openzone.regimes.goods.table.numbers import Cuts
from openzone.regimes.goods.table.outline import ALONE, Failing, Terms, terms
from openzone.regimes.goods.table.words import Classes, Lay, code_of, given_text, parsed_origin
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION
from openzone.rulebook.tariff import UNITS, Schedule

PROFILE = ("origin", "proofs", "quota_claim", "quota_certificate")
AMOUNTS = ("customs_value", "duty", "remedy", "consumption_tax", "vat", "total")
RAW = ("state", "column", "rate", *AMOUNTS, "alone")
TERMS_AT_ONCE = 20_000
SMALL_FEN = 10_000  # below it, an amount at a low rate may round to nothing
_NAMES = count()


class Laid:
    """The small tables for one set of columns, and the lines with RAW.

    `alone` marks the lines that are decided one by one; the amounts of these, and of lines whose
    terms have none, mean nothing.

    `known` holds the terms by the number of `state`, `names` the columns of the tariff by the
    number of `column`. `words` gives the words of each column, `quantities` the units.
    """

    def __init__(
        self,
        law: Law,
        today: dt.date,
        given: Mapping[str, Any],
        lay: Lay,
        words: Mapping[str, Sequence[str]],
        numbers: Sequence[str],
        quantities: Sequence[str],
        backend: Any,
    ) -> None:
        self.law, self.today, self.given, self.lay = law, today, given, lay
        self.words, self.backend = words, backend
        self.units = [name.removeprefix("quantity_") for name in quantities]
        self.cuts = {name: Cuts(lay.cuts(name)) for name in numbers}
        self.classes = {name: self._classes(name) for name in words}
        for name, classes in self.classes.items():
            classes.meet(words[name])
        self.known: list[Terms] = [ALONE]
        self._number: dict[Terms, int] = {ALONE: 0}
        self._held: dict[int, int] = {}
        self._name = next(_NAMES)
        self._views: dict[Any, Any] = {}
        self._rates()
        self.radix = [("date", len(lay.days[2]))]
        self.radix += [(name, len(one)) for name, one in self.classes.items()]
        self.radix += [(name, cut.size) for name, cut in self.cuts.items()]
        whole = len(self.failings)
        for _, size in self.radix:
            whole *= size
        self.pending = whole > TERMS_AT_ONCE
        self._dims = {name: self._dim(name) for name in words}
        self._days = self._dim_of_days()
        self._profiles = self._dim_of_profiles()
        self.settle(() if self.pending else range(whole))

    def _classes(self, name: str) -> Classes:
        lay, facts = self.lay, declared(self.law)
        if name == "hs":
            return Classes(lay.code_class)
        if name == "place":
            return Classes(lay.place_class)
        if name == "origin":
            return Classes(lay.origin_class)
        if name == "proofs":
            return Classes(lambda word: None)  # they tell rates apart, not terms
        if name in facts and facts[name].kind == "text":
            return Classes(lay.text_class(name))
        return Classes(lambda word: word)

    # ---- the best rate of each line ----------------------------------------------------------

    def _rates(self) -> None:
        """The best rate of each kind of line, by the tariff of the day and the profile."""
        days = self.lay.days[2]
        by_day = [self.lay.schedule(day) for day in days]
        tariffs = list({id(one): one for one in by_day}.values())
        self.tariff_of_day = [[id(t) for t in tariffs].index(id(one)) for one in by_day]
        lines: dict[Any, int] = {}
        self.line_of: dict[str, int] = {}
        examples: list[str] = []
        for word in self._said("hs"):
            code = code_of(self.law, word)
            key = tuple(one and _place(one, code) for one in tariffs)
            if key not in lines:
                lines[key] = len(lines)
                examples.append(code)
            self.line_of[word] = lines[key]
        self.lines = len(lines)
        self.profiles: list[Profile] = []
        alike: dict[Any, int] = {}
        self.profile_of: list[int] = []
        for said in product(*(self._said(name) for name in PROFILE)):
            key, profile = _profile(said, tariffs)
            if key not in alike:
                alike[key] = len(alike)
                self.profiles.append(profile)
            self.profile_of.append(alike[key])
        self.names: list[str] = [""]
        self.failings: list[Failing] = [Failing()]
        self.specifics: list[Any] = [None]
        found = []
        for number, tariff in enumerate(tariffs):
            day = days[self.tariff_of_day.index(number)]
            ground = Ground(self.law, day, frozenset(), settled(self.law, {}))
            best = BestRates(ground, tariff, examples, self.units)
            best.names, best.failings, best.specifics = self.names, self.failings, self.specifics
            found += [best.of(profile) for profile in self.profiles]
        self._rate_max = max(
            [int(one.rates.max(initial=0)) for one in found]
            + [one.rate.ad_valorem for one in self.specifics if one]
        )
        self._best = self._own(
            _k_rate=pa.array(np.arange(len(found) * self.lines)),
            _b_rate=pa.array(np.concatenate([one.rates for one in found])),
            _b_column=pa.array(np.concatenate([one.columns for one in found])),
            _b_failing=pa.array(np.concatenate([one.failing for one in found])),
            _b_specific=pa.array(np.concatenate([one.specific for one in found])),
        )
        self._specific = self._own(
            _k_specific=_long(range(len(self.specifics))),
            _s_rate=_long(one.rate.ad_valorem if one else 0 for one in self.specifics),
            _s_amount=_long(one.rate.specific if one else 0 for one in self.specifics),
            _s_unit=_long(UNITS.index(one.rate.unit) if one else -1 for one in self.specifics),
            _s_column=_long(self.names.index(one.column) if one else 0 for one in self.specifics),
            _s_beside=pa.array([one is not None and one.by_value for one in self.specifics]),
        )  # fmt: skip

    def _said(self, name: str) -> Sequence[str]:
        """The words of a column; without one, the word that is given for all lines."""
        if name in self.words:
            return self.words[name]
        value = self.given.get(name, "")
        return [";".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)]

    # ---- the terms ---------------------------------------------------------------------------

    def _strides(self) -> dict[str, int]:
        """How far one class of each column counts in the number of the terms."""
        found, stride = {}, len(self.failings)
        for name, size in self.radix:
            found[name] = stride
            stride *= size
        return found

    def settle(self, keys: Iterable[int]) -> None:
        """Work out the terms of the numbers given, and lay them out."""
        for key in keys:
            if key not in self._held:
                self._held[key] = self._settled(key)
        rows = sorted(self._held.items())
        found = [self.known[number] for _, number in rows]
        self.most = max(len(one.remedies) for one in self.known)
        more = {
            f"_t_remedy_{n}": _long((*one.remedies, *[0] * self.most)[n] for one in found)
            for n in range(self.most)
        }
        self._terms = self._own(
            _k_terms=_long(key for key, _ in rows),
            _t_state=_long(number for _, number in rows),
            _t_alone=pa.array([one.alone for one in found], pa.bool_()),
            _t_amounts=pa.array([one.amounts for one in found], pa.bool_()),
            _t_valued=pa.array([one.valued for one in found], pa.bool_()),
            _t_duty=pa.array([one.duty for one in found], pa.bool_()),
            _t_rate=_long(one.excise.ad_valorem for one in found),
            _t_amount=_long(one.excise.specific for one in found),
            _t_unit=_long(UNITS.index(u) if (u := one.excise.unit) else -1 for one in found),
            _t_litres=_long(one.litres_per_kg for one in found),
            _t_vat=_long(one.vat for one in found),
            _t_floor=_long(one.floor for one in found),
            **more,
        )

    def _settled(self, key: int) -> int:
        """The number of the terms that a number of classes stands for."""
        rest, failing = divmod(key, len(self.failings))
        raw: dict[str, Any] = {}
        for name, size in self.radix:
            rest, at = divmod(rest, size)
            if name == "date":
                raw[name] = self.lay.days[2][at]
            elif name in self.cuts:
                raw[name] = self.cuts[name].examples[at]
            elif name != "proofs":
                raw[name] = self.classes[name].first[at]
        raw = given_text({**self.given, **raw})
        found = terms(self.law, raw, self.today, self.failings[failing] if failing else None)
        found = self._measured(found)
        if found not in self._number:
            self._number[found] = len(self.known)
            self.known.append(found)
        return self._number[found]

    def _measured(self, found: Terms) -> Terms:
        """The terms, where the table gives no quantity that they ask for, as a question."""
        unit = found.excise.unit
        if not unit or not found.amounts:
            return found
        kinds = {SCALES.get(one, (one, 1))[0] for one in self.units}
        by_weight = unit == "litre" and found.litres_per_kg and "kg" in self.units
        if SCALES.get(unit, (unit, 1))[0] in kinds or by_weight:
            return found
        needs = found.needs or (f"quantity_{unit}",)
        return Terms(outcome=found.outcome or "ask", needs=needs, valued=True, duty=found.duty,
                     admissibility=found.admissibility)  # fmt: skip

    # ---- tables of words ---------------------------------------------------------------------

    def _dim(self, name: str) -> Any:
        """The words of a column: where each leads in the numbers of terms, rates and profiles."""
        said, classes = self.words[name], self.classes[name]
        stride = self._strides()[name]
        columns = {
            f"_k_{name}": pa.array(said, pa.string()),
            f"_z_{name}": _long(stride * classes.of[word] for word in said),
        }
        if name == "hs":
            columns["_line"] = _long(self.line_of[word] for word in said)
        if name in PROFILE:
            after = PROFILE[PROFILE.index(name) + 1 :]
            step = int(np.prod([len(self._said(one)) for one in after]))
            columns[f"_p_{name}"] = _long(step * number for number in range(len(said)))
        return self._own(**columns)

    def _dim_of_days(self) -> Any:
        first, last = self.lay.span
        days = [dt.date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        numbers = [self.lay.day_class(day) for day in days]
        step = len(self.profiles) * self.lines
        return self._own(
            _k_date=pa.array(days, pa.date32()),
            _z_date=_long(self._strides()["date"] * number for number in numbers),
            _tariff=_long(step * self.tariff_of_day[number] for number in numbers),
        )

    def _dim_of_profiles(self) -> Any:
        return self._own(
            _k_pair=_long(range(len(self.profile_of))),
            _profile=_long(self.lines * number for number in self.profile_of),
        )

    def _own(self, **columns: Any) -> Any:
        """A small table of the engine, dropped when nothing names it any more."""
        name = f"_openzone_goods_{next(_NAMES)}"
        own = self.backend.create_table(name, pa.table(columns), temp=True)
        weakref.finalize(own.op(), _drop, self.backend, name)
        return own

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
        columns["_part"] = sum(parts, _whole(0))
        columns["_v"] = ibis.ifelse(told, value, 0)
        table = cases.mutate(_told=told, _good=good, **columns)
        if "date" in cases.columns:
            table = table.inner_join(self._days, [("_w_date", "_k_date")])
        else:
            table = table.mutate(_z_date=_whole(0), _tariff=_whole(0))
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
        quantity is not told, or the value is too small to tell what is asked."""
        by_value = amounts.by_value(table._v, table._b_rate)
        concerned = table._b_specific > 0
        quantity, told = self._quantity(table, table._s_unit)
        table = table.mutate(_by_value=by_value, _q=quantity, _q_told=told)
        other = amounts.by_quantity(table._v, table._s_rate, table._q, table._s_amount)
        table = table.mutate(_other=ibis.ifelse(concerned, other, 0))
        taken = concerned & (~table._s_beside | (table._other < table._by_value))
        lost = ibis.ifelse(concerned, ~table._q_told | (table._v < SMALL_FEN), False)
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
        remedy: Any = _whole(0)
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
        excise = ibis.cases(*branches, else_=_whole(0))
        vat = _kept(amounts.by_value(base + excise, table._t_vat), floor)
        alone = table._t_alone | ~table._good | (table._t_valued & ~table._told) | lost
        return table.mutate(
            _a_state=table._t_state,
            _a_column=ibis.ifelse(table._t_duty, table._paid, 0),
            _a_rate=ibis.ifelse(table._t_duty, table._at, ibis.null("int64")),
            _a_alone=alone,
            _a_customs_value=ibis.ifelse(table._told, table._v, ibis.null("int64")),
            _a_duty=duty,
            _a_remedy=remedy,
            _a_consumption_tax=excise,
            _a_vat=vat,
            _a_total=duty + remedy + excise + vat,
        )

    def _drunk(self, table: Any) -> tuple[Any, Any]:
        """The quantity that the excise asks for; litres from a weight where only that is given."""
        quantity, told = self._quantity(table, table._t_unit)
        if "kg" not in self.units:
            return quantity, told
        weighed = (table._t_litres > 0) & table._in_kg.notnull()
        if "litre" in self._units():
            weighed = weighed & table._in_litre.isnull()
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


def _profile(said: Sequence[str], tariffs: Sequence[Any]) -> tuple[Any, Profile]:
    """What tells the lowest rates apart, and one example of it."""
    origin, proofs, claim, certificate = said
    parsed = parsed_origin(origin) if origin else None
    shown = frozenset(one.strip() for one in proofs.split(";")) - {""}
    opened = tuple(
        tuple(column.id for column in tariff.open_to(parsed) if column.id in shown)
        for tariff in tariffs
        if tariff is not None and parsed is not None
    )
    flags = _flag(claim), _flag(certificate)
    return (parsed is None, opened, *flags), Profile(parsed, shown, *flags)


def _place(tariff: Schedule, code: str) -> Any:
    """What tells a code from others in a tariff."""
    place = tariff.place(code)
    quota = code[:8] if code[:8] in tariff.quotas else ""
    return place, quota, place is None and tariff.in_part(code)


def _flag(word: str) -> bool | None:
    return {"true": True, "false": False}.get(word.strip().lower())


def text_of(column: Any) -> Any:
    """A column of words as text, '' where absent; a list joined by ';'."""
    if column.type().is_array():
        return column.join(";").fill_null("")
    return (column if column.type().is_string() else column.cast("string")).fill_null("")


def _long(values: Iterable[int]) -> Any:
    return pa.array(list(values), pa.int64())


def _kept(fen: Any, floor: Any) -> Any:
    """What is collected: nothing below the floor."""
    return fen * (fen >= floor).cast("int64")


def _whole(number: int) -> Any:
    return ibis.literal(number, "int64")


def _drop(backend: Any, name: str) -> None:
    import contextlib

    with contextlib.suppress(Exception):
        backend.drop_table(name, force=True)
