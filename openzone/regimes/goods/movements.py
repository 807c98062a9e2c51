"""Movements that are not taxed in the ordinary way: retail channel, second lines."""

from __future__ import annotations

from openzone.regimes.goods import lines, sheet
from openzone.regimes.goods.case import as_number
from openzone.regimes.goods.money import duty as duty_of
from openzone.regimes.goods.money import half_up, yuan
from openzone.regimes.goods.taxes import consumption_tax, vat
from openzone.regimes.goods.working import Working
from openzone.rulebook.model import MILLION, ParameterRef, Row
from openzone.rulebook.tariff import Rate


def retail(work: Working, row: Row) -> None:
    """Retail import: duty as the row says, and a share of the two taxes; no floor."""
    value = lines.retail_value(work.case)
    if value is None:
        work.answer.need("ask", ("price",))
        return
    if work.case.hs is None and "vat" not in work.case.fractions:
        work.answer.need("ask", ("hs",))
        return
    work.amount("customs_value", value, "price")
    percent = work.ground.figure(row, "duty_percent")
    rate = Rate(int(percent * MILLION / 100))
    work.amount("duty", duty_of(rate, value, {}) or 0, f"{yuan(value)} × {rate}", (row.id,))
    share = int(work.ground.figure(row, "tax_share_percent") * MILLION / 100)
    work.two_taxes(value, work.answer.amounts["duty"], share, floor=False)


def materials(work: Working, row: Row) -> None:
    """Second line: taxes on the imported materials; duty lifted where enough value was added."""
    case, answer = work.case, work.answer
    ratio = lines.value_added(case)
    if ratio is not None:
        text = lines.ratio_text(ratio)
        answer.figures["value_added_ratio"] = text
        formula = "(P − imported − domestic) / (imported + domestic)"
        limiting = lines.limiting(work.ground, lines.THRESHOLD)
        named = None if limiting is None else limiting.param(lines.THRESHOLD)
        basis = (named.parameter,) if isinstance(named, ParameterRef) else ()
        answer.steps.append(sheet.step("value_added_ratio", formula, text, basis))
        answer.rest_on((), basis)
    imported = case.money.get("imported_materials", case.money.get("customs_value"))
    if imported is None:
        answer.need("ask", ("imported_materials",))
        return
    base, exempt = imported, row.effect == "value_added_exempt"
    if exempt:
        named = case.words.get("vat_base") or str(work.ground.figure(row, "vat_base"))
        price = case.money.get("sale_price")
        if named == "as_presented" and price is None:
            answer.need("ask", ("sale_price",))
            return
        base = price if named == "as_presented" and price is not None else imported
        answer.said.append(
            f"the base of VAT is taken as '{named}': the law that was read leaves it open"
        )
    duty = 0 if exempt else _material_duty(work, imported)
    if duty is None:
        return
    work.amount("duty", duty, "exempt" if exempt else "imported materials × rate", (row.id,))
    work.two_taxes(base, duty, MILLION, floor=True)
    paid = case.money.get("already_paid", 0)
    if "total" in answer.amounts and paid:
        left = max(answer.amounts["total"] - paid, 0)
        answer.steps.pop()
        work.amount("total", left, f"{yuan(answer.amounts['total'])} − {yuan(paid)} paid")


def _material_duty(work: Working, value: int) -> int | None:
    """The duty on materials: at the rate that the case states, else at that of their code."""
    stated = work.case.fractions.get("material_mfn", work.case.fractions.get("material_rate"))
    if stated is not None:
        return half_up(value * stated, MILLION)
    return work.by_code("material_hs8", work.case.words.get("material_hs8", work.case.hs), value)


def selective(work: Working, row: Row) -> None:
    """Bonded zone: duty by materials with interest, or by finished goods; the lower."""
    case, answer = work.case, work.answer
    finished, materials = (case.money.get(name) for name in ("finished_value", "material_value"))
    if finished is None:
        answer.need("ask", ("finished_value",))
        return
    stated = case.fractions.get("finished_rate")
    code = case.words.get("finished_hs8", case.hs)
    whole = (
        half_up(finished * stated, MILLION)
        if stated is not None
        else work.by_code("finished_hs8", code, finished)
    )
    if materials is None:
        answer.need("ask", ("material_value",))
    part = None if materials is None else _material_duty(work, materials)
    yearly, days = case.fractions.get("interest_rate_year"), case.numbers.get("days")
    if yearly is None or days is None:
        held = {"interest_rate_year": yearly, "days": days}
        answer.need("ask", [name for name, given in held.items() if given is None])
    if whole is None or part is None or yearly is None or days is None:
        return
    year = int(row.param("interest_days_a_year"))
    interest = half_up(part * yearly * days, MILLION * MILLION * year)
    work.amount("duty_finished", whole, f"{yuan(finished)} × rate of finished goods")
    work.amount("duty_materials", part, f"{yuan(materials or 0)} × rate of materials")
    by_materials = part + interest < whole
    duty = part if by_materials else whole
    if by_materials:
        text = f"{yuan(part)} × {as_number(yearly):f} × {as_number(days):f} / {year}"
        work.amount("interest", interest, text, (row.id,))
    answer.figures["collected_by"] = "materials" if by_materials else "finished_goods"
    work.amount("duty", duty, "the lower of the two", (row.id,))
    if case.hs is None and code is not None:
        work.case = case._replace(hs=code)
    work.two_taxes(finished, duty, MILLION, floor=True)
    if "total" not in answer.amounts:
        return
    answer.steps.pop()
    work.total(("duty", "interest", "consumption_tax", "vat"))
    saved = _saving(work, finished, whole)
    if saved is not None:
        answer.amounts["saving_against_finished"] = saved


def _saving(work: Working, finished: int, whole: int) -> int | None:
    """What the choice saves against duty by finished goods, VAT included."""
    excise, added = work.ct(), work.vat()
    if excise is None or added is None:
        return None
    tax, _ = consumption_tax(excise, finished + whole, work.case.quantities)
    if tax is None:
        return None
    other = whole + tax + vat(added.rate, finished + whole + tax)
    return other - work.answer.amounts["total"]
