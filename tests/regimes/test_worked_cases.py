"""The worked cases: sentences, facts and decisions that the book must give, in every regime."""

import datetime as dt
import re
from decimal import Decimal
from functools import cache

import pytest

from openzone.regimes.asking import Desk
from openzone.rulebook.books import BUNDLED, load_book
from openzone.rulebook.reading import read_yaml, yaml_reading
from tests.tidy.tree import ROOT

KNOWN = dt.date(2026, 1, 1)
SHEETS = ROOT.parent / "shared" / "facts" / "access"
FENCED = re.compile(r"```yaml ((?:[a-z]+-)?cases)\n(.*?)```", re.DOTALL)
REGIME_OF = {"cases": "capital", "trap-cases": "capital", "services-cases": "services"}
ABSENT = "the fact sheets do not stand beside the project"

ASKING = ("unknown", "asks_proof", "ask")
WEAKEST_FIRST = ("none", "memory", "verified-secondary", "verified_in_part", "verified")


def book_cases():
    """Each worked case of the bundled book, with its regime."""
    for path in sorted((BUNDLED / "cn").glob("*/cases/*.yaml")):
        sheet = read_yaml(path).value
        for case in sheet["cases"]:
            given = {"id": case["id"], **case["given"]}
            yield pytest.param(sheet["regime"], given, case["expect"], id=case["id"])


def sheet_cases():
    """Each case of the fact sheets, under the names that the sheets use."""
    page = SHEETS / "README.md"
    if not page.is_file():
        yield pytest.param("", {}, {}, marks=pytest.mark.skip(reason=ABSENT))
        return
    found = [
        (REGIME_OF[kind], yaml_reading(block, f"{page.name}: {kind}").value)
        for kind, block in FENCED.findall(page.read_text(encoding="utf-8"))
    ]
    found.append(("security_review", read_yaml(SHEETS / "security_review.yaml").value["cases"]))
    for regime, cases in found:
        for case in cases:
            yield pytest.param(regime, case, case["expect"], id=case["id"])


@cache
def desk(regime):
    return Desk(load_book("cn"), known=KNOWN, today=KNOWN, regime=regime)


@pytest.mark.parametrize(("regime", "given", "expect"), list(book_cases()))
def test_case_of_the_book(regime, given, expect):
    check(desk(regime).answer(given), expect)


@pytest.mark.parametrize(("regime", "given", "expect"), list(sheet_cases()))
def test_case_of_the_fact_sheets(regime, given, expect):
    check(desk(regime).answer(given), expect)


def check(answer, expect):
    """Compare an answer with what is expected of it, word for word."""
    assert answer["outcome"] == expect["outcome"], answer
    if expect["outcome"] == "refused":
        return
    if "verdict" in expect:
        assert answer["verdict"] == expect["verdict"]
    because = [entry for entry in answer["because"] if entry.get("kind") != "parameter"]
    assert {entry["row"] for entry in because} >= set(expect.get("rests_on", ()))
    assert {entry["document"] for entry in because} >= set(expect.get("documents", ()))
    assert set(answer["needs"]) >= set(expect.get("needs") or ())
    if expect["outcome"] != "look_up":  # what to look up is no fact in some regimes
        assert bool(answer["needs"]) == (expect["outcome"] in ASKING)
    for name, figure in expect.get("effects", {}).items():
        assert answer["effects"][name] == figure
    if "evidence" in expect:
        assert weakest(because) == expect["evidence"]
    if "max_foreign_share" in expect:
        found = answer["effects"]["max_foreign_share"]
        assert exact(found) == exact(expect["max_foreign_share"])
    if "longest_days" in expect:
        assert answer["effects"]["longest_days"] == expect["longest_days"]


def weakest(because):
    """The weakest status of the rows, or `coverage` when the answer rests on silence."""
    statuses = {entry["evidence"].partition("/")[0] for entry in because}
    return min(statuses, key=WEAKEST_FIRST.index, default="coverage")


def exact(share):
    if isinstance(share, dict):
        return {key: exact(one) for key, one in share.items()}
    return share if isinstance(share, str) else Decimal(str(share))


def test_there_are_cases_for_every_regime():
    regimes = {case.values[0] for case in book_cases()}
    assert regimes >= {table.regime for table in load_book("cn").tables.values()}
