"""What a case about goods may say, and how it is read: every fault named, nothing ignored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.case import (
    named_fields,
    place_names,
    read_date,
    read_places,
    unknown_fields,
)
from openzone.decide.facts import as_day
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.goods.by_list import settled_by_lists
from openzone.regimes.goods.countries import COUNTRIES
from openzone.regimes.goods.money import FEN_MAX, decimal_of, fen_of, millionths
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, DeclaredFact
from openzone.rulebook.tariff import UNITS, Rate, read_rate

TABLES = (
    "goods_lines", "goods_controls", "goods_valuation", "goods_rates", "goods_remedies",
    "goods_vat", "goods_consumption_tax", "goods_relief",
)  # fmt: skip
BONDED = "comprehensive_bonded_zone"
FENCED = ("cbz", BONDED)
SYNONYMS = {
    "hs8": "hs", "hs10": "hs", "cv": "customs_value", "kg": "quantity_kg", "zone": "place",
    "quantity_kgs": "quantity_kg", "quantity_litres": "quantity_litre",
    "quantity_tonnes": "quantity_tonne", "quantity_items": "quantity_item",
    "quantity_sticks": "quantity_stick", "litres": "quantity_litre", "items": "quantity_item",
    "sticks": "quantity_stick",
}  # fmt: skip
CHANNELS = {"cbec retail": "cbec_retail", "cbec": "cbec_retail", "general trade": "general"}
MONEY = frozenset((
    "customs_value", "price", "freight", "insurance", "additions", "unpaid", "used_this_year",
    "sale_price", "imported_materials", "domestic_materials", "already_paid", "finished_value",
    "material_value", "repair_cost",
))  # fmt: skip
FRACTIONS = frozenset(("vat", "material_mfn", "finished_rate", "material_rate",
                       "interest_rate_year"))  # fmt: skip
NUMBERS = frozenset(("price_per_kg", "exchange_rate"))
COUNTS = frozenset(("days_late", "days"))
PLAIN = NUMBERS | COUNTS
FLAGS = frozenset(("quota_claim", "quota_certificate"))
WORDS = frozenset(("currency", "schedule", "vat_base", "finished_hs8", "material_hs8"))
LISTS = frozenset(("proofs", "papers", "papers_refused"))
OWN = (
    MONEY | FRACTIONS | NUMBERS | COUNTS | FLAGS | WORDS | LISTS
    | {f"quantity_{unit}" for unit in UNITS}
    | {"regime", "id", "date", "place", "hs", "origin", "ct", "locked_out_until"}
)  # fmt: skip
QUANTITIES = {f"quantity_{unit}": unit for unit in UNITS}
TRUTHS = {"true": True, "false": False}


class GoodsCase(NamedTuple):
    """A case as the rules test it: money in fen, quantities, numbers and rates in millionths.

    `lists`: for each fact that lists of goods settle, the lists that say so.
    """

    on: dt.date
    inside: frozenset[str]
    hs: str | None = None
    origin: str | None = None
    money: Mapping[str, int] = {}
    quantities: Mapping[str, int] = {}
    fractions: Mapping[str, int] = {}
    numbers: Mapping[str, int] = {}
    stated_ct: Rate | None = None
    proofs: frozenset[str] = frozenset()
    papers: frozenset[str] | None = None
    papers_refused: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = {}
    words: Mapping[str, str] = {}
    id: str | None = None
    assumed: Mapping[str, Any] = {}
    said: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = {}


class Reader:
    """Reads one case; collects every fault."""

    def __init__(self, law: Law, given: Mapping[str, Any], today: dt.date) -> None:
        self.law = law
        self.today = today
        self.faults: list[Fault] = []
        self.said: list[str] = []
        self.assumed: dict[str, Any] = {}
        self.declared = declared(law)
        self.given = named_fields(given, SYNONYMS, self.faults)
        if not self.given.keys() <= known_names(law):
            self.faults += unknown_fields(self.given, sorted(known_names(law)), "goods")

    def fault(self, code: str, message: str, field: str, **more: Any) -> None:
        """Note a fault of a field; what was seen is the value given."""
        self.faults.append(Fault(code, message, field=field, seen=self.given.get(field), **more))

    def read(self) -> GoodsCase:
        """The case; raises CaseError with every fault."""
        on = read_date(self.given, self.today, self.assumed, self.faults)
        case = GoodsCase(
            on,
            self.inside(on),
            self.code(),
            self.country(),
            self.all_of(MONEY, self.amount),
            {QUANTITIES[name]: q for name, q in self.all_of(QUANTITIES, self.number).items()},
            self.all_of(FRACTIONS, self.fraction),
            self.all_of(PLAIN, self.number),
            self.consumption_tax(),
            self.words_of("proofs") or frozenset(),
            self.words_of("papers"),
            self.words_of("papers_refused") or frozenset(),
            self.facts(on),
            {name: str(self.given[name]).strip() for name in WORDS if name in self.given},
            str(self.given["id"]) if "id" in self.given else None,
        )
        self._agree(case)
        if self.faults:
            raise CaseError(self.faults)
        told = settled_by_lists(self.law, self.declared, case.facts, case.hs, case.on)
        return case._replace(
            facts={**told.facts, **case.facts},
            assumed={**self.assumed, **told.facts},
            said=(*self.said, *told.said),
            lists=told.lists,
        )

    def all_of(self, names: Collection[str], read: Callable[[str], int | None]) -> dict[str, int]:
        """The values of the fields that are given and can be read."""
        if self.given.keys().isdisjoint(names):
            return {}
        given = sorted(name for name in self.given if name in names)
        return {name: value for name in given if (value := read(name)) is not None}

    def day(self, name: str) -> dt.date | None:
        """A date of the case."""
        if name not in self.given:
            return None
        found = as_day(self.given[name])
        if found is None:
            self.fault("wrong_value", "there is no such day", name, expected="YYYY-MM-DD")
        return found

    def inside(self, on: dt.date) -> frozenset[str]:
        """All that the places named lie in; the word for a bonded zone is its supervision."""
        named = place_names(self.given.get("place", ()))
        fenced = [one for one in named if isinstance(one, str) and one.casefold() in FENCED]
        if fenced:
            self.given.setdefault("customs_supervision", BONDED)
            self.given["place"] = [one for one in named if one not in fenced]
        places = read_places(self.law, self.given, on, self.assumed, self.faults)
        return self.law.territories.around(places, on, self.law.known)

    def code(self) -> str | None:
        """The code of the goods: 6 to 10 digits, in a chapter that exists."""
        if "hs" not in self.given:
            return None
        value = self.given["hs"]
        text = value.replace(".", "").replace(" ", "") if isinstance(value, str) else None
        if text is None or not (text.isascii() and text.isdigit() and 6 <= len(text) <= 10):
            hint = "write it in quotes: as a number it loses its zeros" if text is None else ""
            self.fault("wrong_value", "this is no code of goods", "hs",
                       expected="6 to 10 digits, as text", next=hint)  # fmt: skip
            return None
        book = self.law.book
        goods = book.nomenclature
        if goods is not None and text[:6] not in goods and not self._line(text):
            near = goods.nearest(text)
            children = goods.below.get(near.code, ()) if near else ()
            self.fault(
                "unknown_code", f"the code is not in {goods.title.en}", "hs",
                expected=f"a code of the edition of {goods.edition}",
                next=f"{near.code} ({near.title.en}) has {', '.join(children[:12])}"
                if near else "correct the first two digits",
            )  # fmt: skip
            return None
        return text

    def _line(self, code: str) -> bool:
        schedules = self.law.book.schedules.values()
        return any(one.place(code) is not None or code[:8] in one.quotas for one in schedules)

    def country(self) -> str | None:
        """The origin as two letters; None when it is not given or is no country on record."""
        if "origin" not in self.given:
            return None
        text = str(self.given["origin"]).strip().upper()
        if text in COUNTRIES:
            return text
        self.said.append(f"origin '{text}' is no country on record: the general rate applies")
        return None

    def amount(self, name: str) -> int | None:
        """Yuan as fen."""
        if name not in self.given:
            return None
        number = decimal_of(self.given[name])
        if number is None:
            self.fault("wrong_value", "this is no amount", name, expected="yuan, as a decimal")
            return None
        if number < 0:
            self.fault("out_of_range", "an amount is not negative", name, expected="0 or more")
            return None
        fen = fen_of(number) if number < FEN_MAX else FEN_MAX + 1
        if fen > FEN_MAX // MILLION:
            self.fault("out_of_range", "the amount is too large", name,
                       expected=f"below {FEN_MAX // MILLION // 100:,} yuan",
                       next="split the consignment, or check the unit")  # fmt: skip
            return None
        if number.scaleb(2) != number.scaleb(2).to_integral_value():
            self.said.append(f"{name} is rounded to 0.01")
        return fen

    def number(self, name: str) -> int | None:
        """A number that is not negative, in millionths."""
        if name not in self.given:
            return None
        number = decimal_of(self.given[name])
        if number is None or number < 0 or number > FEN_MAX // MILLION:
            self.fault("wrong_value", "this is no number", name,
                       expected="a decimal, 0 or more")  # fmt: skip
            return None
        found = millionths(number)
        if found is None:
            self.fault("wrong_value", "the number is too fine", name,
                       expected="six decimal places at most")  # fmt: skip
        return found

    def fraction(self, name: str) -> int | None:
        """A rate as millionths of one: 0.13 for 13 percent."""
        found = self.number(name)
        if found is not None and found > MILLION:
            self.fault("out_of_range", "a rate lies from 0 to 1", name, expected="0 to 1",
                       next="write 13% as 0.13")  # fmt: skip
            return None
        return found

    def consumption_tax(self) -> Rate | None:
        """A consumption tax that the case states: a fraction, or text as `20 % + 1 CNY/kg`."""
        if "ct" not in self.given:
            return None
        value = self.given["ct"]
        number = decimal_of(value)
        if number is not None and 0 <= number < 1:
            micro = millionths(number)
            if micro is not None:
                return Rate(micro)
        elif isinstance(value, str) and "%" in value:
            try:
                return read_rate(value.replace("CNY", ""))
            except ValueError:
                pass
        self.fault("wrong_value", "this is no consumption tax", "ct",
                   expected="a fraction below 1 (0.1), or text: '20% + 1/kg'")  # fmt: skip
        return None

    def words_of(self, name: str) -> frozenset[str] | None:
        """A list of words; text is split at ';'."""
        if name not in self.given:
            return None
        found = place_names(self.given[name])
        if all(isinstance(word, (str, int)) and not isinstance(word, bool) for word in found):
            return frozenset(str(word).strip() for word in found)
        self.fault("wrong_value", "this is no list of words", name, expected="['RJPR', 'KR']")
        return None

    def facts(self, on: dt.date) -> dict[str, Any]:
        """The facts that the tables of the book declare, and flags of the regime itself."""
        found: dict[str, Any] = {}
        for name in FLAGS & self.given.keys():
            found[name] = self._flag(name)
        for name in self.given:
            if name in self.declared and name not in ("origin", "hs"):
                found[name] = self._fact(self.declared[name], name)
        until = self.day("locked_out_until")
        if until is not None:
            found["locked_out"] = on < until
        return {name: value for name, value in found.items() if value is not None}

    def _flag(self, name: str) -> bool | None:
        value = self.given[name]
        if isinstance(value, str):
            value = TRUTHS.get(value.strip().lower(), value)
        if isinstance(value, bool):
            return value
        self.fault("wrong_value", "this is neither true nor false", name, expected="true or false")
        return None

    def _fact(self, fact: DeclaredFact, name: str) -> Any:
        if fact.kind == "flag":
            return self._flag(name)
        if fact.kind in ("number", "count", "share"):
            number = decimal_of(self.given[name])
            if number is None:
                self.fault("wrong_value", "this is no number", name, expected="a decimal number")
            return number
        text = str(self.given[name]).strip()
        if fact.kind == "text":
            return text
        word = CHANNELS.get(text.lower(), text) if name == "channel" else text
        word = {value.casefold(): value for value in fact.values}.get(word.casefold(), word)
        if word not in fact.values:
            self.fault("wrong_value", "the word is not known", name,
                       expected="one of " + ", ".join(fact.values),
                       next=nearest(word, fact.values))  # fmt: skip
            return None
        return word

    def _agree(self, case: GoodsCase) -> None:
        """Facts that contradict each other."""
        if case.facts.get("quota_claim") is False and case.facts.get("quota_certificate"):
            self.fault("contradiction", "a certificate is held and no quota is claimed",
                       "quota_claim", next="leave one of the two out")  # fmt: skip
        schedule = case.words.get("schedule")
        if schedule is not None and schedule not in self.law.book.schedules:
            self.fault("unknown_reference", "the book has no such tariff", "schedule",
                       expected="one of " + ", ".join(self.law.book.schedules))  # fmt: skip
        base = case.words.get("vat_base")
        if base is not None and base not in ("materials", "as_presented"):
            self.fault("wrong_value", "the base of VAT is not known", "vat_base",
                       expected="materials or as_presented")  # fmt: skip
        for name in ("finished_hs8", "material_hs8"):
            code = case.words.get(name, "000000")
            if not (code.isascii() and code.isdigit() and 6 <= len(code) <= 10):
                self.fault("wrong_value", "this is no code of goods", name,
                           expected="6 to 10 digits, as text")  # fmt: skip


def declared(law: Law) -> Mapping[str, DeclaredFact]:
    """The facts that the tables of goods declare, by name; the first table that does counts."""
    found: dict[str, DeclaredFact] | None = law.memo.get("goods facts")
    if found is None:
        found = {}
        for name in TABLES:
            table = law.book.tables.get(name)
            for fact in table.facts if table else ():
                found.setdefault(fact.fact, fact)
        law.memo["goods facts"] = found
    return found


def known_names(law: Law) -> frozenset[str]:
    """The names of all fields of a case about goods."""
    found: frozenset[str] | None = law.memo.get("goods fields")
    if found is None:
        found = law.memo["goods fields"] = OWN | declared(law).keys()
    return found


def settled(law: Law, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with what the absence of others is taken to mean."""
    assumed: dict[str, Any] | None = law.memo.get("goods assumed")
    if assumed is None:
        known = declared(law).items()
        assumed = {name: fact.assume for name, fact in known if fact.assume is not None}
        law.memo["goods assumed"] = assumed
    return {**assumed, **facts}


def as_number(value: int) -> Decimal:
    """Millionths as a decimal."""
    return Decimal(value).scaleb(-6)
