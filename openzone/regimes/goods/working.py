"""One case as it is worked out: what is found, and the figures that every movement shares."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from openzone.regimes.goods import lines, sheet
from openzone.regimes.goods.admissibility import Admissibility
from openzone.regimes.goods.by_list import BY_LIST, Listed, listed_rate
from openzone.regimes.goods.case import GoodsCase, as_number, settled
from openzone.regimes.goods.money import duty as duty_of
from openzone.regimes.goods.money import half_up, yuan
from openzone.regimes.goods.outcome import ORDER, VERDICTS
from openzone.regimes.goods.rates import Candidate, Rated, rated, schedule_of
from openzone.regimes.goods.rows import Ground
from openzone.regimes.goods.taxes import TaxRate, consumption_tax, ct_rate, vat, vat_rate
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, Row
from openzone.rulebook.tariff import Rate, Schedule

FLOOR = "small_tax_floor_yuan"
REMEDIES = "goods_remedies"


@dataclass
class Answer:
    """What is found of one case, as it is worked out."""

    case: GoodsCase
    law: Law
    admissibility: Admissibility | None = None
    rows: list[Row] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    triggered: dict[str, list[str]] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    schedule: Schedule | None = None
    applied: Candidate | None = None
    amounts: dict[str, int] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    lists: list[str] = field(default_factory=list)
    steps: list[sheet.Step] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def need(self, outcome: str, names: Iterable[str] = ()) -> None:
        """Note an outcome that stands before an amount, and what is missing for it."""
        held = self.triggered.setdefault(outcome, [])
        held.extend(name for name in names if name not in held)

    def rest_on(self, rows: Iterable[Row], parameters: Iterable[str] = ()) -> None:
        """Note what the answer rests on, once each."""
        self.rows.extend(row for row in rows if row not in self.rows)
        self.parameters.extend(name for name in parameters if name not in self.parameters)

    @property
    def outcome(self) -> str:
        """The first word of the order that applies."""
        for word in ORDER:
            if word in self.triggered:
                return word
        return "payable" if self.amounts.get("total") else "free"

    @property
    def verdict(self) -> str:
        """One of the seven words of every regime."""
        return VERDICTS[self.outcome]

    @property
    def needs(self) -> tuple[str, ...]:
        """What is missing for the outcome."""
        return tuple(self.triggered.get(self.outcome, ()))


class Working:
    """A case under one law, with what is found of it so far (`answer`)."""

    def __init__(self, law: Law, case: GoodsCase) -> None:
        self.case = case
        self.answer = Answer(case, law, said=list(case.said))
        ground = Ground(law, case.on, case.inside, settled(law, case.facts), case.facts)
        code = case.hs or ""
        plain = schedule_of(ground, case.words.get("schedule"))
        quota = plain is not None and code[:8] in plain.quotas
        told = {**case.facts, **lines.derived(ground, case, quota)}
        self.ground = Ground(law, case.on, case.inside, settled(law, told), told)

    def floor(self) -> int:
        """The amount below which one tax is not collected, in fen."""
        floor = self.ground.parameter(FLOOR)
        return 0 if floor is None else int(floor * 100)

    def amount(
        self, name: str, fen: int, formula: str, basis: Iterable[str] = (), **figures: str
    ) -> None:
        """Note an amount with its step of the sheet."""
        self.answer.amounts[name] = fen
        self.answer.steps.append(sheet.step(name, formula, yuan(fen), basis, **figures))

    def duty(self, base: int, lifted: bool) -> int | None:
        """The duty with remedies, in fen; None when something is missing for it."""
        answer = self.answer
        rate = Rated(None) if lifted else rated(self.ground, self.case, self.case.hs or "", base)
        amount = 0
        if not lifted:
            self.tell(rate)
            if rate.applied is None:
                return None
            amount = rate.applied.amount or 0
            self.duty_step(rate, rate.applied, base, amount)
        else:
            answer.amounts["duty"] = 0
        remedy = self.remedies(base)
        if remedy is None:
            return None
        return answer.amounts["duty"] + remedy

    def duty_step(self, rate: Rated, taken: Candidate, base: int, amount: int) -> None:
        """Note the duty at the rate taken; below the floor it is not collected."""
        before, floor = amount, self.floor()
        if 0 < amount < floor:
            amount = 0
            self.answer.figures["duty_before_floor"] = yuan(before)
            self.answer.rest_on((), (FLOOR,))
        formula = f"{yuan(base)} × {taken.rate}" if not taken.rate.unit else f"{taken.rate}"
        if amount != before:
            formula += f" = {yuan(before)}, below {yuan(floor)}: not collected"
        basis = (cell_of(rate.schedule, taken),) if rate.schedule else ()
        if taken.row is not None:
            basis = (taken.row.id,)
            self.answer.rest_on((taken.row,))
        self.amount("duty", amount, formula, basis, rate=str(taken.rate))
        if taken.column == "sliding":
            self.answer.figures["sliding_rate"] = f"{as_number(taken.rate.ad_valorem):.3f}"

    def tell(self, rate: Rated) -> None:
        """Note the candidates, and what is missing to choose among them."""
        answer = self.answer
        answer.candidates, answer.applied, answer.schedule = (
            rate.candidates, rate.applied, rate.schedule,
        )  # fmt: skip
        answer.said += rate.said
        for outcome, names in (
            ("ask", rate.needs), ("look_up", rate.look_up), ("asks_proof", rate.asks_proof),
        ):  # fmt: skip
            if names:
                answer.need(outcome, names)
        schedule = rate.schedule
        if schedule is not None and schedule.use == "estimate":
            answer.said.append(
                f"{schedule.title.en} ({schedule.id}) is an estimate for stress runs, no law"
            )
        if schedule is not None and schedule.record.state == "partial" and rate.look_up:
            answer.said.append(
                f"{schedule.title.en} holds {len(schedule.hs):,} of"
                f" {schedule.published_lines or 0:,} lines: silence is no zero; look the line up"
            )

    def remedies(self, base: int) -> int | None:
        """Duties on top: every measure that applies; None when a fact for one is missing."""
        rows = self.remedy_rows()
        amounts = [self.remedy(row, base) for row in rows or ()]
        if rows is None or None in amounts:
            return None
        whole = sum(amount or 0 for amount in amounts)
        if whole:
            names = [row.id for row in rows]
            self.amount("remedy", whole, " + ".join(names), names)
        return whole

    def remedy_rows(self) -> list[Row] | None:
        """The measures that apply; None, and a need, when a fact for one is missing."""
        ground, code = self.ground, self.case.hs or ""
        standing = ground.standing(REMEDIES)
        asked = ["hs"] if standing.deeper(code) else []
        if not asked and not standing.binding(code):
            return []
        facts = dict(ground.facts)
        if self.case.origin is not None:
            facts["origin"] = self.case.origin
        here = Ground(ground.law, ground.on, ground.inside, facts)
        applying: list[Row] = []
        unheld: list[str] = []
        for row in (row for _, rows in standing.binding(code) for row in rows):
            missing = here.unknown(row)
            if missing:
                asked.extend(missing)
            elif missing is not None:
                listed = self.listed(row)
                asked.extend(listed.needs)
                unheld.extend(listed.look_up)
                if listed.rate is not None or row.effect != BY_LIST:
                    applying.append(row)
        for outcome, names in (("ask", asked), ("look_up", unheld)):
            if names:
                self.answer.need(outcome, names)
        return None if asked or unheld else standing.replaced(applying)

    def remedy(self, row: Row, base: int) -> int | None:
        """What one measure adds; None, and a need, when its quantity is missing."""
        self.answer.rest_on((row,))
        listed = self.listed(row)
        self.answer.lists.extend(one for one in listed.lists if one not in self.answer.lists)
        rate = self.remedy_rate(row)
        found = duty_of(rate, base, self.case.quantities)
        if found is None:
            self.answer.need("ask", (f"quantity_{rate.unit}",))
        return found

    def remedy_rate(self, row: Row) -> Rate:
        """The rate of one measure: that of the code in its list, else its own."""
        percent = self.ground.figure(row, "rate_percent")
        amount = self.ground.figure(row, "amount_yuan")
        return self.listed(row).rate or Rate(
            0 if percent is None else int(percent * MILLION / 100),
            0 if amount is None else int(amount * MILLION),
            str(row.param("unit", "")),
        )

    def listed(self, row: Row) -> Listed:
        """What the list of a measure says of the code; nothing where it names no list."""
        if row.effect != BY_LIST or self.case.hs is None:
            return Listed()
        return listed_rate(self.ground.law, row, self.case.hs, self.case.on)

    def vat(self) -> TaxRate | None:
        """The rate of VAT: that of the book, or the one that the case states."""
        book = self.ground.once("vat", self.case.hs, vat_rate) if self.case.hs else None
        stated = self.case.fractions.get("vat")
        if stated is None:
            return book
        if book is not None and not book.needs and not book.look_up and book.rate != Rate(stated):
            self.answer.said.append(
                f"the case states VAT of {Rate(stated)}; the book has {book.rate}"
            )
        return TaxRate(Rate(stated))

    def ct(self) -> TaxRate | None:
        """The consumption tax: that of the book, or the one that the case states."""
        book = self.ground.once("ct", self.case.hs, ct_rate) if self.case.hs else None
        stated = self.case.stated_ct
        if stated is None:
            return book if book is not None else TaxRate()
        if book is not None and not book.needs and not book.look_up and book.rate != stated:
            self.answer.said.append(
                f"the case states a consumption tax of {stated}; the book has {book.rate}"
            )
        return TaxRate(stated, litres_per_kg=None if book is None else book.litres_per_kg)

    def tax_rates(self, lifted: Collection[str] = ()) -> tuple[TaxRate, TaxRate] | None:
        """The rates of consumption tax and VAT; None, and needs, when one cannot be told."""
        answer = self.answer
        excise = TaxRate() if "consumption_tax" in lifted else self.ct()
        added = TaxRate() if "vat" in lifted else self.vat()
        for found, name in ((excise, "consumption_tax_rate"), (added, "vat_rate")):
            if found is None:
                answer.need("ask", ("hs",))
            elif found.needs:
                answer.need("ask", found.needs)
            elif found.look_up:
                answer.need("look_up", (name,))
                answer.rest_on(found.rows)
        if excise is None or added is None or answer.triggered.keys() & {"ask", "look_up"}:
            return None
        return excise, added

    def two_taxes(
        self, value: int, duty: int, share: int, floor: bool, lifted: Collection[str] = ()
    ) -> None:
        """Consumption tax and VAT on value and duty; `share`: the millionths that are due.

        With a `floor`, a tax below it is not collected, and VAT then knows none of it.
        """
        answer = self.answer
        rates = self.tax_rates(lifted)
        if rates is None:
            return
        excise, added = rates
        full, missing = consumption_tax(excise, value + duty, self.case.quantities)
        if full is None:
            answer.need("ask", (str(missing),))
            return
        answer.rest_on((*excise.rows, *added.rows), added.parameters)
        due = half_up(full * share, MILLION)
        if floor:
            due = self.above_floor("consumption_tax", due)
        part = "" if share == MILLION else f" × {as_number(share).normalize():f}"
        formula = f"({yuan(value)} + {yuan(duty)}) at {excise.rate}{part}" if due else "0"
        basis = [row.id for row in excise.rows]
        self.amount("consumption_tax", due, formula, basis, rate=str(excise.rate))
        base = value + duty + (due if floor else full)
        owed = half_up(vat(added.rate, base) * share, MILLION)
        if floor:
            owed = self.above_floor("vat", owed)
        formula = f"{yuan(base)} × {added.rate}{part}"
        basis = [*(row.id for row in added.rows), *added.parameters]
        self.amount("vat", owed, formula, basis, rate=str(added.rate))
        self.total(("duty", "remedy", "consumption_tax", "vat"))

    def above_floor(self, name: str, fen: int) -> int:
        """The tax that is collected: nothing below the floor, and what it would have been."""
        if not 0 < fen < self.floor():
            return fen
        self.answer.figures[f"{name}_before_floor"] = yuan(fen)
        self.answer.rest_on((), (FLOOR,))
        return 0

    def total(self, names: Iterable[str]) -> None:
        """Note the sum of the amounts named that there are."""
        amounts = self.answer.amounts
        held = [amounts[name] for name in names if name in amounts]
        self.amount("total", sum(held), " + ".join(map(yuan, held)))

    def by_code(self, name: str, code: str | None, value: int) -> int | None:
        """The duty on goods of a code; `name` is asked for when there is none."""
        if code is None:
            self.answer.need("ask", (name,))
            return None
        rate = rated(self.ground, self.case, code, value)
        self.tell(rate)
        return None if rate.applied is None else rate.applied.amount


def cell_of(schedule: Schedule, taken: Candidate) -> str:
    """The cell of the tariff that a rate stands in."""
    return f"{schedule.id}/{taken.line}#{taken.column}"
