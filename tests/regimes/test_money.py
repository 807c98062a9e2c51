"""Money: edges of each threshold, what is missing, arithmetic against a plain computation."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openzone.decide.dmn.answer import plain
from openzone.regimes.asking import Desk
from openzone.rulebook.books import load_book

DAY = dt.date(2026, 11, 23)
SAME = {"kind": "transfer", "zone_acct": "FTE", "counter": "DOM", "same_entity": True}
QUOTA = {"kind": "quota", "zone_acct": "FTE_UP", "counter": "DOM", "same_entity": True}
FIRM = {"kind": "financing", "model": "2017", "entity": "enterprise"}
UPGRADED = {
    "kind": "opening", "account": "FTE_UP", "holder": "institution", "place": ["ftz:shanghai"],
    "years_registered": 1, "audited_equity": 200_000_000, "revenue": 1_000_000_000,
    "bop_volume": 100_000_000, "pilot_listed": True,
}  # fmt: skip


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="money")


def ask(**case):
    return desk().answer({"date": "2026-06-01", **case})


def outcome(**case):
    return ask(**case)["outcome"]


def rows(answer):
    return [entry["row"] for entry in answer["because"]]


class TestTransfers:
    def test_the_line_comes_from_the_account_types(self):
        assert ask(kind="transfer", zone_acct="FTE", counter="NRA")["effects"]["line"] == "first"
        assert ask(kind="transfer", zone_acct="FTE", counter="DOM")["effects"]["line"] == "second"

    def test_a_payment_that_passes_names_what_is_reported(self):
        also = [one["row"] for one in ask(kind="transfer", zone_acct="FTE", counter="DOM")["also"]]
        assert also == ["unit_data", "balance_of_payments", "cross_border_rmb"]
        assert "also" not in ask(kind="transfer", zone_acct="FTE", counter="DOM_FX")

    def test_capital_items_of_an_upgraded_account_are_outside_the_financing_caps(self):
        abroad = {"kind": "transfer", "zone_acct": "FTE_UP", "counter": "OVERSEAS"}
        loan = ask(**abroad, purpose="loan_abroad")
        assert "CAPS-OFF" in [one["row"] for one in loan["also"]]
        goods = ask(**abroad, purpose="goods")
        assert "CAPS-OFF" not in [one["row"] for one in goods["also"]]

    def test_a_disjunction_is_cited_by_its_rule_and_its_part(self):
        found = ask(kind="transfer", zone_acct="FTE", counter="DOM", rmb=False)
        assert (found["because"][0]["row"], found["because"][0]["part"]) == (
            "second_line_fx", "second_line_fx.currency",
        )  # fmt: skip

    @pytest.mark.parametrize(("months", "word"), [(6, "barred"), (7, "allowed_with_review")])
    def test_a_loan_must_have_run_longer(self, months, word):
        assert outcome(**SAME, purpose="repay_loan", loan_age_months=months) == word

    def test_the_age_of_a_loan_is_asked_only_where_it_matters(self):
        found = ask(**SAME, purpose="repay_loan")
        assert (found["needs"], found["possible"]) == (
            ["loan_age_months"], ["barred", "allowed_with_review"],
        )  # fmt: skip
        assert outcome(**SAME, purpose="goods") == "allowed_with_review"
        abroad = {**SAME, "counter": "OVERSEAS", "purpose": "repay_loan"}
        assert outcome(**abroad) == "free_on_instruction"

    def test_either_of_two_accounts_under_separate_accounting_may_stand_first(self):
        for one, other in (("FTI", "FTE"), ("FTE", "FTI")):
            assert outcome(kind="transfer", zone_acct=one, counter=other) == "separate_rule"

    @pytest.mark.parametrize(
        ("account", "day", "word"),
        [
            ("FTE", "2014-06-17", "look_up"), ("FTE", "2014-06-18", "free_on_instruction"),
            ("EFE", "2024-05-05", "look_up"), ("EFE", "2024-05-06", "free_on_instruction"),
            ("FTE_UP", "2025-12-04", "look_up"), ("FTE_UP", "2025-12-05", "free_on_instruction"),
        ],
    )  # fmt: skip
    def test_no_account_before_its_rules(self, account, day, word):
        found = {"kind": "transfer", "zone_acct": account, "counter": "OVERSEAS", "date": day}
        assert outcome(**found) == word

    def test_what_was_not_yet_published_changes_nothing(self):
        early = Desk(load_book("cn"), known=dt.date(2025, 11, 27), today=DAY, regime="money")
        pay = {"kind": "transfer", "zone_acct": "FTE_UP", "counter": "OVERSEAS"}
        found = early.answer({**pay, "date": "2026-06-01"})
        assert (found["outcome"], rows(found)) == ("look_up", ["up_before"])
        assert early.answer({**UPGRADED, "date": "2026-06-01"})["outcome"] == "look_up"

    def test_a_stated_quota_is_taken_and_an_unstated_one_is_looked_up(self):
        upgraded = {**SAME, "zone_acct": "FTE_UP"}
        assert outcome(**upgraded, quota="ok") == "allowed_in_quota"
        assert outcome(**upgraded, quota="exceeded") == "barred"
        assert outcome(**upgraded) == "needs_quota_lookup"


class TestQuota:
    @pytest.mark.parametrize(
        ("amount", "word"), [("200", "allowed_in_quota"), ("200.000001", "barred")]
    )
    def test_at_the_cap_and_a_millionth_above(self, amount, word):
        found = ask(**QUOTA, audited_equity=300, net_used=100, amount=amount)
        assert (found["outcome"], found["effects"]["cap"]) == (word, "300")

    def test_what_is_missing_is_asked_unless_it_cannot_matter(self):
        assert ask(**QUOTA)["needs"] == ["audited_equity", "net_used", "amount"]
        assert ask(**QUOTA, audited_equity=3, amount=1)["needs"] == ["net_used"]
        assert ask(**QUOTA, audited_equity=3, net_used=4)["outcome"] == "barred"
        assert ask(**QUOTA, use_prohibited=True)["outcome"] == "barred"
        assert ask(**{**QUOTA, "same_entity": False})["outcome"] == "allowed_with_review"

    def test_a_quota_that_is_not_public_is_looked_up_in_its_document(self):
        found = ask(**{**QUOTA, "zone_acct": "EFE"}, audited_equity=1, net_used=0, amount=0)
        assert (found["outcome"], found["verdict"]) == ("needs_quota_lookup", "look_up")
        assert "DOC-EF-HN-2024-32" in [one["document"] for one in found["because"]]
        assert found["confidence"] == "low"

    def test_a_classic_account_has_no_quota(self):
        found = ask(**{**QUOTA, "zone_acct": "FTE"}, purpose="current")
        assert (found["outcome"], found["effects"]["quota"]) == ("allowed_with_review", "na")


class TestFinancing:
    def used(self, model="2017", entity="enterprise", **debt):
        debt = {"balance": 100, "currency": "RMB", "years": 2, **debt}
        case = {"kind": "financing", "model": model, "entity": entity, "base": 1000}
        return ask(**case, date="2024-06-01", debts=[debt])["effects"]["used"]

    def test_exactly_a_year_is_short(self):
        assert [self.used(years=years) for years in (1, "1.000001")] == ["150", "100"]

    def test_the_two_models_are_not_mixed(self):
        foreign = {"currency": "USD", "years": 1}
        assert self.used(**foreign) == "200"  # 100 x 1.5 + 100 x 0.5
        assert self.used(model="2015", **foreign) == "225"  # 100 x 1.5 x 1.5

    @pytest.mark.parametrize(
        ("category", "older", "newer"),
        [
            ("on_balance", "100", "100"), ("fx_trade_finance", "20", "0"),
            ("off_balance_low", "20", "100"), ("off_balance_high", "50", "100"),
        ],
    )  # fmt: skip
    def test_categories(self, category, older, newer):
        assert self.used(model="2015", category=category) == older
        assert self.used(category=category) == newer

    def test_a_guarantee_counts_in_part_for_institutions_alone(self):
        guarantee = {"category": "domestic_guarantee_for_overseas_loan"}
        assert self.used(entity="bank", **guarantee) == "20"
        assert self.used(**guarantee) == "100"

    def test_what_is_excluded_counts_nothing_and_need_not_be_described(self):
        found = ask(**FIRM, base=1, debts=[{"excluded": True}])
        assert (found["effects"]["used"], found["outcome"]) == ("0", "may_borrow")

    def test_there_is_no_headroom_at_the_cap(self):
        debts = [{"balance": 350, "currency": "CNY", "years": 2}]
        found = ask(**FIRM, base=100, debts=debts)
        assert (found["verdict"], found["effects"]["headroom"]) == ("no", "0")
        assert found["effects"]["new_borrowing_allowed"] is False
        assert "existing_contracts" not in found["effects"]

    def test_a_cut_of_the_parameter_leaves_contracts_in_force_and_stops_new_ones(self):
        case = {**FIRM, "base": 100, "debts": [{"balance": 240, "currency": "RMB", "years": 2}]}
        assert ask(**case, date="2021-01-06")["outcome"] == "may_borrow"
        found = ask(**case, date="2021-01-07")
        assert (found["outcome"], found["effects"]["headroom"]) == ("no_headroom", "-40")
        assert found["effects"]["existing_contracts"] == "run_to_maturity"
        assert "CBF17-GRANDFATHER" in [one["row"] for one in found["also"]]
        assert any("run to maturity" in remark for remark in found["said"])

    def test_the_workings_name_the_row_of_every_factor(self):
        debts = [{"balance": 200, "currency": "USD", "years": "0.5"}]
        steps = ask(**FIRM, base=500, date="2024-06-01", debts=debts)["effects"]["workings"]
        assert [(one["step"], one["result"]) for one in steps] == [
            ("cap", "1500"), ("debts[0]", "400"),
        ]  # fmt: skip
        assert steps[1]["figures"] == {
            "balance": "200", "counted_share": 1,
            "factors": {"CBF17-TERM-SHORT": "1.5", "CBF17-ON-BALANCE": 1},
            "additions": {"CBF17-FX": "0.5"},
        }  # fmt: skip

    def test_what_is_not_on_record_is_looked_up(self):
        assert outcome(**{**FIRM, "entity": "branch_unit"}, base=1) == "look_up"
        before = ask(**FIRM, base=1, date="2017-01-11")
        assert (before["outcome"], rows(before)) == ("look_up", ["CBF16-NOT-HELD"])
        assert ask(**FIRM, base=1, date="2016-05-02")["outcome"] == "look_up"
        assert outcome(**FIRM, base=1, date="2017-01-12") == "may_borrow"
        off = [{"balance": 1, "currency": "RMB", "years": 2, "category": "off_balance"}]
        assert outcome(**{**FIRM, "model": "2015"}, base=1, debts=off) == "look_up"

    def test_a_borrower_outside_the_model(self):
        found = ask(**FIRM, excluded_entity=True)
        assert (found["outcome"], rows(found)) == ("separate_rule", ["CBF17-OUT"])
        older = ask(**{**FIRM, "model": "2015"}, excluded_entity=True, base=1)
        assert older["outcome"] == "may_borrow"

    def test_what_a_debt_does_not_say_is_asked(self):
        debt = {"balance": 1200, "currency": "RMB"}
        found = ask(**FIRM, base=400, debts=[debt])
        assert (found["needs"], found["possible"]) == (
            ["debts[0].years"], ["no_headroom", "may_borrow"],
        )  # fmt: skip
        assert ask(**FIRM, base=400, debts=[{"years": 2}])["needs"] == ["debts[0].balance"]
        assert ask(**FIRM)["needs"] == ["base"]

    def test_no_debts_is_shown_as_assumed(self):
        assert ask(**FIRM, base=1)["assumed"]["debts"] == []
        assert "debts" not in ask(**FIRM, base=1, debts=[])["assumed"]


FACTORS_2015 = {"on_balance": "1", "fx_trade_finance": "0.2", "off_balance_low": "0.2",
                "off_balance_high": "0.5"}  # fmt: skip
AMOUNTS = st.decimals(0, 10**9, places=6, allow_nan=False)
DEBTS = st.lists(
    st.fixed_dictionaries(
        {
            "balance": AMOUNTS,
            "currency": st.sampled_from(["RMB", "CNY", "USD", "EUR"]),
            "years": st.sampled_from(["0", "0.5", "1", "1.000001", "3"]),
            "category": st.sampled_from(list(FACTORS_2015)),
            "excluded": st.booleans(),
        }
    ),
    max_size=5,
)


def counted(model, debt):
    """What a debt counts, worked out apart from the program in fractions."""
    if debt["excluded"] or (model == "2017" and debt["category"] == "fx_trade_finance"):
        return Fraction(0)
    balance = Fraction(debt["balance"])
    foreign = debt["currency"] not in ("RMB", "CNY")
    short = Fraction(3, 2) if Fraction(debt["years"]) <= 1 else Fraction(1)
    if model == "2017":
        return balance * short + (balance / 2 if foreign else 0)
    currency = Fraction(3, 2) if foreign else Fraction(1)
    return balance * short * currency * Fraction(FACTORS_2015[debt["category"]])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["2015", "2017"]), AMOUNTS, DEBTS)
def test_the_balance_and_the_cap_are_those_of_a_plain_computation(model, base, debts):
    found = ask(kind="financing", model=model, entity="enterprise", base=base, debts=debts)
    cap = Fraction(base) * 2 * (Fraction(7, 4) if model == "2017" else 1)
    used = sum((counted(model, debt) for debt in debts), Fraction(0))
    effects = found["effects"]
    assert (Fraction(effects["cap"]), Fraction(effects["used"])) == (cap, used)
    assert Fraction(effects["headroom"]) == cap - used
    assert effects["new_borrowing_allowed"] is (cap > used)
    assert found["outcome"] == ("may_borrow" if cap > used else "no_headroom")


@settings(max_examples=50, deadline=None)
@given(AMOUNTS, DEBTS)
def test_the_unit_of_amounts_does_not_matter(base, debts):
    larger = [{**debt, "balance": debt["balance"] * 1000} for debt in debts]
    one, other = ask(**FIRM, base=base, debts=debts), ask(**FIRM, base=base * 1000, debts=larger)
    assert one["outcome"] == other["outcome"]
    assert Decimal(other["effects"]["headroom"]) == 1000 * Decimal(one["effects"]["headroom"])


class TestReports:
    @pytest.mark.parametrize(
        ("case", "least"),
        [
            ({"who": "firm", "instrument": "cash"}, {"rmb": 50_000, "usd": 10_000}),
            ({"who": "firm", "instrument": "transfer"}, {"rmb": 2_000_000, "usd": 200_000}),
            ({"who": "person", "instrument": "transfer", "scope": "domestic"},
             {"rmb": 500_000, "usd": 100_000}),
            ({"who": "person", "instrument": "transfer", "scope": "cross_border"},
             {"rmb": 200_000, "usd": 10_000}),
        ],
    )  # fmt: skip
    def test_a_report_is_due_at_the_threshold_and_not_a_cent_below(self, case, least):
        for unit, amount in least.items():
            due = ask(kind="report", **case, unit=unit, amounts=[["in", amount]])
            assert (due["outcome"], due["effects"]["report"]) == ("report_due", True)
            assert due["effects"]["filing"]["within_days"] == 5
            below = [["out", Decimal(amount) - Decimal("0.01")], ["in", amount - 1]]
            free = ask(kind="report", **case, unit=unit, amounts=below)
            assert (free["outcome"], free["effects"]["threshold"]) == ("none", None)

    def test_what_is_not_needed_is_not_asked(self):
        person = {"kind": "report", "who": "person", "instrument": "transfer"}
        assert ask(**person, amounts=[["in", 300_000]])["needs"] == ["scope"]
        assert ask(**person, amounts=[["in", 500_000]])["outcome"] == "report_due"
        assert ask(**person, amounts=[["in", 1]])["outcome"] == "none"
        assert ask(**person, scope="domestic")["needs"] == ["amounts"]
        assert ask(kind="report", instrument="cash", amounts=[])["outcome"] == "none"

    def test_a_suspicious_report_stands_beside_every_answer(self):
        found = ask(kind="report", instrument="cash", amounts=[["in", 1]])
        assert "suspicious" in [one["row"] for one in found["also"]]

    def test_before_the_measures(self):
        cash = {"kind": "report", "instrument": "cash", "amounts": [["in", 50_000]]}
        before = ask(**cash, date="2017-06-30")
        assert (before["outcome"], rows(before)) == ("look_up", ["large_value_2006"])
        assert outcome(**cash, date="2007-02-28") == "look_up"
        assert outcome(**cash, date="2017-07-01") == "report_due"


class TestOpening:
    @pytest.mark.parametrize(
        ("fact", "short"),
        [("years_registered", 0), ("audited_equity", 199_999_999), ("revenue", 999_999_999),
         ("bop_volume", "99999999.99"), ("pilot_listed", False), ("holder", "sole_trader")],
    )  # fmt: skip
    def test_each_condition_closes_the_account_alone(self, fact, short):
        assert outcome(**UPGRADED) == "may_open"
        found = ask(**{**UPGRADED, fact: short})
        assert (found["outcome"], found["effects"]["unmet"]) == ("may_not_open", [fact])

    @pytest.mark.parametrize("fact", ["years_registered", "revenue", "pilot_listed", "holder"])
    def test_each_missing_condition_is_asked_alone(self, fact):
        case = {name: value for name, value in UPGRADED.items() if name != fact}
        found = ask(**case)
        assert (found["needs"], found["possible"]) == ([fact], ["may_open", "may_not_open"])

    def test_one_condition_that_fails_settles_it(self):
        case = {"kind": "opening", "account": "FTE_UP", "place": ["ftz:shanghai"], "revenue": 1}
        assert (ask(**case)["outcome"], ask(**case)["needs"]) == ("may_not_open", [])

    def test_a_place_elsewhere_closes_it(self):
        found = ask(**{**UPGRADED, "place": ["ftz:beijing"]})
        assert found["effects"]["unmet"] == ["place"]

    def test_a_part_of_a_zone_counts_from_the_day_it_belongs_to_it(self):
        case = {"kind": "opening", "account": "FTE", "holder": "institution",
                "place": ["ftz:shanghai-lujiazui"], "bank": "unit_in_zone"}  # fmt: skip
        assert outcome(**case, date="2015-04-27") == "may_open"

    def test_local_rules_that_were_not_read_are_looked_up(self):
        case = {"kind": "opening", "account": "FTE", "place": ["ftz:tianjin"]}
        assert outcome(**case, holder="institution") == "look_up"
        assert ask(**case)["needs"] == ["holder"]


def test_figures_are_exact_beyond_the_digits_of_a_context():
    huge = "1234567890123456789012345678901.5"
    assert plain(Decimal(huge + "0")) == huge
    assert (plain(Decimal("-0.00")), plain(Decimal("1E+3"))) == ("0", "1000")
    base = "999999999999999999.999999"
    assert Decimal(ask(**FIRM, base=base)["effects"]["cap"]) == Fraction(base) * Fraction(7, 2)


# ---- before the record, fields of another kind -----------------------------------------------


@pytest.mark.parametrize(
    ("case", "document"),
    [
        ({"kind": "opening", "date": "2014-06-17", "place": ["ftz:shanghai"], "account": "FTE",
          "holder": "institution", "bank": "unit_in_zone"}, "DOC-FTA-2014-46"),
        ({"kind": "opening", "date": "2024-05-05", "place": ["hainan"], "account": "EFE",
          "holder": "institution", "bank": "unit_in_zone"}, "DOC-EF-HN-2024-32"),
        ({**SAME, "date": "2014-06-17", "place": ["ftz:shanghai"], "rmb": True},
         "DOC-FTA-2014-46"),
        ({**SAME, "zone_acct": "EFE", "date": "2024-05-05", "place": ["hainan"], "rmb": True},
         "DOC-EF-HN-2024-32"),
        ({**FIRM, "model": "2015", "date": "2015-02-11", "base": 5}, "DOC-CBF-2015-8"),
    ],
)  # fmt: skip
def test_before_the_record_the_first_document_is_named(case, document):
    found = ask(**case)
    assert found["outcome"] == "look_up"
    assert any(document in remark for remark in found["said"]), found["said"]


@pytest.mark.parametrize(
    ("case", "field", "kinds"),
    [
        ({**FIRM, "zone_acct": "FTE"}, "zone_acct", "transfer or quota"),
        ({**SAME, "base": 5}, "base", "financing"),
        ({**SAME, "holder": "person"}, "holder", "opening"),
        ({**FIRM, "amounts": []}, "amounts", "report"),
    ],
)
def test_a_field_of_another_kind_is_refused_with_the_kinds_that_have_it(case, field, kinds):
    (fault,) = ask(**case)["faults"]
    assert (fault["code"], fault["field"]) == ("unknown_field", field)
    assert fault["next"] == f"it belongs to kind: {kinds}"
    assert case["kind"] in fault["message"]
