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

from openzone.regimes.goods.case import declared, settled
from openzone.regimes.goods.money import SCALES
from openzone.regimes.goods.rows import Ground
from openzone.regimes.goods.table.best import BestRates, Profile
from openzone.regimes.goods.table.numbers import Cuts
from openzone.regimes.goods.table.outline import ALONE, Failing, Terms, terms
from openzone.regimes.goods.table.words import Classes, Lay, code_of, given_text, parsed_origin
from openzone.rulebook.law import Law
from openzone.rulebook.tariff import UNITS, Schedule

PROFILE = ("origin", "proofs", "quota_claim", "quota_certificate")
AMOUNTS = ("customs_value", "duty", "remedy", "consumption_tax", "vat", "total")
TERMS_AT_ONCE = 20_000
_NAMES = count()


class SmallTables:
    """The small tables for one set of columns.

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
            _t_valued=pa.array([one.valued or one.amounts for one in found], pa.bool_()),
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
        by_weight = unit == "litre" and found.litres_per_kg and "g" in kinds
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


def whole(number: int) -> Any:
    """A whole number of 64 bits."""
    return ibis.literal(number, "int64")


def _drop(backend: Any, name: str) -> None:
    import contextlib

    with contextlib.suppress(Exception):
        backend.drop_table(name, force=True)
