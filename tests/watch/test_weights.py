"""Weights as data: what their conditions mean, and what is refused."""

import dataclasses
from decimal import Decimal

import pytest

from openzone.errors import BookError
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.watch.weights import weighing


def with_weight(**changes):
    _, (parts,) = load_book("cn").__reduce__()
    one = dataclasses.replace(parts["weights"]["equity.minority"], **changes)
    return Book(**{**parts, "weights": {**parts["weights"], one.id: one}})


WEIGHTS = weighing(load_book("cn"))


@pytest.mark.parametrize(
    ("effects", "share_max", "score"),
    [
        ([], None, 0),
        (["open"], None, 0),
        (["prohibited"], None, 1_000_000),
        (["scope_limited"], None, 1_000_000),
        (["share_cap"], 490_000, 500_000),
        (["share_cap"], 499_999, 500_000),
        (["share_cap"], 500_000, 250_000),
        (["share_cap"], 999_999, 250_000),
        (["share_cap"], 1_000_000, 0),
        (["joint_venture_only"], None, 250_000),
        (["open_with_approval"], 1_000_000, 200_000),
        (["open_with_approval"], 500_000, 450_000),
        # one group: the highest; several groups: their sum
        (["share_cap", "single_investor_cap"], 490_000, 500_000),
        (["nationality_of_manager", "board_composition"], None, 100_000),
        (["share_cap", "nationality_of_manager", "terms_only"], 490_000, 650_000),
        # capped at 1
        (["prohibited", "nationality_of_manager"], None, 1_000_000),
    ],
)
def test_scores_of_rows_that_bind_together(effects, share_max, score):
    assert WEIGHTS.score(effects, share_max) == score


@pytest.mark.parametrize(
    "when",
    [
        "effect == prohibited",
        "effect in []",
        "__import__('os')",
        "max_foreign_percent",
        "max_foreign_percent > 50",
        "effect in [prohibited] or True",
    ],
)
def test_a_condition_outside_the_grammar_is_refused(when):
    with pytest.raises(BookError, match=r"equity\.minority\.when"):
        weighing(with_weight(when=when))


def test_an_unknown_effect_is_refused_with_the_nearest_name():
    with pytest.raises(BookError, match="did you mean 'prohibited'"):
        weighing(with_weight(when="effect in [prohibitted]"))


def test_a_score_above_one_is_refused():
    with pytest.raises(BookError, match="from 0 to 1"):
        weighing(with_weight(score=Decimal("1.1")))
