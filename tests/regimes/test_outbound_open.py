"""Outbound investment: what stays open, law that is not held, words that are not on record."""

import pytest

from tests.regimes.test_outbound import desk

BUY = {"investor": "local", "direct": True, "amount": 80, "destination": "DE",
       "trade": "machinery", "date": "2026-04-01"}  # fmt: skip


def ask(**case):
    return desk().answer(case)


def without(*names, **more):
    return ask(**{name: value for name, value in BUY.items() if name not in names}, **more)


@pytest.mark.parametrize(
    ("missing", "open_facts"),
    [(["amount"], ["amount"]), (["investor"], ["investor"]),
     (["investor", "amount"], ["investor", "amount"])],
)  # fmt: skip
def test_a_fact_that_turns_only_the_desk_is_named_as_open(missing, open_facts):
    found = without(*missing)
    assert (found["outcome"], found["needs"]) == ("filing", [])
    assert "by" not in found["effects"]["ndrc"]
    assert found["effects"]["open"] == open_facts


def test_nothing_is_open_where_all_is_told_or_nothing_turns():
    assert "open" not in without()["effects"]
    assert "open" not in without("investor", "amount", investor="central")["effects"]


def test_what_is_asked_is_not_named_as_open_too():
    found = without("destination", "amount")
    assert found["needs"] == ["destination"]
    assert found["effects"]["open"] == ["amount"]


def test_without_a_destination_every_outcome_is_possible_that_a_country_leads_to():
    found = without("destination")
    assert (found["outcome"], found["needs"]) == ("ask", ["destination"])
    assert found["possible"] == ["approval", "look_up", "filing", "not_outbound"]


def test_a_class_that_is_told_settles_a_country_in_doubt():
    found = without("destination", destination_class="none")
    assert found["possible"] == ["approval", "filing", "not_outbound"]


def test_a_tie_of_partners_leaves_the_outcome_of_the_desks():
    halves = [{"place": "province:zhejiang", "share": 0.5},
              {"place": "province:shanghai", "share": 0.5}]  # fmt: skip
    found = ask(**BUY, partners=halves)
    assert (found["needs"], found["possible"]) == (["filing_partner"], ["filing"])


@pytest.mark.parametrize(
    ("day", "documents"),
    [("2018-02-28", ["NDRC Order No. 9 (2014)"]),
     ("2014-10-05", ["NDRC Order No. 9 (2014)", "MOFCOM Order No. 5 (2009)"]),
     ("2014-05-07", ["NDRC Order No. 21 (2004)", "MOFCOM Order No. 5 (2009)"]),
     ("2003-01-01", ["NDRC Order No. 21 (2004), from 2004-10-09",
                     "MOFCOM Order No. 5 (2009), from 2009-05-01"])],
)  # fmt: skip
def test_law_that_is_not_held_is_named(day, documents):
    found = ask(**{**BUY, "date": day})
    assert (found["outcome"], found["confidence"]) == ("look_up", "low")
    for document in documents:
        assert any(document in text for text in found["said"]), document


@pytest.mark.parametrize(("word", "listed"), [("hotl", "hotel"), ("Cinemaa", "cinema"),
                                              ("weapon", "arms")])  # fmt: skip
def test_a_word_close_to_a_listed_one_lowers_the_confidence(word, listed):
    found = ask(**{**BUY, "trade": word})
    assert found["confidence"] == "low"
    assert any(f"'{word}' is on no list" in text and f"'{listed}'" in text
               for text in found["said"])  # fmt: skip
    open_too = without("amount", "trade", trade=word)
    assert open_too["confidence"] == "low"


def test_a_word_far_from_every_listed_one_does_not():
    assert ask(**BUY)["confidence"] == "high"
