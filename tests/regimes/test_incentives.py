"""Incentives: relief of enterprise income tax by place, years of a term, limits of tax favours."""

import datetime as dt
import json
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from openzone.cli.decide import command
from openzone.regimes.asking import Desk
from openzone.regimes.incentives.term import year_in_term
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from openzone.rulebook.reading import read_yaml
from tests.regimes.reformed import DAY, agrees, sheet_cases, under
from tests.tidy.tree import ROOT

SHEET = ROOT.parent / "shared" / "facts" / "incentives" / "cases.yaml"
TESTS_MET = {"share": "0.8", "listed": True, "substance": True, "profit": 10000000}
LINGANG = {"scheme": "CIT-LG", "founded": "2021-03-01", "profit": 10000000}
HAINAN = {"scheme": "CIT-HN", "year": 2026, **TESTS_MET}


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="incentives")


def ask(**case):
    return desk().answer(case)


def rows(answer):
    return [entry["row"] for entry in answer["because"]]


@pytest.mark.parametrize("case", sheet_cases(SHEET))
def test_a_case_of_the_sheet_has_its_answer(case):
    agrees(ask(**case["given"]), case["expect"])


@pytest.mark.parametrize("case", sheet_cases(SHEET)[:1])
def test_the_sheet_as_published_is_answered_by_the_command(case):
    words = [str(SHEET), "--regime", "incentives", "--known", DAY.isoformat()]
    ran = CliRunner().invoke(command, words)
    assert ran.exit_code == 0, ran.output
    answers = {one["id"]: one for one in map(json.loads, ran.stdout.splitlines())}
    for one in read_yaml(SHEET).value["cases"]:
        agrees(answers[one["id"]], one["expect"])


class TestTests:
    @pytest.mark.parametrize(
        ("told", "lacked"),
        [
            ({"registered": False}, "registered"),
            ({"listed": False}, "listed"),
            ({"share": "0.599999"}, "share"),
            ({"substance": False}, "substance"),
            ({"listed": False, "share": "0.1", "substance": False}, "listed"),
            ({"share": "0.1", "substance": False}, "share"),
        ],
    )
    def test_the_first_test_that_fails_is_named(self, told, lacked):
        found = ask(**{**HAINAN, **told})
        assert (found["verdict"], found["effects"]["lacked"]) == ("no", lacked)
        assert (found["effects"]["rate"], found["effects"]["tax"]) == ("0.25", "2500000")

    def test_a_share_counts_from_its_threshold(self):
        assert ask(**{**HAINAN, "share": "0.6"})["outcome"] == "eligible"

    @pytest.mark.parametrize("missing", ["listed", "share", "substance"])
    def test_what_is_missing_is_asked_where_it_decides(self, missing):
        case = {name: value for name, value in HAINAN.items() if name != missing}
        found = ask(**case)
        assert (found["verdict"], found["needs"]) == ("ask", [missing])
        assert found["possible"] == ["eligible", "ineligible"]
        case["registered"] = False
        assert ask(**case)["outcome"] == "ineligible"

    def test_profit_is_not_asked(self):
        case = {name: value for name, value in HAINAN.items() if name != "profit"}
        found = ask(**case)
        assert (found["outcome"], found["effects"]["rate"]) == ("eligible", "0.15")
        assert "tax" not in found["effects"]


