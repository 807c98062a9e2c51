"""Cells: every case lies in one, a cell has one answer, its number says all of it."""

import pytest

from openzone.decide.axes import frame_facts
from openzone.decide.case import read_case
from openzone.decide.cells import CellSpace
from openzone.decide.frame import Frame
from openzone.decide.single import decide
from openzone.errors import CaseError
from openzone.regimes.registry import REGIMES
from tests.strategies.cases import pool, raw_case
from tests.strategies.effort import seeds
from tests.strategies.seeded_laws import TODAY, bundled_law, drawn_law

LISTED_MAX = 3000


def told(decision):
    rows = tuple(row.key for row in decision.found.rows)
    return (decision.outcome, decision.verdict, decision.needs, decision.possible, rows)


def check(space, frame, case, listed):
    decision = decide(frame, case)
    number = space.number(decision.bundle, case.facts)
    cell = space.cell(number)
    assert cell is not None, case
    assert told(space.decision(number)) == told(decision), case
    assert space.number(cell.bundle, cell.case.facts) == number
    layout = space.layout(decision.bundle)
    if layout.size <= LISTED_MAX:
        bundle = decision.bundle.id
        if bundle not in listed:
            listed[bundle] = {one.number for one in space.each(decision.bundle)}
        assert number in listed[bundle]


@pytest.mark.parametrize("law_of", [bundled_law, drawn_law])
def test_every_case_has_one_cell_and_the_answer_of_its_cell(law_of):
    checked = 0
    for seed in seeds(6, 300):
        pick, law, _ = law_of(seed)
        for regime in REGIMES.values():
            frame = Frame(law, regime)
            names = [fact.name for fact in frame_facts(frame)]
            given = None if pick.chance(50) else pick.some(names, 6)
            space, words = CellSpace(frame, given), pool(frame)
            listed: dict[int, set[int]] = {}
            for _ in range(12):
                raw = raw_case(pick, words)
                if given is not None:
                    raw = {k: v for k, v in raw.items() if k not in names or k in given}
                try:
                    case = read_case(frame, raw, TODAY)
                except CaseError:
                    continue
                if given is None or set(case.facts) <= set(given):
                    check(space, frame, case, listed)
                    checked += 1
    assert checked > 50
