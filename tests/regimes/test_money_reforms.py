"""Money: reforms act in their territory, and input that cannot be read is refused by name."""

import datetime as dt
from functools import cache

import pytest

from openzone.regimes.asking import Desk
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.reading import yaml_reading
from openzone.rulebook.reform_files import reform_of

DAY = dt.date(2026, 11, 23)
FIRM = {"kind": "financing", "model": "2017", "entity": "enterprise"}
QUOTA = {"kind": "quota", "zone_acct": "FTE_UP", "counter": "DOM", "same_entity": True}
SWEEP = {"kind": "transfer", "zone_acct": "FTE", "counter": "DOM", "same_entity": True,
         "purpose": "treasury"}  # fmt: skip
UPGRADED = {
    "kind": "opening", "account": "FTE_UP", "holder": "institution", "years_registered": 1,
    "audited_equity": 200_000_000, "revenue": 600_000_000, "bop_volume": 100_000_000,
    "pilot_listed": True,
}  # fmt: skip


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="money")


def ask(_desk=None, **case):
    return (_desk or desk()).answer({"date": "2026-06-01", **case})


def outcome(**case):
    return ask(**case)["outcome"]


def faults(**case):
    found = ask(**case)
    assert found["verdict"] == "refused", found
    return {one["field"]: one for one in found["faults"]}


class TestBadInput:
    def test_a_field_of_another_kind_is_refused_by_name(self):
        found = faults(kind="transfer", zone_acct="FTE", counter="DOM", amount=5, debts=[])
        assert found["amount"]["code"] == "unknown_field"
        assert found["debts"]["next"] == "it belongs to kind: financing"
        assert "same_entity" in faults(**FIRM, base=1, same_entity=True)

    def test_a_header_of_defaults_may_stand_over_several_kinds(self):
        found = ask(**FIRM, base=1, same_entity=False, rmb=True, loan_age_months=0)
        assert found["outcome"] == "may_borrow"
        assert any("same_entity, rmb, loan_age_months" in remark for remark in found["said"])

    def test_the_nearest_name_is_given(self):
        assert "zone_acct" in faults(kind="transfer", zone_account="FTE")["zone_account"]["next"]

    def test_a_quota_that_is_worked_out_may_not_be_stated(self):
        assert faults(**QUOTA, quota="ok")["quota"]["code"] == "wrong_value"

    def test_the_kind_is_needed_and_known(self):
        assert faults(zone_acct="FTE")["kind"]["code"] == "missing_field"
        assert "transfer" in faults(kind="transfr")["kind"]["next"]
        assert "kind" in faults(kind=["transfer"])

    def test_earlier_names_are_read(self):
        case = {**QUOTA, "kind": "upgraded_quota", "equity": 3, "used_net": 1, "amount": 2}
        assert outcome(**case) == "allowed_in_quota"
        assert outcome(kind="aml", instrument="cash", amounts=[]) == "none"
        twice = faults(**{**case, "audited_equity": 4})
        assert "contradiction" in [one["code"] for one in twice.values()]

    def test_every_fault_of_a_debt_is_named_with_its_place(self):
        debts = [{"balanc": 1}, 3, {"balance": -1, "currency": "dollar", "years": "x",
                  "category": "onbalance", "excluded": "maybe"}]  # fmt: skip
        found = faults(**FIRM, base=1, debts=debts)
        assert set(found) == {"debts[0].balanc", "debts[1]", "debts[2].balance",
                              "debts[2].currency", "debts[2].years", "debts[2].category",
                              "debts[2].excluded"}  # fmt: skip
        assert "balance" in found["debts[0].balanc"]["next"]
        assert set(faults(**FIRM, base=1, debts={"balance": 1})) == {"debts"}

    def test_every_fault_of_the_amounts_is_named_with_its_place(self):
        amounts = [["in", "x"], ["up", 3], [1], "ab", ["in", 1.0000001], ["out", True]]
        found = faults(kind="report", instrument="cash", amounts=amounts)
        assert set(found) == {"amounts[0][1]", "amounts[1][0]", "amounts[2]", "amounts[3]",
                              "amounts[4][1]", "amounts[5][1]"}  # fmt: skip

    @pytest.mark.parametrize("value", [-1, "1.0000001", True, "many", 10**18, float("nan")])
    def test_an_amount_that_does_not_fit_is_refused(self, value):
        assert "base" in faults(**FIRM, base=value)


REFORM = """schema: openzone/reform/1
id: TRY-1
title: {{zh: 试, en: A try}}
status: draft
body:
  changes:
    - {change}
scope: {{territory: ['{place}'], in_force: {{from: 2027-01-01, to: null}}}}
authorisation: {{on_record: false}}
"""


