"""Bids compared: the deduction of the day, evaluated prices, the winner; ties are said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts
from openzone.errors import CaseError, Fault
from openzone.regimes.procurement.case import BIDS, Bid
from openzone.regimes.procurement.outcome import ASK, AWARDED, EXCLUDED, LOOK_UP, TIED, VERDICTS
from openzone.rulebook.model import Row

EVALUATION = "procurement_evaluation"
SMALL_FIRMS = "procurement_small_firms"
IMPORTS = "procurement_imports"

DEDUCTION = "price_deduction"
HELD = "procurement deduction"
RATE = "deduction_share"
SMALL_RATE = "small_firm_deduction"
BY_PRICE = "lowest_evaluated"
ENDS = ("min", "max")
TRIED_MAX = 8


def preference(ground: Ground) -> Row | None:
    """The row of the deduction for domestic products that stands here."""
    if HELD not in ground.memo:
        rows = (one.row for one in ground.sheet(EVALUATION).rows)
        ground.memo[HELD] = next((row for row in rows if row.effect == DEDUCTION), None)
    found: Row | None = ground.memo[HELD]
    return found


def evaluation(ground: Ground, facts: Facts, case: Case) -> Found:
    """The evaluated price of each bid and the lowest of them."""
    if facts["award"] != BY_PRICE:
        return Found(LOOK_UP, said=("the scores of the tender documents are not held here",))
    terms = {row.effect: row for row in ground.sheet(SMALL_FIRMS).collect(facts)}
    bids, unknown = _told(ground, case.own[BIDS], terms.get("package"))
    if unknown:
        left = _possible(_evaluated(ground, facts, case, one, terms) for one in _completed(bids))
        return Found(ASK, needs=(BIDS,), said=(f"domestic or not: {', '.join(unknown)}",),
                     possible=left)  # fmt: skip
    return _evaluated(ground, facts, case, bids, terms)


def _completed(bids: Sequence[Bid]) -> Iterator[list[Bid]]:
    """The bids with each that is unknown taken as domestic and as not.

    Of many unknown bids the dearest are taken alike: outcomes turn on the lowest prices.
    """
    unknown = sorted((bid for bid in bids if bid.domestic is None), key=lambda bid: bid.price)
    tried = unknown[:TRIED_MAX]
    for kinds in product((True, False), repeat=len(tried)):
        told = {bid.who: kind for bid, kind in zip(tried, kinds, strict=True)}
        for rest in (True, False) if len(unknown) > len(tried) else (True,):
            yield [
                bid if bid.domestic is not None else bid._replace(domestic=told.get(bid.who, rest))
                for bid in bids
            ]


def _possible(founds: Iterable[Found]) -> tuple[str, ...]:
    """The outcomes of all these findings, in the order of the words."""
    words = {word for found in founds for word in found.possible or (found.outcome,)}
    return tuple(word for word in VERDICTS if word in words)


def _evaluated(
    ground: Ground, facts: Facts, case: Case, bids: list[Bid], terms: Mapping[str, Row]
) -> Found:
    """The outcome where every bid is known as domestic or not."""
    bids, barred, said = _admitted(ground, bids, case)
    if not bids:
        return Found(EXCLUDED, barred, {"rule": rule_of(barred[0])})
    kinds = {bid.domestic for bid in bids}
    row = ground.sheet(EVALUATION).first(facts.beside(both_kinds=len(kinds) == 2))
    if row is None:
        return Found(ground.silence(EVALUATION))
    rate = Decimal(ground.figure(row, RATE, 0))
    packages = any(bid.domestic_share is not None for bid in bids) and rate
    rows = [*barred, row, *([terms["package"]] if packages else ())]
    small = [bid for bid in bids if bid.small] if "small_firm_range" in terms else []
    small_rate = Decimal(0)
    if small:
        rows.append(terms["small_firm_range"])
        if rate and "combination" in terms and any(bid.domestic for bid in small):
            both = terms["combination"]
            return Found(LOOK_UP, (*rows, both), {"rule": rule_of(both)}, said=said)
        if SMALL_RATE not in facts:
            ends = [ground.figure(terms["small_firm_range"], f"{RATE}_{end}") for end in ENDS]
            return Found(ASK, tuple(rows), needs=(SMALL_RATE,), said=said,
                         possible=_open_to_rate(bids, rate, *map(Fraction, ends)))  # fmt: skip
        small_rate = _in_range(facts[SMALL_RATE], terms["small_firm_range"], ground)
    evaluated = {
        bid.who: bid.price * (1 - (rate if bid.domestic else 0) - (small_rate if bid.small else 0))
        for bid in bids
    }
    effects: dict[str, Any] = {"evaluated": evaluated, "deduction": rate, "rule": rule_of(row)}
    lowest = min(evaluated.values())
    first = [bid for bid in bids if evaluated[bid.who] == lowest]
    if len(first) > 1:
        effects["tied"] = names = [bid.who for bid in first]
        said = (*said, f"{' and '.join(names)} share the lowest price: the tender documents say"
                " who is ranked first")  # fmt: skip
        return Found(TIED, tuple(rows), effects, said=said)
    effects["winner"], effects["contract_price"] = first[0].who, first[0].price
    return Found(AWARDED, tuple(rows), effects, said=said)


def _open_to_rate(
    bids: Sequence[Bid], rate: Decimal, least: Fraction, most: Fraction
) -> tuple[str, ...]:
    """The outcomes that are left by a deduction for small firms between two rates.

    Prices fall evenly with it: one is lowest alone but where two meet, or where all share it.
    """
    lines = [
        (Fraction(bid.price) * (1 - (Fraction(rate) if bid.domestic else 0)),
         Fraction(bid.price) if bid.small else Fraction(0))
        for bid in bids
    ]  # fmt: skip
    marks = {least, most}
    for one, other in combinations(lines, 2):
        if one[1] != other[1]:
            mark = (one[0] - other[0]) / (one[1] - other[1])
            marks |= {mark} if least <= mark <= most else set()
    order = sorted(marks)
    marks |= {(low + high) / 2 for low, high in pairwise(order)}
    found = set()
    for mark in marks:
        prices = [price - fall * mark for price, fall in lines]
        found.add(AWARDED if prices.count(min(prices)) == 1 else TIED)
    return tuple(word for word in (AWARDED, TIED) if word in found)


def _told(
    ground: Ground, bids: Sequence[Bid], package: Row | None
) -> tuple[list[Bid], tuple[str, ...]]:
    """The bids as domestic or not, packages by their share; and those of which it is unknown."""
    if preference(ground) is None:
        return [bid._replace(domestic=bool(bid.domestic), domestic_share=None) for bid in bids], ()
    if all(bid.domestic is not None for bid in bids):
        return list(bids), ()
    least = 1 if package is None else ground.figure(package, "package_share_min")
    told = [
        bid if bid.domestic_share is None else bid._replace(domestic=bid.domestic_share >= least)
        for bid in bids
    ]
    return told, tuple(bid.who for bid in told if bid.domestic is None)


def _admitted(
    ground: Ground, bids: list[Bid], case: Case
) -> tuple[list[Bid], tuple[Row, ...], tuple[str, ...]]:
    """The bids that may be considered, the row that bars the others, what is to be said."""
    if all(bid.domestic for bid in bids):
        return bids, (), ()
    agreed = case.facts.get("imports_approved")
    if agreed is None:
        return bids, (), ("products that are not domestic are taken as agreed to",)
    row = ground.sheet(IMPORTS).first(Facts(imports_approved=agreed, use_abroad=False))
    if row is None or row.effect != EXCLUDED:
        return bids, (), ()
    return [bid for bid in bids if bid.domestic], (row,), ()


def _in_range(rate: Decimal, row: Row, ground: Ground) -> Decimal:
    """The deduction for small firms of the tender documents; CaseError outside its range."""
    least, most = (ground.figure(row, f"{RATE}_{end}") for end in ENDS)
    if not least <= rate <= most:
        raise CaseError(
            Fault("out_of_range", "the deduction for small firms is outside its range",
                  field=SMALL_RATE, seen=rate, expected=f"{least} to {most}")
        )  # fmt: skip
    return rate