class TestPlace:
    def test_the_territory_of_a_named_scheme_is_assumed_and_shown(self):
        assert ask(**HAINAN)["assumed"]["place"] == ["hainan"]
        assert ask(**HAINAN, place=["city:sanya"])["outcome"] == "eligible"
        found = ask(**HAINAN, place=["city:beijing"])
        assert (found["outcome"], found["effects"]["lacked"]) == ("ineligible", "place")

    def test_a_place_tries_its_schemes(self):
        found = ask(place=["ftz:xinjiang-khorgos"], in_sub_area=True, first_income_year=2024,
                    year=2026, **TESTS_MET)  # fmt: skip
        assert found["effects"]["scheme"] == "CIT-XJ"
        assert found["effects"]["tax"] == "0"
        tried = {one["scheme"]: one["outcome"] for one in found["effects"]["candidates"]}
        assert tried == {"CIT-WEST": "eligible", "CIT-XJ": "eligible"}

    def test_only_the_starting_areas_of_nansha(self):
        case = {"place": ["city:guangzhou-nansha"], "year": 2026, **TESTS_MET}
        assert ask(**case)["needs"] == ["in_sub_area"]
        assert ask(**case, in_sub_area=True)["outcome"] == "eligible"
        assert ask(**case, in_sub_area=False)["effects"]["lacked"] == "in_sub_area"
        assert ask(scheme="CIT-NS", year=2026, **TESTS_MET)["assumed"]["in_sub_area"] is True

    def test_most_zones_have_no_relief(self):
        found = ask(place=["ftz:hunan"], year=2026, **TESTS_MET)
        assert (found["outcome"], found["effects"]["rule"]) == ("standard", "CIT-STD")
        assert found["needs"] == []

    def test_a_wider_place_asks_for_the_area_that_has_a_scheme(self):
        found = ask(place=["city:shenzhen"], year=2026, **TESTS_MET)
        assert (found["verdict"], found["needs"]) == ("ask", ["place"])
        assert any("area:qianhai-coop" in remark for remark in found["said"])


class TestPeriod:
    @pytest.mark.parametrize(
        ("scheme", "year", "outcome"),
        [
            ("CIT-HN", 2019, "ineligible"), ("CIT-HN", 2020, "eligible"),
            ("CIT-HN", 2027, "eligible"), ("CIT-HN", 2028, "ineligible"),
            ("CIT-QH", 2013, "ineligible"), ("CIT-QH", 2014, "eligible"),
            ("CIT-QH", 2021, "eligible"), ("CIT-QH", 2028, "ineligible"),
            ("CIT-HQ", 2021, "eligible"), ("CIT-HQ", 2025, "eligible"),
            ("CIT-HQ", 2026, "look_up"), ("CIT-PT", 2025, "eligible"),
            ("CIT-PT", 2026, "look_up"), ("CIT-NS", 2026, "eligible"),
            ("CIT-NS", 2027, "ineligible"), ("CIT-WEST", 2030, "eligible"),
            ("CIT-WEST", 2031, "ineligible"),
        ],
    )  # fmt: skip
    def test_the_years_of_a_scheme_are_half_open(self, scheme, year, outcome):
        found = ask(scheme=scheme, year=year, **TESTS_MET)
        assert found["outcome"] == outcome
        if outcome == "ineligible":
            assert found["effects"]["lacked"] == "period"

    def test_a_share_of_seventy_percent_became_sixty(self):
        case = {**TESTS_MET, "scheme": "CIT-QH"}
        assert ask(**{**case, "share": "0.7", "year": 2020})["outcome"] == "eligible"
        assert ask(**{**case, "share": "0.699999", "year": 2020})["outcome"] == "ineligible"
        assert ask(**{**case, "share": "0.6", "year": 2021})["outcome"] == "eligible"

    def test_an_end_is_said_a_year_ahead(self):
        said = ask(scheme="CIT-NS", year=2026, **TESTS_MET)["said"]
        assert any("2027-01-01" in remark for remark in said)
        assert "said" not in ask(**HAINAN)

    def test_the_document_of_the_year_is_cited(self):
        assert ask(**{**HAINAN, "year": 2024})["effects"]["document"] == "财税〔2020〕31号"
        assert ask(**{**HAINAN, "year": 2025})["effects"]["document"] == "财税〔2025〕3号"

    def test_a_year_that_is_not_told_is_that_of_the_day(self):
        case = {name: value for name, value in HAINAN.items() if name != "year"}
        found = ask(**case, date="2019-05-01")
        assert (found["effects"]["year"], found["outcome"]) == (2019, "ineligible")


