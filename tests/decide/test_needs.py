"""What is asked is enough, and none of it is too much: by completing the facts that are asked."""

from __future__ import annotations

import dataclasses

from openzone.decide.axes import candidates
from openzone.decide.facts import Case
from openzone.decide.frame import Frame
from openzone.decide.single import AREA, TAG, Decision, decide
from openzone.regimes.registry import REGIMES
from tests.strategies.cases import CHILD
from tests.strategies.effort import seeds
from tests.strategies.laws import asked, bundled, drawn_cases
from tests.strategies.picking import Pick, Seeded
from tests.strategies.seeded_laws import drawn_law

OTHERS = (AREA, TAG)


def completed(frame: Frame, asking: Decision, pick: Pick, names: tuple[str, ...]) -> Case | None:
    """The case with a value for each of these facts; None when the values contradict each other."""
    facts = dict(asking.case.facts)
    for name in names:
        given = {**facts, **asking.assumed}
        values = candidates(frame, asking.bundle.alternatives, name, given)
        facts[name] = pick.one(values)
        if frame.regime.consistent(facts) is not None:
            return None
    return dataclasses.replace(asking.case, facts=facts)


def check(frame: Frame, case: Case, pick: Pick) -> bool:
    """Whether the case asked for facts; if so, they are enough, whatever their values are."""
    asking = decide(frame, case)
    facts = tuple(name for name in asking.needs if name not in OTHERS)
    if asking.outcome != frame.regime.unknown:
        assert asking.needs == ()
        return False
    assert asking.needs
    assert len(asking.possible) > 1
    if TAG in asking.needs and case.activity is not None:
        exact = dataclasses.replace(case, activity=f"{case.activity}.{CHILD}")
        assert TAG not in decide(frame, exact).needs
    told = completed(frame, asking, pick, facts)
    if told is not None:
        answer = decide(frame, told)
        assert set(answer.needs) <= set(OTHERS) & set(asking.needs), (told, answer.needs)
        assert set(answer.possible) <= set(asking.possible)
    return True


def test_what_is_asked_of_the_bundled_book_is_enough():
    asking = 0
    for seed in seeds(40, 2_000):
        pick = Seeded(seed)
        one = bundled(pick.one(range(5)), pick.one(tuple(REGIMES)))
        asking += sum(check(one.frame, case, pick) for case in drawn_cases(pick, one, 6))
    assert asking > 10


def test_what_is_asked_of_drawn_books_is_enough():
    asking = 0
    for seed in seeds(20, 1_000):
        pick, law, _ = drawn_law(seed)
        for regime in REGIMES:
            one = asked(law, regime)
            asking += sum(check(one.frame, case, pick) for case in drawn_cases(pick, one, 6))
    assert asking > 10


def test_a_case_is_asked_for_the_place_and_the_kind_of_hospital():
    one = bundled(0, "capital")
    case = next(drawn_cases(Seeded(1), one, 50))
    hospital = dataclasses.replace(
        case, activity="health.medical_institution.hospital", industry=None,
        places=("province:jiangsu",), on=case.on.replace(year=2025, month=6, day=1),
        facts={"foreign_share": 1_000_000},
    )  # fmt: skip
    assert decide(one.frame, hospital).needs == (AREA, TAG)
    general = dataclasses.replace(
        hospital, activity="health.medical_institution.hospital.general", places=("city:suzhou",)
    )
    assert decide(one.frame, general).needs == ()


def test_a_share_that_is_missing_is_bounded_by_the_investor_that_is_known():
    one = bundled(0, "capital")
    case = next(drawn_cases(Seeded(1), one, 50))
    seed = dataclasses.replace(
        case, activity="seed.wheat", industry=None, places=(), facts={},
        on=case.on.replace(year=2025, month=5, day=1),
    )  # fmt: skip
    small = dataclasses.replace(seed, facts={"largest_single_foreign": 100_000})
    large = dataclasses.replace(seed, facts={"largest_single_foreign": 660_001})
    for first, then in ((small, large), (large, small)):
        found = {one_.facts["largest_single_foreign"]: decide(one.frame, one_).outcome
                 for one_ in (first, then)}  # fmt: skip
        assert found == {100_000: "unknown", 660_001: "denied_share"}
