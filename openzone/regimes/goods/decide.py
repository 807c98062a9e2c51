"""One case of goods: admissibility, line, rate, taxes, and the outcome they make together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openzone.regimes.goods import lines, movements
from openzone.regimes.goods.admissibility import admissibility
from openzone.regimes.goods.case import GoodsCase, as_number, declared
from openzone.regimes.goods.money import half_up, yuan
from openzone.regimes.goods.rows import Hit, first
from openzone.regimes.goods.value import Value, customs_value
from openzone.regimes.goods.working import Answer, Working
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, Row

LATE = "late_payment_daily_ppm"
RELIEF = "goods_relief"
ENDING = ("not_admissible", "look_up")  # what the controls may say that ends a case
TAXES = ("duty", "consumption_tax", "vat")
MOVEMENTS = {
    "materials_taxed": movements.materials,
    "value_added_exempt": movements.materials,
    "selective_collection": movements.selective,
    "retail_channel": movements.retail,
}


def decide(law: Law, case: GoodsCase) -> Answer:
    """Decide one case under one law."""
    return Deciding(law, case).made()


class Deciding(Working):
    """Decides one case; a step that needs amounts stands in a method of its own."""

    def made(self) -> Answer:
        """The answer."""
        case, answer = self.case, self.answer
        if "unpaid" in case.money:
            self._surcharge()
            return answer
        if case.hs is not None:
            self._admissible()
            crossing = answer.admissibility
            if crossing is not None and crossing.outcome in ENDING:
                return answer
        if case.facts.get("direction") == "export":
            self._export()
            return answer
        hit = self._line()
        if hit is None:
            return answer
        relief = first(self.ground, RELIEF) if "relief" in case.facts else Hit()
        if relief.row is not None:
            self._relieved(relief.row)
            return answer
        self._taxed(hit.row)
        return answer

    def _admissible(self) -> None:
        found = admissibility(self.ground, self.case)
        self.answer.admissibility = found
        self.answer.figures["admissibility"] = found.word
        self.answer.lists.extend(found.lists)
        if found.papers:
            self.answer.figures["papers"] = [paper for paper, _ in found.papers]
        if found.open_facts:
            self.answer.figures["open_facts"] = list(found.open_facts)
        if found.outcome is not None:
            self.answer.need(found.outcome, found.needs)
            self.answer.rest_on(found.rows)

    def _line(self) -> Hit | None:
        """The row of the line, or None when a fact for it is missing."""
        hit = self.ground.once("line", "", lambda ground, _: first(ground, lines.TABLE))
        if not hit.needs:
            if hit.row is not None:
                self.answer.rest_on((hit.row,))
            return hit
        known = declared(self.ground.law)
        asked = [name for name in hit.needs if name not in known or known[name].list_on_record]
        if asked:
            names = [figure for name in asked for figure in self._missing(name)]
            self.answer.need("ask", names)
        else:
            self.answer.need("look_up", hit.needs)
        return None

    def _missing(self, fact: str) -> tuple[str, ...]:
        """What a case must give so that a fact is known."""
        figures = lines.ASKED_FOR.get(fact)
        if figures is None:
            return (fact,)
        return tuple(name for name in figures if name not in self.case.money) or (fact,)

    def _relieved(self, row: Row) -> None:
        answer = self.answer
        answer.rest_on((row,))
        words = {tax: str(row.param(tax)) for tax in TAXES}
        if "look_up" in words.values():
            names = [tax for tax, word in words.items() if word == "look_up"]
            answer.need("look_up", [f"relief_{name}" for name in names])
            return
        answer.amounts |= dict.fromkeys((*TAXES, "total"), 0)

    def _surcharge(self) -> None:
        """Late payment: so much a day on what is unpaid; waived below the floor."""
        unpaid = self.case.money["unpaid"]
        days = self.case.numbers.get("days_late")
        if days is None:
            self.answer.need("ask", ("days_late",))
            return
        ppm = self.ground.parameter(LATE)
        if ppm is None:
            self.answer.need("look_up", (LATE,))
            return
        amount = half_up(unpaid * int(ppm) * days, MILLION * MILLION)
        if amount < self.floor():
            amount = 0
        self.answer.rest_on((), (LATE,))
        formula = f"{yuan(unpaid)} × {as_number(int(ppm)):f} × {as_number(days).normalize():f}"
        self.amount("surcharge", amount, formula, (LATE,))
        self.amount("total", unpaid + amount, f"{yuan(unpaid)} + {yuan(amount)}")

    def _export(self) -> None:
        """Exports: the book holds no export duty and no refund rate."""
        self.answer.need("look_up", ("export_duty_line",))

    def _taxed(self, row: Row | None) -> None:
        effect = "taxed" if row is None else row.effect
        if effect == "bonded":
            self.answer.amounts |= dict.fromkeys((*TAXES, "total"), 0)
            self.answer.figures["suspended"] = True
        elif effect == "exempt" and row is not None and set(row.param("taxes")) == set(TAXES):
            self.exempt(row)
        elif effect in MOVEMENTS and row is not None:
            self.moved(row)
        else:
            self.as_usual(row)

    def moved(self, row: Row) -> None:
        """A movement that is not taxed in the ordinary way."""
        MOVEMENTS[row.effect or ""](self, row)

    def exempt(self, row: Row) -> None:
        """All three taxes lifted; trade-remedy measures stay where the row says so."""
        self.answer.amounts |= dict.fromkeys(TAXES, 0)
        remedy = 0
        if row.param("keeps_remedies", False) and self.case.hs is not None:
            rows = self.remedy_rows()
            value = customs_value(self.ground, self.case) if rows else None
            if value is not None and value.fen is None:
                self._unvalued(value)
            elif value is not None:
                remedy = self.remedies(value.fen or 0) or 0
        self.answer.amounts["total"] = remedy

    def _unvalued(self, value: Value) -> None:
        """Note what is missing for the customs value."""
        if value.needs:
            self.answer.need("ask", value.needs)
        if value.look_up:
            self.answer.need("look_up", ("customs_value",))

    def as_usual(self, row: Row | None) -> None:
        """Duty, consumption tax and VAT in the ordinary way; a row may lift one of them."""
        answer = self.answer
        if row is not None and row.effect == "repair_cost":
            cost = self.case.money.get("repair_cost")
            needs = () if cost is not None else ("repair_cost",)
            value = Value(cost, "repair_cost", (row,), needs=needs)
        else:
            value = customs_value(self.ground, self.case)
        answer.said += value.said
        self._unvalued(value)
        if self.case.hs is None:
            answer.need("ask", ("hs",))
        if value.fen is None or self.case.hs is None:
            return
        base = value.fen
        answer.rest_on(value.rows, value.parameters)
        basis = [*(one.id for one in value.rows), *value.parameters]
        self.amount("customs_value", base, value.formula, basis)
        lifted = set(row.param("taxes", ())) if row is not None and row.effect == "exempt" else ()
        found = self.duty(base, "duty" in lifted)
        if found is None:
            self.rates_only()
            return
        self.two_taxes(base, found, MILLION, floor=True, lifted=lifted)

    def rates_only(self) -> None:
        """Where no amount can be told: still say what else is missing."""
        for found in (self.vat(), self.ct()):
            if found is not None and found.needs:
                self.answer.need("ask", found.needs)


def effects(answer: Answer) -> Mapping[str, Any]:
    """The figures of an answer under the names of the contract; money as text."""
    found: dict[str, Any] = dict(answer.figures)
    if answer.outcome in ("payable", "free", "asks_proof"):
        found |= {name: yuan(fen) for name, fen in answer.amounts.items()}
    if answer.applied is not None:
        found["rate"] = str(answer.applied.rate)
        found["column"] = answer.applied.column
    return found