class TestTerm:
    @pytest.mark.parametrize(
        ("year", "outcome"), [(2020, "ineligible"), (2021, "eligible"), (2025, "eligible"),
                              (2026, "look_up"), (2027, "ineligible")],
    )  # fmt: skip
    def test_whole_years_have_the_rate_and_a_broken_one_is_looked_up(self, year, outcome):
        assert ask(**LINGANG, year=year)["outcome"] == outcome

    def test_years_that_end_with_a_year_have_no_broken_one(self):
        found = ask(**{**LINGANG, "founded": "2021-01-01"}, year=2025)["effects"]
        assert (found["rate_2025"], found["rate_2026"]) == ("0.15", "0.25")
        assert "answer_2026" not in found

    def test_an_older_firm_has_the_years_that_are_left(self):
        older = {**LINGANG, "founded": "2018-01-01"}
        assert ask(**older, year=2022)["outcome"] == "eligible"
        assert ask(**older, year=2023)["outcome"] == "ineligible"
        assert ask(**older, year=2019)["effects"]["lacked"] == "period"

    def test_tests_that_the_scheme_presumes_are_shown_and_can_be_denied(self):
        found = ask(**LINGANG, year=2025)
        assert found["assumed"]["key_products"] == 1
        assert ask(**LINGANG, year=2025, key_products=0)["effects"]["lacked"] == "key_products"

    def test_the_day_of_founding_is_asked(self):
        found = ask(scheme="CIT-LG", year=2025, profit=1)
        assert (found["verdict"], found["needs"]) == ("ask", ["founded"])
        assert found["possible"] == ["look_up", "eligible", "ineligible"]

    @given(st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31)), st.integers(1, 9),
           st.integers(1995, 2055))  # fmt: skip
    def test_a_year_lies_inside_when_each_of_its_days_since_founding_does(self, day, term, year):
        try:
            end = day.replace(year=day.year + term)
        except ValueError:
            end = dt.date(day.year + term, 3, 1)
        first = max(day, dt.date(year, 1, 1))
        last = dt.date(year, 12, 31)
        outside = last < day or first >= end
        expected = "outside" if outside else "inside" if last < end else "broken"
        assert year_in_term(day, term, year) == expected


class TestTax:
    def test_the_rate_is_that_of_the_local_part_only(self):
        case = {name: value for name, value in HAINAN.items() if name != "profit"}
        found = ask(**case, profit=100, branch_profit=40)["effects"]
        assert (found["tax"], found["saved"]) == ("21", "4")
        assert ask(**case, profit=100, other_profit=60)["effects"]["tax"] == "21"

    def test_a_head_office_elsewhere_leaves_the_local_part_open(self):
        found = ask(**HAINAN, head_office="outside")
        assert found["outcome"] == "eligible"
        assert "tax" not in found["effects"]
        assert any("branch_profit" in remark for remark in found["said"])

    def test_one_preferential_rate_the_lower(self):
        firm = {**HAINAN, "profit": 2000000, "staff": 300, "assets": 50000000}
        assert ask(**firm)["effects"]["rate"] == "0.05"
        assert ask(**{**firm, "staff": 301})["effects"]["rate"] == "0.15"
        tech = ask(place=["ftz:hunan"], year=2026, profit=10000000, high_tech=True)
        assert (tech["outcome"], tech["effects"]["rule"]) == ("eligible", "CIT-HT")
        assert tech["effects"]["saved"] == "1000000"

    @given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2), st.booleans())
    def test_the_tax_is_that_of_a_plain_reading(self, local, elsewhere, substance):
        rate = Decimal("0.15") if substance else Decimal("0.25")
        case = {name: value for name, value in HAINAN.items() if name != "profit"}
        case |= {"branch_profit": str(local), "other_profit": str(elsewhere)}
        found = ask(**{**case, "substance": substance})["effects"]
        due = local * rate + elsewhere * Decimal("0.25")
        assert Decimal(found["tax"]) == due.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def test_relief_of_other_kinds_is_named_without_a_rate(self):
        found = ask(scheme="CIT-HN-CAPEX", year=2026, asset_price=5000000)
        assert found["effects"]["relief"] == "deduct_at_once"
        found = ask(scheme="CIT-HN-CAPEX", year=2026, asset_price="5000000.01")
        assert found["effects"]["relief"] == "depreciate_faster"
        abroad = {"scheme": "CIT-HN-OUT", "year": 2026, "outbound_sector": "tourism",
                  "new_branch_abroad": False, "outbound_share": "0.2"}  # fmt: skip
        assert ask(**abroad, host_rate="0.05")["outcome"] == "eligible"
        assert ask(**abroad, host_rate="0.049999")["effects"]["lacked"] == "host_rate"


