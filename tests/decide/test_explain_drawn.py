"""Explanations under drawn rulebooks: they agree with the answer, and every row has its reason."""

import datetime as dt
import json

import pytest

from openzone.decide.answer import answer
from openzone.decide.case import read_case
from openzone.decide.explain.explain import explain
from openzone.decide.frame import Frame
from openzone.decide.single import decide
from openzone.decide.words.explanations import wording
from openzone.errors import OpenZoneError
from openzone.regimes.registry import REGIMES
from openzone.rulebook.law import Law
from tests.strategies.books import drawn_book, knowns
from tests.strategies.cases import pool, raw_case
from tests.strategies.picking import Seeded

TODAY = dt.date(2025, 1, 1)


def drawn_decisions(seed):
    """Answer decisions of drawn cases, in every regime of a drawn book as public on two days."""
    pick = Seeded(seed)
    book = drawn_book(pick)
    for known in knowns(book)[-2:]:
        law = Law(book, known, ())
        for name in book.tables:
            frame = Frame(law, REGIMES[name])
            drawn = pool(frame)
            for _ in range(8):
                try:
                    case = read_case(frame, raw_case(pick, drawn), TODAY)
                except OpenZoneError:
                    continue
                yield decide(frame, case)


@pytest.mark.parametrize("seed", range(8))
def test_an_explanation_holds_under_a_drawn_book(seed):
    for decision in drawn_decisions(seed):
        explanation = explain(decision)
        answered = answer(decision)
        assert explanation.confidence == answered["confidence"]
        assert (explanation.verdict, explanation.outcome) == (
            answered["verdict"],
            answered["outcome"],
        )
        json.dumps(explanation.as_dict())
        for lang in ("zh", "en"):
            assert wording(explanation, lang).endswith("\n")
        in_order = decision.frame.table.hit_policy == "FIRST"
        kinds = {reason.kind for near in explanation.near for reason in near.reasons}
        assert in_order or "hit_before" not in kinds
