"""Points of a fact's range: every figure that a rule tests, its two neighbours, and the gaps."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from openzone.decide.facts import Fact
from openzone.rulebook import model as m
from openzone.rulebook.model import MILLION
from tests.oracle.plain_tests import Ground

PAIR = ("foreign_share", "largest_single_foreign")
NARROW = 4


def points(
    fact: Fact, rows: Iterable[m.Row], ground: Ground, given: Mapping[str, Any]
) -> list[Any]:
    """Values of a missing fact, at least one for each part in which no test changes."""
    conditions = [c for row in rows for c in row.conditions if c.fact == fact.name]
    words = [v for c in conditions for v in c.values]
    bounds = [b for c in conditions for b in (c.min, c.above, c.max, c.below) if b is not None]
    if fact.kind == "share":
        return shares(fact.name, rows, ground, given, [int(Fraction(str(b))) for b in bounds])
    if fact.kind == "count":
        near = {n for b in bounds for n in (int(b) - 1, int(b), int(b) + 1)} | {0}
        return sorted({*words, *(n for n in near if n >= 0)})
    if fact.kind == "flag":
        return [True, False]
    if fact.kind == "nation":
        return list(dict.fromkeys((*words, ground.host, "no other word")))
    return list(fact.values)


def shares(
    name: str,
    rows: Iterable[m.Row],
    ground: Ground,
    given: Mapping[str, Any],
    bounds: Iterable[int],
) -> list[int]:
    """Every figure with its mirror (what is left to the others), and points of the gaps between.

    The two shares of a case are cut alike, so that one can change while the other stays.
    """
    cuts = {0, MILLION // 2, MILLION, *bounds}
    for row in rows:
        for figure, _ in row.params:
            if figure.endswith("_percent"):
                share = ground.share(row, figure)
                if share is not None:
                    cuts.add(int(share * MILLION))
    if name in PAIR:
        cuts |= {given[other] for other in PAIR if other in given}
        cuts |= {MILLION - cut for cut in cuts}
    edges = sorted(cut for cut in cuts if 0 <= cut <= MILLION)
    found = set(edges)
    for low, high in itertools.pairwise(edges):
        if high - low <= NARROW:
            found.update(range(low, high))
        else:
            found |= {low + 1, (low + high) // 2, high - 1}
    return sorted(found)