class TestLimits:
    def test_a_refund_without_a_basis_is_unlawful_whatever_else_holds(self):
        found = ask(**HAINAN, local_refund=True)
        assert (found["verdict"], found["effects"]["constraint"]) == ("no", "FC-03")

    def test_with_a_basis_the_rest_is_asked_as_usual(self):
        found = ask(**HAINAN, local_refund=True, legal_basis_or_sc_approval=True)
        assert found["outcome"] == "eligible"

    def test_before_the_review_regulation_the_tax_law_says_so(self):
        found = ask(place=["ftz:hunan"], local_refund=True, date="2023-01-01")
        assert found["outcome"] == "unlawful"
        assert found["because"][0]["document"] == "DOC-INC-TAXADMIN"


@pytest.mark.parametrize(
    ("case", "field"),
    [
        ({"scheme": "CIT-HM"}, "scheme"),
        ({"scheme": "CIT-HN", "shares": 1}, "shares"),
        ({"scheme": "CIT-HN", "share": 60}, "share"),
        ({"scheme": "CIT-HN", "year": 0}, "year"),
        ({"scheme": "CIT-HN", "profit": -1}, "profit"),
        ({"scheme": "CIT-HN", "founded": "2021-02-30"}, "founded"),
        ({"scheme": "CIT-HN", "profit": 5, "branch_profit": 6}, "branch_profit"),
        ({"scheme": "CIT-HN", "profit": 5, "branch_profit": 2, "other_profit": 2}, "profit"),
        ({"scheme": "CIT-HN", "total_profit": 5}, "total_profit"),
        ({"scheme": "CIT-HN", "place": ["hainann"]}, "place"),
    ],
)
def test_bad_input_is_refused_by_field(case, field):
    found = ask(**case)
    assert found["outcome"] == "refused"
    assert field in [fault["field"] for fault in found["faults"]]


class TestReforms:
    def test_a_lower_rate_acts_in_its_territory_only(self):
        change = m.Change("rate", "amend", rows=("CIT-WEST",), params=(("rate_percent", 10),))
        reformed = under("incentives", change, territory=("province:chongqing",))
        west = {"scheme": "CIT-WEST", "year": 2026, **TESTS_MET}
        there = reformed.answer({**west, "place": ["province:chongqing"]})
        assert there["effects"]["tax"] == "1000000"
        assert there["effects"]["rule"] == "CIT-WEST"
        assert there["because"][0]["amends"] == "CIT-WEST"
        elsewhere = reformed.answer({**west, "place": ["province:sichuan"]})
        assert elsewhere["effects"]["tax"] == "1500000"

    def test_a_new_scheme_opens_a_zone(self):
        change = m.Change(
            "new", "add", table="incentives_schemes", measures=("incentives.schemes.cit_hn",),
            title=m.Text("湖南", "Hunan"), effect="reduced_rate", params=(("rate_percent", 15),),
            conditions=(
                m.Condition("listed", "is", (True,)),
                m.Condition("share", "between", min=Decimal("0.5")),
            ),
        )  # fmt: skip
        reformed = under("incentives", change, territory=("ftz:hunan",))
        case = {"place": ["ftz:hunan"], "year": 2026, **TESTS_MET, "share": "0.5"}
        assert reformed.answer(case)["effects"]["tax"] == "1500000"
        assert reformed.answer({**case, "place": ["ftz:hubei"]})["outcome"] == "standard"


@pytest.mark.parametrize(
    ("year", "documents"),
    [(2007, ["企业所得税暂行条例", "外商投资企业和外国企业所得税法"]),
     (1992, ["外商投资企业和外国企业所得税法"]),
     (1985, ["外商投资企业和外国企业所得税法", "1991-07-01"])],
)  # fmt: skip
def test_a_year_before_the_rates_on_record_names_the_document(year, documents):
    found = ask(**{**HAINAN, "year": year})
    assert (found["outcome"], found["confidence"]) == ("look_up", "low")
    assert all(any(one in text for text in found["said"]) for one in documents)
    assert bool(found["because"]) == (year > 1991)


def test_the_first_year_of_the_law_in_force_is_held():
    assert ask(year=2008, place=["city:beijing"], profit=100)["effects"]["rate"] == "0.25"
