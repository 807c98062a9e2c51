"""One case, decided by index and by plain scan: the same answer, the same rows, the same needs."""

import datetime as dt

import pytest

from openzone.decide.axes import frame_facts
from openzone.decide.case import read_case
from openzone.decide.frame import Frame
from openzone.decide.single import ALTERNATIVES_MAX, decide
from openzone.errors import CaseError
from openzone.regimes.registry import REGIMES
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.reform_files import load_reforms
from tests.oracle.plain_law import PlainLaw
from tests.oracle.plain_scan import Scan, key_of
from tests.strategies.cases import pool, raw_case
from tests.strategies.effort import seeds
from tests.strategies.picking import Seeded
from tests.strategies.seeded_laws import TODAY, drawn_law

PARTS = ("outcome", "verdict", "rows", "needs", "possible")


def compare(frame, scan, raw):
    """Compare one case; gives False when it is refused."""
    try:
        case = read_case(frame, raw, TODAY)
    except CaseError:
        return False
    found, plain = decide(frame, case), scan.decide(case)
    rows = frozenset(key_of(row) for row in found.found.rows)
    mine = (found.outcome, found.verdict, rows, tuple(found.needs), tuple(found.possible))
    theirs = (plain.outcome, plain.verdict, plain.rows, plain.needs, plain.possible)
    tags = {one.tag for one in found.bundle.alternatives}
    many = plain.many or len(tags) > ALTERNATIVES_MAX
    for part, one, other in zip(PARTS, mine, theirs, strict=True):
        if not (many and part in ("rows", "needs")):
            assert one == other, f"{part}: {raw} under {frame.regime.name}, known {frame.law.known}"
    return True


@pytest.fixture(scope="module")
def bundled():
    """Frames and scans of the bundled book, as public on several days and under a reform."""
    book = load_book("cn")
    plan = load_reforms(book, ["PO-2025-SVC-TEL"])
    laws = [(TODAY, ()), (dt.date(2024, 10, 30), ()), (dt.date(2021, 12, 1), ()), (TODAY, plan)]
    found = []
    for known, reforms in laws:
        law, plain = Law(book, known, reforms), PlainLaw(book, known, reforms)
        for regime in REGIMES.values():
            frame = Frame(law, regime)
            found.append((frame, Scan(plain, regime.name, frame_facts(frame)), pool(frame)))
    return found


def test_the_bundled_book(bundled):
    decided = 0
    for seed in seeds(240, 20_000):
        frame, scan, words = bundled[seed % len(bundled)]
        decided += compare(frame, scan, raw_case(Seeded(seed), words))
    assert decided > 100


@pytest.mark.parametrize("part", range(4))
def test_drawn_books_under_drawn_reforms(part):
    decided = 0
    for seed in seeds(8, 1_000):
        pick, law, (book, known, reforms) = drawn_law(100_000 * part + seed)
        plain = PlainLaw(book, known, reforms)
        for regime in REGIMES.values():
            frame = Frame(law, regime)
            scan, words = Scan(plain, regime.name, frame_facts(frame)), pool(frame)
            for _ in range(8):
                decided += compare(frame, scan, raw_case(pick, words))
    assert decided > 50