def under(change, place="ftz:shanghai", changes=()):
    """A desk under a reform of one change in one place, in force from 2027.

    `changes`: the rows that it was written for.
    """
    book = load_book("cn")
    was = {row.id: row_hash(row) for row in book.rows if row.id in changes}
    if was:
        change += "\n      was: {" + ", ".join(f"{id}: '{one}'" for id, one in was.items()) + "}"
    text = REFORM.format(change=change, place=place)
    reform = reform_of(book, yaml_reading(text, "reform.yaml"))
    return Desk(book, known=DAY, reforms=(reform,), today=DAY, regime="money")


class TestReforms:
    """A patch changes the answer in its territory, from its day, and nowhere else."""

    def both(self, change, pick, changes=(), **case):
        """What is picked of the answer: in the zone, before the day, elsewhere."""
        tried = under(change, changes=changes)
        here = {"place": ["ftz:shanghai-lingang"], "date": "2027-01-01", **case}
        there = {**here, "place": ["ftz:beijing"]}
        early = {**here, "date": "2026-12-31"}
        return [pick(ask(tried, **one)) for one in (here, early, there)]

    def test_the_macro_parameter_is_raised_in_one_zone(self):
        change = "{id: a, kind: parameter, parameter: macro_parameter_enterprise, value: 2}"
        caps = self.both(change, lambda found: found["effects"]["cap"], **FIRM, base=100)
        assert caps == ["400", "350", "350"]

    def test_leverage_and_factors_are_switches_too(self):
        change = "{id: a, kind: parameter, parameter: leverage_2017_enterprise, value: 3}"
        caps = self.both(change, lambda found: found["effects"]["cap"], **FIRM, base=100)
        assert caps == ["525", "350", "350"]
        change = "{id: a, kind: parameter, parameter: fx_factor_2017, value: 0}"
        debts = [{"balance": 100, "currency": "USD", "years": 2}]
        used = self.both(
            change, lambda found: found["effects"]["used"], **FIRM, base=100, debts=debts
        )
        assert used == ["100", "150", "150"]

    def test_the_second_line_is_stopped_in_one_zone(self):
        change = "{id: a, kind: parameter, parameter: second_line_stopped, value: true}"
        pay = {"kind": "transfer", "zone_acct": "FTE", "counter": "DOM"}
        words = self.both(change, lambda found: found["effects"]["rule"], **pay)
        assert words == ["second_line_stop", "ft_other", "ft_other"]
        abroad = {**pay, "counter": "OVERSEAS"}
        lines = self.both(change, lambda found: found["outcome"], **abroad)
        assert lines == ["free_on_instruction"] * 3

    def test_a_threshold_of_reports_moves(self):
        change = "{id: a, kind: parameter, parameter: large_cash_rmb, value: 100000}"
        cash = {"kind": "report", "instrument": "cash", "amounts": [["in", 60_000]]}
        words = self.both(change, lambda found: found["outcome"], **cash)
        assert words == ["none", "report_due", "report_due"]

    def test_a_fifth_purpose_is_a_new_row(self):
        change = """id: a
      kind: add
      measures: [money.transfers.ft_same_other]
      title: {zh: 归集, en: Sweeps}
      table: money_transfers
      binds: {}
      conditions:
        - {fact: zone_acct, in: [FTE]}
        - {fact: same_entity, is: true}
        - {fact: purpose, in: [treasury]}
      effect: allowed_with_review
      params: {rule: fifth_purpose, line: second}
      instead_of: [ft_same_other]"""
        rules = self.both(
            change, lambda found: found["effects"]["rule"], ("ft_same_other",), **SWEEP
        )
        assert rules == ["fifth_purpose", "ft_same_other", "ft_same_other"]

    def test_a_condition_of_an_account_is_amended(self):
        change = """id: a
      kind: amend
      rows: [OP-FTE-UP]
      conditions:
        - {fact: account, in: [FTE_UP]}
        - {fact: place, under: ['ftz:shanghai']}
        - {fact: revenue, between: {min: 500000000}}"""
        tried = under(change, changes=("OP-FTE-UP",))
        case = {**UPGRADED, "place": ["ftz:shanghai"], "date": "2027-01-01"}
        assert ask(tried, **case)["outcome"] == "may_open"
        assert ask(tried, **{**case, "date": "2026-12-31"})["outcome"] == "may_not_open"
        found = ask(tried, **{**case, "revenue": 499_999_999})
        assert found["effects"] == {"rule": "OP-FTE-UP", "unmet": ["revenue"]}
