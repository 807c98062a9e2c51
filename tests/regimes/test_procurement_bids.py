"""Bids and bidders of government procurement: the deduction, ties, classes of bidders."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.regimes.test_procurement import BY_PRICE, MEDICAL, ask, bids, desk


@pytest.mark.parametrize(
    ("domestic", "winner"), [("124.999999", "A"), ("125", None), ("125.000001", "B")]
)
def test_the_break_even_of_the_deduction(domestic, winner):
    found = ask(**BY_PRICE, bids=bids(domestic, 100))
    assert found["effects"].get("winner") == winner
    assert (found["outcome"] == "tied") is (winner is None)
    if winner is None:
        assert found["effects"]["tied"] == ["A", "B"]


def test_without_competition_of_both_kinds_nothing_is_deducted():
    both = [{"who": "A", "price": 118, "domestic": True}, {"who": "B", "price": 100,
            "domestic": True}]  # fmt: skip
    found = ask(**BY_PRICE, bids=both)["effects"]
    assert (found["evaluated"], found["winner"]) == ({"A": "118", "B": "100"}, "B")


@pytest.mark.parametrize(
    ("date", "winner"), [("2025-12-31", "B"), ("2026-01-01", "A"), ("2003-01-01", "B")]
)
def test_the_deduction_has_its_first_day(date, winner):
    found = ask(date=date, award="lowest_evaluated", bids=bids(118, 100))
    assert found["effects"]["winner"] == winner


def test_before_the_law_and_before_the_notice_was_known():
    assert ask(date="2002-12-31", award="lowest_evaluated", bids=bids(1, 2))["outcome"] == "look_up"
    early = desk(known=dt.date(2025, 9, 1)).answer({**BY_PRICE, "bids": bids(118, 100)})
    assert early["effects"]["winner"] == "B"


def test_imports_without_consent_fall_out():
    found = ask(**BY_PRICE, bids=bids(200, 100), imports_approved=False)
    assert found["effects"]["winner"] == "A"
    assert found["because"][0]["row"] == "domestic_first"
    foreign = [{"who": "B", "price": 1, "domestic": False}]
    assert ask(**BY_PRICE, bids=foreign, imports_approved=False)["outcome"] == "excluded"
    assert ask(question="imports", use_abroad=True)["outcome"] == "admitted"


@pytest.mark.parametrize(("share", "winner"), [("0.8", "A"), ("0.799999", "B")])
def test_a_package_counts_by_its_share(share, winner):
    package = [{"who": "A", "price": 118, "domestic_share": share},
               {"who": "B", "price": 100, "domestic": False}]  # fmt: skip
    assert ask(**BY_PRICE, bids=package)["effects"]["winner"] == winner


def test_small_firms():
    pair = [{"who": "A", "price": 110, "domestic": True, "small": True},
            {"who": "B", "price": 100, "domestic": True}]  # fmt: skip
    assert ask(**BY_PRICE, bids=pair)["needs"] == ["small_firm_deduction"]
    assert ask(**BY_PRICE, bids=pair, small_firm_deduction="0.1")["effects"]["winner"] == "A"
    assert ask(**BY_PRICE, bids=pair, small_firm_deduction="0.21")["outcome"] == "refused"
    mixed = ask(**BY_PRICE, bids=bids(110, 100, small=True), small_firm_deduction="0.1")
    assert mixed["outcome"] == "look_up"


def test_scores_are_looked_up():
    assert ask(**{**BY_PRICE, "award": "scores"}, bids=bids(1, 2))["outcome"] == "look_up"


def one_bidder(**told):
    return ask(**MEDICAL, bidders=[{"who": "X", **told}])


@pytest.mark.parametrize(
    ("told", "treatment"),
    [
        ({"seat": "DE"}, "excluded"),
        ({"seat": "CN", "owner": "DE"}, "admitted"),
        ({"seat": "JP", "eu_import_share": "0.5"}, "admitted"),
        ({"seat": "JP", "eu_import_share": "0.500001"}, "refused_share_above_50"),
        ({"seat": "CN", "eu_import_share": 1}, "refused_share_above_50"),
        ({"seat": "NO", "eu_import_share": 0}, "admitted"),
        ({"seat": False, "eu_import_share": 0}, "admitted"),
    ],
)
def test_bidders_by_class(told, treatment):
    assert one_bidder(**told)["effects"]["X"] == treatment


def test_a_share_that_decides_is_asked_and_the_others_are_answered():
    pair = [{"who": "X", "seat": "JP"}, {"who": "Y", "seat": "FR"}]
    found = ask(**MEDICAL, bidders=pair)
    assert (found["needs"], found["effects"]["Y"]) == (["bidders"], "excluded")
    assert ask(**{**MEDICAL, "budget": 1}, bidders=pair)["outcome"] == "admitted"


@pytest.mark.parametrize(
    "changed",
    [
        {"budget": "44999999.99"}, {"date": "2025-07-05"}, {"only_eu_fits": True},
        {"imports_needed": False}, {"awarded_before": True}, {"listed_device": False},
    ],
)  # fmt: skip
def test_what_the_countermeasure_does_not_touch(changed):
    found = ask(**{**MEDICAL, **changed}, bidders=[{"who": "X", "seat": "DE"}])
    lacked = next(iter(changed))
    assert found["effects"] == {"X": "admitted", "rule": "CMX-EU-MED", "lacked": lacked}
    alone = ask(**{**MEDICAL, **changed})
    for one in (found, alone):
        assert (one["outcome"], one["because"][0]["row"]) == ("admitted", "CMX-EU-MED")
        assert any("CMX-EU-MED was tested" in text for text in one["said"])
    assert ask(**{**MEDICAL, **changed})["outcome"] == "admitted"


PRICES = st.decimals(min_value=1, max_value=1000, places=2)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(PRICES, st.booleans()), min_size=1, max_size=5))
def test_the_comparison_agrees_with_a_second_reading(offers):
    found = ask(**BY_PRICE, bids=[
        {"who": f"bid {n}", "price": str(price), "domestic": here}
        for n, (price, here) in enumerate(offers)
    ])["effects"]  # fmt: skip
    both = len({here for _, here in offers}) == 2
    compared = [price * 8 / 10 if here and both else price for price, here in offers]
    assert [Decimal(one) for one in found["evaluated"].values()] == compared
    first = [n for n, price in enumerate(compared) if price == min(compared)]
    if len(first) > 1:
        assert found["tied"] == [f"bid {n}" for n in first]
    else:
        assert found["winner"] == f"bid {first[0]}"
        assert Decimal(found["contract_price"]) == offers[first[0]][0]


class TestWhatIsLeft:
    """An answer that asks for part of a list names the outcomes that are left."""

    @pytest.mark.parametrize(
        ("price", "left"), [(124, ["awarded"]), (125, ["awarded", "tied"]), (126, ["awarded"])]
    )
    def test_of_a_bid_that_may_be_domestic(self, price, left):
        bids = [{"who": "A", "price": price}, {"who": "B", "price": 100, "domestic": False}]
        found = ask(date="2026-03-01", award="lowest_evaluated", bids=bids)
        assert (found["outcome"], found["needs"], found["possible"]) == ("ask", ["bids"], left)

    def test_of_many_bids_that_may_be_domestic(self):
        bids = [{"who": f"F{n}", "price": 100 + n} for n in range(30)]
        found = ask(date="2026-03-01", award="lowest_evaluated", bids=bids)
        assert found["possible"] == ["awarded"]

    def test_of_bids_and_of_the_way_of_the_award(self):
        bids = [{"who": "A", "price": 118}, {"who": "B", "price": 100, "domestic": False}]
        found = ask(date="2026-03-01", bids=bids)
        assert set(found["possible"]) == {"awarded", "look_up"}

    @pytest.mark.parametrize(
        ("price", "left"), [(110, ["awarded"]), (112, ["awarded", "tied"]), (126, ["awarded"]),
                            (125, ["awarded", "tied"])],
    )  # fmt: skip
    def test_of_the_deduction_for_small_firms(self, price, left):
        bids = [{"who": "A", "price": price, "domestic": True, "small": True},
                {"who": "B", "price": 100, "domestic": True}]  # fmt: skip
        found = ask(date="2025-03-01", award="lowest_evaluated", bids=bids)
        assert found["needs"] == ["small_firm_deduction"]
        assert found["possible"] == left

    @pytest.mark.parametrize(
        ("others", "left"),
        [([], ["admitted", "excluded"]),
         ([{"who": "E", "seat": "DE"}], ["some_excluded", "excluded"]),
         ([{"who": "H", "seat": "CN"}], ["admitted", "some_excluded", "excluded"])],
    )  # fmt: skip
    def test_of_a_bidder_whose_share_is_not_told(self, others, left):
        found = ask(**MEDICAL, bidders=[{"who": "J", "seat": "JP"}, *others])
        assert (found["outcome"], found["needs"]) == ("ask", ["bidders"])
        assert found["possible"] == left


@pytest.mark.parametrize(
    ("case", "row", "document"),
    [({"level": "central", "kind": "goods", "date": "2019-12-31"}, "TH-C-GS", "DOC-PROC-G96"),
     ({"level": "central", "kind": "works", "date": "2018-05-31"}, "TH-BID", "DOC-PROC-BID-2000"),
     ({"level": "local", "kind": "works", "date": "2018-05-31"}, "TH-BID", "DOC-PROC-BID-2000")],
)  # fmt: skip
def test_figures_of_earlier_years_are_looked_up_in_the_document_named(case, row, document):
    found = ask(**case, budget=5000000, in_catalogue=False)
    assert found["outcome"] == "look_up"
    assert (row, document) in [(one["row"], one["document"]) for one in found["because"]]
    cited = next(one["cite"] for one in found["because"] if one["document"] == document)
    assert any(cited in text for text in found["said"])


def test_a_day_before_every_row_names_the_first_document_after_it():
    found = ask(question="imports", imports_approved=False, date="2001-01-01")
    assert (found["outcome"], found["because"]) == ("look_up", [])
    assert any("政府采购法" in text and "2003-01-01" in text for text in found["said"])


def test_a_question_that_is_not_told_leaves_real_outcomes():
    found = ask(made_in_china=True, local_points=True)
    assert (found["needs"], "ask" in found["possible"]) == (["question"], False)
