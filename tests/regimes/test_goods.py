"""Goods: the rate that applies, taxes to the fen, the two lines, reforms of them, bad input."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.regimes.asking import Desk
from openzone.regimes.goods.money import duty, half_up
from openzone.regimes.goods.rates import sliding_rate
from openzone.regimes.goods.taxes import TaxRate, consumption_tax
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import body_hash
from openzone.rulebook.tariff import Rate, read_rate

DAY = dt.date(2026, 11, 23)
WINE = {"hs": "22042100", "customs_value": "500000", "date": "2026-06-01"}


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="goods")


def ask(**case):
    return desk().answer({"date": "2026-06-01", **case})


def under(change, territory=("hainan",)):
    """A desk under a reform of one change, in force from 2027."""
    reform = m.Reform(
        "TRY", m.Text("试", "try"), "draft", (change,), territory,
        m.Interval(dt.date(2027, 1, 1), None), m.Authorisation(False), body_hash((change,)),
    )  # fmt: skip
    return Desk(load_book("cn"), known=DAY, reforms=(reform,), today=DAY, regime="goods")


def states(answer):
    return {one["column"]: one["state"] for one in answer["candidates"]}


class TestRates:
    def test_a_proof_opens_its_column_and_the_saving_of_another_is_told(self):
        found = ask(**WINE, origin="AU")
        assert found["effects"]["duty"] == "70000.00"
        assert states(found) == {"mfn": "applied", "AU": "no_proof", "RAUR": "no_proof"}
        assert [one["saves"] for one in found["candidates"][1:]] == ["70000.00", "70000.00"]
        assert ask(**WINE, origin="AU", proofs=["AU"])["effects"]["column"] == "AU"

    def test_a_proof_of_another_origin_opens_nothing(self):
        found = ask(**WINE, origin="FR", proofs=["AU"])
        assert states(found)["AU"] == "not_open"
        assert found["effects"]["duty"] == "70000.00"

    def test_an_agreement_rate_above_the_usual_one_is_not_taken(self):
        found = ask(hs="22011010", origin="KR", customs_value="80000", proofs=["KR"])
        assert found["effects"]["column"] == "mfn"
        assert states(found)["KR"] == "dearer"

    def test_an_origin_that_is_no_country_pays_the_general_rate_and_hears_it(self):
        found = ask(**WINE, origin="XX")
        assert found["effects"]["column"] == "general"
        assert any("no country on record" in remark for remark in found["said"])

    def test_a_specific_rate_asks_for_its_quantity(self):
        found = ask(hs="02071422", origin="AR", customs_value="400000")
        assert (found["outcome"], found["needs"]) == ("ask", ["quantity_kg"])
        tonnes = ask(hs="02071422", origin="AR", customs_value="400000", quantity_tonne="25")
        assert tonnes["effects"]["duty"] == "25000.00"

    def test_a_least_developed_origin_has_zero_inside_a_quota_only(self):
        sugar = {"hs": "17011400", "origin": "MZ", "customs_value": "1000", "proofs": ["LD"]}
        assert ask(**sugar)["outcome"] == "look_up"  # the line outside the quota is not held
        assert ask(**sugar, quota_certificate=True)["effects"]["rate"] == "15%"

    def test_beef_asks_whether_the_quota_of_its_country_is_used_up(self):
        beef = {"hs": "02013000", "origin": "BR", "customs_value": "100000",
                "quantity_kg": "1000"}  # fmt: skip
        assert ask(**beef)["needs"] == ["beyond_country_quota"]
        over = ask(**beef, beyond_country_quota=True)["effects"]
        assert (over["duty"], over["remedy"]) == ("12000.00", "55000.00")

    def test_the_sliding_duty_falls_to_an_amount_at_its_line(self):
        figures = tuple(map(Decimal, ("14.000", "0.280", "9.0", "0.0269", "40")))
        assert sliding_rate(Decimal(14), figures) == Rate(0, 280_000, "kg")
        assert sliding_rate(Decimal("13.999"), figures).ad_valorem == 19_000
        assert sliding_rate(Decimal(1), figures).ad_valorem == 400_000

    def test_the_sliding_duty_is_for_the_goods_of_its_row_alone(self):
        bulk = {"origin": "EG", "quantity_kg": "100000", "price_per_kg": "12",
                "inside_sliding_quota": True}  # fmt: skip
        found = ask(hs="52010000", **bulk)
        assert found["effects"]["column"] == "sliding"
        assert "RATE-08" in [one["row"] for one in found["because"]]
        assert ask(hs="22042100", **bulk)["effects"]["column"] == "mfn"


class TestWhatIsMissing:
    """A case with a hole in it is asked about, never broken or guessed."""

    @pytest.mark.parametrize(
        ("case", "needs"),
        [
            ({"place": "hainan", "line": "second", "encouraged_and_filed": True, "vat": "0.13",
              "value_added_reached": True, "imported_materials": "8", "vat_base": "as_presented"},
             ["sale_price"]),
            ({"place": "cbz", "line": "second", "has_finished_goods": True}, ["finished_value"]),
            ({"hs": "22042100", "purpose": "return_after_repair"}, ["repair_cost"]),
            ({"hs": "02013000", "place": "hainan", "line": "first", "beneficiary": True,
              "on_taxed_list": False, "beyond_country_quota": True}, ["customs_value"]),
            ({"hs": "250100", "customs_value": "8", "origin": "US"}, ["hs"]),
        ],
    )  # fmt: skip
    def test_it_is_named(self, case, needs):
        found = ask(**case)
        assert (found["outcome"], found["needs"]) == ("ask", needs)

    def test_a_word_that_no_row_turns_on_is_not_asked(self):
        found = ask(hs="22042100", origin="FR", customs_value="800", place="ftz:tianjin")
        assert found["outcome"] == "payable"

    def test_one_figure_under_two_names_is_refused_where_they_differ(self):
        found = ask(hs="22042100", hs8="22042900", customs_value="8")
        assert [one["code"] for one in found["faults"]] == ["contradiction"]


class TestLines:
    def test_a_zone_part_inherits_hainan_and_the_list_decides(self):
        case = {"hs": "85152120", "origin": "JP", "customs_value": "500000", "place": ["hainan"],
                "line": "first", "beneficiary": True}  # fmt: skip
        assert ask(**case)["needs"] == ["on_taxed_list"]
        assert ask(**case, on_taxed_list=False)["outcome"] == "free"
        assert ask(**case, on_taxed_list=True)["effects"]["duty"] == "50000.00"
        kept = ask(**case, on_taxed_list=False, elects_to_pay="vat_and_ct")["effects"]
        assert (kept["duty"], kept["vat"]) == ("0.00", "65000.00")

    def test_a_lower_threshold_is_a_patch_of_one_figure(self):
        case = {"place": ["hainan"], "line": "second", "encouraged_and_filed": True,
                "sale_price": "1400000", "imported_materials": "800000", "material_mfn": "0.1",
                "domestic_materials": "300000", "vat": "0.13", "date": "2027-06-01"}  # fmt: skip
        assert ask(**case)["effects"]["duty"] == "80000.00"
        lower = m.Change("t", "parameter", parameter="hainan_value_added_min_percent", value=25)
        found = under(lower).answer(case)
        assert found["effects"]["duty"] == "0.00"
        cited = next(one for one in found["because"] if one["row"] == lower.parameter)
        assert (cited["value"], cited["document"]) == (25, "TRY")
        assert under(lower, ("ftz:tianjin",)).answer(case)["effects"]["duty"] == "80000.00"

    def test_the_threshold_is_met_when_it_is_reached(self):
        case = {"place": ["hainan"], "line": "second", "encouraged_and_filed": True,
                "imported_materials": "700000", "domestic_materials": "300000", "vat": "0.13",
                "material_mfn": "0.1"}  # fmt: skip
        assert ask(**case, sale_price="1300000")["effects"]["duty"] == "0.00"
        assert ask(**case, sale_price="1299999.99")["effects"]["duty"] == "70000.00"

    def test_zero_tariff_extends_to_another_zone_as_a_row(self):
        row = m.Change(
            "zero", "add", table="goods_lines", measures=("goods.line.hainan.zero",),
            effect="exempt", params=(("taxes", ("duty", "vat", "consumption_tax")),),
            conditions=(m.Condition("line", "in", ("first",)),),
        )  # fmt: skip
        case = {"hs": "22042100", "origin": "FR", "customs_value": "500000", "line": "first",
                "place": ["ftz:tianjin"], "date": "2027-06-01"}  # fmt: skip
        assert ask(**case)["outcome"] == "look_up"  # no tariff of 2027 is held
        assert under(row, ("ftz:tianjin",)).answer(case)["outcome"] == "free"


class TestBadInput:
    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("customs_value", "-5", "out_of_range"),
            ("customs_value", "nan", "wrong_value"),
            ("customs_value", "9" * 19, "out_of_range"),
            ("hs", 22042100, "wrong_value"),
            ("hs", "99999999", "unknown_code"),
            ("date", "2026-02-30", "wrong_value"),
            ("vat", "13", "out_of_range"),
            ("proofs", {"a": 1}, "wrong_value"),
            ("place", "atlantis", "unknown_place"),
            ("line", "third", "wrong_value"),
            ("custms_value", "1", "unknown_field"),
        ],
    )
    def test_each_fault_names_its_field(self, field, value, code):
        found = desk().answer({**WINE, "origin": "FR", field: value})
        assert found["verdict"] == "refused"
        assert [(one["code"], one["field"]) for one in found["faults"]] == [(code, field)]

    def test_a_currency_without_a_rate_asks_for_one(self):
        invoice = {"hs": "22042100", "origin": "FR", "price": "1000", "currency": "EUR"}
        assert ask(**invoice)["needs"] == ["exchange_rate"]
        paid = ask(**invoice, terms="FOB", freight="100", insurance="3", exchange_rate="7.8")
        assert paid["effects"]["customs_value"] == "8603.40"
        assert ask(**invoice, terms="FOB", exchange_rate="7.8")["needs"] == ["freight", "insurance"]


def rounded(value):
    """Fen, half up, from an exact fraction."""
    number = Decimal(value.numerator) / Decimal(value.denominator)
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


VALUES = st.integers(0, 10**12)
PARTS = st.integers(0, 10**6 - 1)
QUANTITIES = st.integers(0, 10**12)


@given(VALUES, PARTS, st.integers(0, 10**8), QUANTITIES)
def test_a_duty_is_the_exact_sum_rounded_once(value, ad_valorem, specific, quantity):
    rate = Rate(ad_valorem, specific, "kg")
    exact = Fraction(value * ad_valorem, 10**6) + Fraction(quantity * specific * 100, 10**12)
    assert duty(rate, value, {"kg": quantity}) == half_up(exact.numerator, exact.denominator)
    assert duty(rate, value, {"tonne": quantity}) == duty(rate, value, {"kg": quantity * 1000})


@given(VALUES, PARTS, st.integers(0, 10**8), QUANTITIES)
def test_a_compound_consumption_tax_adds_the_amount_to_its_own_base(base, part, specific, quantity):
    tax, missing = consumption_tax(TaxRate(Rate(part, specific, "kg")), base, {"kg": quantity})
    amount = Fraction(quantity * specific * 100, 10**12)
    rate = Fraction(part, 10**6)
    exact = (base + amount) / (1 - rate) * rate + amount
    assert missing is None
    assert tax == half_up(exact.numerator, exact.denominator)


@given(st.integers(0, 10**12), st.integers(1, 10**9))
def test_halves_go_up(numerator, denominator):
    assert half_up(numerator, denominator) == rounded(Fraction(numerator, denominator))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("10", "10%"), ("1.5/kg", "1.5/kg"), ("10+1.5/kg", "10% + 1.5/kg"), ("0", "0%")],
)
def test_a_rate_reads_back_as_it_was_written(text, shown):
    assert str(read_rate(text)) == shown
    assert read_rate(shown) == read_rate(text)


@pytest.mark.parametrize("text", ["", "x", "1.5/furlong", "-1", "1/kg+2/kg", "1e9"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError, match=r"\d|units|two"):
        read_rate(text)
