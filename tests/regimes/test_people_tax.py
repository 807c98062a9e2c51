"""Income tax of talent: the tax of a year, what a scheme waives or pays back, days that count."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.regimes.asking import Desk
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from tests.regimes.reformed import DAY, under

TALENT = {"scheme": "PIT-HN", "year": 2025, "income": 1000000, "actual_days": 100}


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="people")


def ask(**case):
    return desk().answer(case)


def tax(income):
    steps = ((36000, 3, 0), (144000, 10, 2520), (300000, 20, 16920), (420000, 25, 31920),
             (660000, 30, 52920), (960000, 35, 85920), (None, 45, 181920))  # fmt: skip
    rate, quick = next((r, q) for top, r, q in steps if top is None or income <= top)
    return (income * rate / 100 - quick).quantize(Decimal("0.01"), ROUND_HALF_UP)


class TestIncomeTax:
    @given(st.decimals(0, 5_000_000, places=2))
    def test_the_tax_of_a_year_is_that_of_a_plain_reading(self, income):
        found = ask(scheme="PIT-GBA", year=2026, income=str(income), origin="foreign")["effects"]
        due = tax(income)
        burden = (income * Decimal("0.15")).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert Decimal(found["tax_paid"]) == due
        assert Decimal(found["subsidy"]) == max(due - burden, 0)

    def test_the_subsidy_ends_at_its_cap(self):
        found = ask(scheme="PIT-GBA", year=2026, income=100_000_000, origin="foreign")
        assert found["effects"]["subsidy"] == "5000000"

    @pytest.mark.parametrize(
        ("spent", "counted", "outcome"),
        [(90, 93, "waived"), (90, 92, "not_eligible"), (89, 120, "not_eligible"),
         (183, 0, "waived"), (182, 0, "not_eligible")],
    )  # fmt: skip
    def test_days_that_count_and_days_spent(self, spent, counted, outcome):
        case = {**TALENT, "actual_days": spent, "counted_days": counted}
        assert ask(**case)["outcome"] == outcome

    def test_before_2025_any_day_that_counts_helped(self):
        case = {**TALENT, "actual_days": 10, "counted_days": 173, "year": 2024}
        assert ask(**case)["outcome"] == "waived"
        assert ask(scheme="PIT-HN", income=400000, year=2024)["needs"] == ["actual_days"]

    @pytest.mark.parametrize(("year", "outcome"), [(2019, "not_eligible"), (2027, "waived"),
                                                   (2028, "not_eligible")])  # fmt: skip
    def test_the_years_of_a_scheme_are_half_open(self, year, outcome):
        assert ask(**{**TALENT, "year": year, "counted_days": 85})["outcome"] == outcome

    def test_what_naming_the_scheme_claims_is_shown_and_can_be_denied(self):
        found = ask(**TALENT, counted_days=85)
        assert found["assumed"]["place"] == ["hainan"]
        assert found["assumed"]["employer_substance"] is True
        denied = ask(**TALENT, counted_days=85, employer_substance=False)
        assert denied["effects"]["lacked"] == "employer_substance"

    def test_another_city_is_outside_the_scheme(self):
        case = {"scheme": "PIT-GBA", "year": 2026, "income": 600000, "origin": "foreign"}
        assert ask(**case, city="city:beijing")["outcome"] == "not_eligible"
        assert ask(**case, city="province:hong-kong")["outcome"] == "not_eligible"
        talent = {"year": 2026, "income": 600000, "origin": "foreign", "talent_listed": True}
        assert ask(**talent, place=["city:guangzhou"])["effects"]["rule"] == "PIT-GBA"
        assert ask(**talent, place=["city:zhuhai"])["needs"] == ["place"]  # Hengqin is inside

    def test_residents_of_macao_pay_as_at_home(self):
        case = {"scheme": "PIT-HQ", "year": 2026, "income": 600000, "origin": "macao"}
        assert ask(**case, home_tax=50000)["effects"]["waived"] == "77080"
        assert ask(**{**case, "origin": "mainland"})["effects"]["tax_after"] == "90000"

    def test_terms_that_are_not_held_are_looked_up(self):
        assert ask(scheme="PIT-LG", year=2026, income=9, origin="foreign")["outcome"] == "look_up"
        assert ask(scheme="PIT-GBA", year=2022, income=9, origin="foreign")["outcome"] == "look_up"

    def test_neither_scheme_nor_place_asks_for_them(self):
        found = ask(income=600000, year=2026)
        assert (found["verdict"], found["needs"]) == ("ask", ["scheme", "place"])

    def test_a_lower_burden_in_hainan(self):
        change = m.Change("burden", "amend", rows=("PIT-HN",),
                          params=(("rate_percent", 10), ("presumes", (("talent_listed", True),
                                  ("employer_substance", True)))))  # fmt: skip
        found = under("people", change, territory=("hainan",)).answer(
            {**TALENT, "year": 2026, "counted_days": 85}
        )
        assert found["effects"]["tax_after"] == "100000"


TALENT_FROM_ABROAD = {"year": 2026, "origin": "foreign", "talent_listed": True}
NANSHA = {"year": 2026, "place": ["city:guangzhou-nansha"], "origin": "hong_kong",
          "income": 600000}  # fmt: skip
MACAO = {"year": 2026, "place": ["area:hengqin-coop"], "origin": "macao", "income": 600000}


class TestSeveralSchemes:
    def test_a_waiver_comes_before_a_subsidy_with_a_cap(self):
        found = ask(**TALENT_FROM_ABROAD, income=20000000, place="area:hengqin-coop")
        assert (found["outcome"], found["effects"]["rule"]) == ("waived", "PIT-HQ")
        assert found["effects"]["tax_after"] == "3000000"

    @pytest.mark.parametrize("listed", [{"talent_listed": True}, {"talent_listed": False}, {}])
    def test_the_list_of_talents_is_not_asked_where_residents_of_hong_kong_have_a_waiver(
        self, listed
    ):
        found = ask(**NANSHA, home_tax=50000, **listed)
        assert (found["outcome"], found["effects"]["rule"]) == ("waived", "PIT-NS")
        assert (found["effects"]["tax_after"], found["needs"]) == ("50000", [])

    def test_the_list_of_talents_is_asked_where_it_decides(self):
        found = ask(year=2026, income=600000, origin="foreign", place="area:hengqin-coop")
        assert (found["outcome"], found["needs"]) == ("ask", ["talent_listed"])
        assert found["possible"] == ["waived", "not_eligible"]

    @pytest.mark.parametrize("rate", [12, 18])
    def test_among_equal_outcomes_the_least_tax_counts(self, rate):
        change = m.Change("second", "amend", rows=("PIT-GBA",), effect="waive_above_rate",
                          params=(("rate_percent", rate),))  # fmt: skip
        found = under("people", change, territory=("area:hengqin-coop",)).answer(
            {**TALENT_FROM_ABROAD, "income": 1000000, "place": "area:hengqin-coop"}
        )
        assert found["effects"]["tax_after"] == str(10000 * min(rate, 15))

    def test_terms_not_held_stand_behind_a_scheme_that_is_held(self):
        found = ask(**{**NANSHA, "year": 2022}, home_tax=50000)
        assert (found["outcome"], found["effects"]["rule"]) == ("waived", "PIT-NS")


class TestTaxAtHome:
    @pytest.mark.parametrize("case", [{**MACAO, "talent_listed": False}, MACAO, NANSHA])
    def test_it_is_asked_where_the_figure_needs_it(self, case):
        found = ask(**case)
        assert (found["outcome"], found["needs"]) == ("ask", ["home_tax"])
        assert found["possible"] == ["waived"]

    def test_it_is_asked_too_where_the_income_is_missing(self):
        found = ask(**{name: value for name, value in MACAO.items() if name != "income"})
        assert (found["outcome"], found["needs"]) == ("ask", ["home_tax"])
        assert found["possible"] == ["waived"]

    def test_it_is_not_asked_by_other_schemes(self):
        found = ask(**TALENT_FROM_ABROAD, income=600000, place="area:hengqin-coop")
        assert (found["outcome"], found["needs"]) == ("waived", [])
