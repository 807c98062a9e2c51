"""The cases and checks of the fact sheets on goods, as they stand there."""

import datetime as dt
from decimal import Decimal
from functools import cache

import pytest

from openzone.regimes.asking import Desk
from openzone.regimes.goods.case import Reader, settled
from openzone.regimes.goods.rows import Ground
from openzone.regimes.goods.taxes import TaxRate, ct_rate, vat_rate
from openzone.rulebook.books import load_book
from openzone.rulebook.reading import read_yaml
from tests.tidy.tree import ROOT

SHEETS = ROOT.parent / "shared" / "facts" / "goods"
DAY = dt.date(2026, 11, 23)
ABSENT = "the fact sheets do not stand beside the project"
NAMES = {"ct": "consumption_tax", "cv": "customs_value"}
OUTCOMES = {"refused_input": "refused"}
STOPPED = ("not_admissible", "asks_proof", "refused")


def entries(file, key):
    """The entries of one list of a sheet; one that is skipped when the sheet is absent."""
    path = SHEETS / file
    if not path.is_file():
        return [pytest.param({}, marks=pytest.mark.skip(reason=ABSENT))]
    return [pytest.param(one, id=one["id"]) for one in read_yaml(path).value[key]]


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="goods")


@pytest.mark.parametrize("case", entries("worked_cases.yaml", "cases"))
def test_a_worked_case_has_its_outcome_and_its_figures_to_the_fen(case):
    found = desk().answer({"date": "2026-06-01", **case["inputs"]})
    expected = dict(case["expected"])
    outcome = expected.pop("outcome")
    assert found["outcome"] == OUTCOMES.get(outcome, outcome)
    for name, figure in expected.items():
        assert Decimal(found["effects"][NAMES.get(name, name)]) == Decimal(str(figure)), name
    if case.get("needs"):
        assert found["needs"] == list(case["needs"])


@pytest.mark.parametrize("case", entries("controls.yaml", "cases"))
def test_a_control_stops_asks_or_lets_pass(case):
    found = desk().answer({"date": "2026-06-01", **case["given"]})
    expect = case["expect"]
    if expect["outcome"] == "tax":
        assert found["outcome"] not in STOPPED
    else:
        assert found["outcome"] == expect["outcome"]
    assert {entry["row"] for entry in found.get("because", ())} >= set(expect.get("rests_on", ()))
    if "admissibility" in expect:
        assert found["effects"]["admissibility"] == expect["admissibility"]
    if "needs" in expect:
        assert found["needs"] == list(expect["needs"])


def percent(found: TaxRate):
    """How a sheet writes the rate of a tax."""
    if found.needs:
        return "asks"
    if found.look_up:
        return "look_up"
    return Decimal(found.rate.ad_valorem) / 10_000


@pytest.mark.parametrize("check", entries("taxes_by_hs.yaml", "checks"))
def test_a_code_has_its_vat_and_consumption_tax(check):
    raw = {"hs": check["hs"], "date": str(check.get("date", "2026-06-01"))}
    case = Reader(desk().law, raw | dict(check.get("facts", {})), DAY).read()
    ground = Ground(desk().law, case.on, case.inside, settled(desk().law, case.facts))
    wanted = check.get("vat", check.get("vat_pct"))
    assert percent(vat_rate(ground, check["hs"])) == wanted
    found, excise = ct_rate(ground, check["hs"]), check["ct"]
    if isinstance(excise, str):
        assert percent(found) == (0 if excise == "none" else excise)
        assert not found.rate.unit
    elif "pct" in excise:
        assert (percent(found), found.rate.unit) == (excise["pct"], "")
    else:
        amount = Decimal(found.rate.specific) / 10**6
        assert (amount, found.rate.unit) == (Decimal(excise["specific"]), excise["unit"])
