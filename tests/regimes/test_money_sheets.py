"""The cases of the fact sheets on accounts, as they stand there, and their rules read plainly."""

import datetime as dt
import json
from decimal import Decimal
from functools import cache
from itertools import product

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from openzone.cli.decide import command
from openzone.regimes.asking import Desk
from openzone.rulebook.books import load_book
from openzone.rulebook.reading import read_yaml
from tests.tidy.tree import ROOT

SHEETS = ROOT.parent / "shared" / "facts" / "accounts"
DAY = dt.date(2026, 11, 23)
ABSENT = pytest.mark.skipif(
    not SHEETS.is_dir(), reason="the fact sheets do not stand beside the project"
)
DEFAULTS = {"date": "2026-06-01"}


@cache
def sheet(name):
    return read_yaml(SHEETS / f"{name}.yaml").value


def cases():
    if not SHEETS.is_dir():
        return []
    both = [*sheet("cases")["cases"], *sheet("opening")["cases"]]
    return [pytest.param(one, id=one["id"]) for one in both]


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="money")


def agrees(answer, expect):
    """Compare an answer with what a case of the sheets expects."""
    effects = answer["effects"]
    for name, figure in expect.items():
        if name in ("outcome", "needs"):
            assert answer[name] == (list(figure) if name == "needs" else figure)
        elif isinstance(figure, (bool, str)):
            assert effects[name] == figure
        else:
            assert Decimal(effects[name]) == Decimal(str(figure)), name
    if "rule" in expect:
        assert expect["rule"] in {entry["row"] for entry in answer["because"]}


@pytest.mark.parametrize("case", cases())
def test_a_case_of_the_sheets(case):
    agrees(desk().answer({**DEFAULTS, "kind": case["kind"], **case["given"]}), case["expect"])


@ABSENT
def test_there_are_twenty_and_seven():
    assert len(cases()) == 27


@ABSENT
def test_the_file_of_cases_goes_through_the_command_line_as_it_is_published():
    done = CliRunner().invoke(command, [str(SHEETS / "cases.yaml"), "--regime", "money"])
    assert done.exit_code == 0, done.output
    answers = {one["id"]: one for one in map(json.loads, done.stdout.splitlines())}
    for case in sheet("cases")["cases"]:
        agrees(answers[case["id"]], case["expect"])


@ABSENT
def test_the_cases_of_opening_go_through_the_command_line(tmp_path):
    found = [
        {"id": one["id"], **DEFAULTS, "kind": "opening", **one["given"]}
        for one in sheet("opening")["cases"]
    ]
    path = tmp_path / "opening.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in found), encoding="utf-8")
    done = CliRunner().invoke(command, [str(path), "--regime", "money"])
    assert done.exit_code == 0, done.output
    for line, case in zip(done.stdout.splitlines(), sheet("opening")["cases"], strict=True):
        agrees(json.loads(line), case["expect"])


def holds(condition, facts, inside=frozenset()):
    """Read a condition of the sheets on complete facts."""
    if "all" in condition:
        return all(holds(one, facts, inside) for one in condition["all"])
    if "any" in condition:
        return any(holds(one, facts, inside) for one in condition["any"])
    value, limit = facts.get(condition["f"]), condition.get("v")
    return {
        "eq": lambda: value == limit,
        "in": lambda: value in limit,
        "ge": lambda: value >= limit,
        "le": lambda: value <= limit,
        "truthy": lambda: bool(value),
        "falsy": lambda: not value,
        "under_any": lambda: not inside.isdisjoint(limit),
    }[condition["op"]]()


ZONE = ["FTE", "FTN", "FTU", "FTI", "FTF", "FTE_UP", "EFE", "EFN"]
COUNTER = ["FTE", "FTN", "FTU", "FTE_UP", "EFE", "EFN", "NRA", "OSA", "DOM", "DOM_FX", "OVERSEAS"]
PURPOSE = ["goods", "services", "current", "repay_loan", "new_investment", "merger",
           "capital_increase", "other_approved", "treasury", "securities", "loan_abroad",
           "other"]  # fmt: skip


@ABSENT
@settings(max_examples=400, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "zone_acct": st.sampled_from(ZONE),
            "counter": st.sampled_from(COUNTER),
            "same_entity": st.booleans(),
            "entity_is_fi": st.booleans(),
            "rmb": st.booleans(),
            "purpose": st.sampled_from(PURPOSE),
            "loan_age_months": st.integers(0, 9),
            "use_prohibited": st.booleans(),
            "quota": st.sampled_from(["ok", "exceeded", "unknown", "na"]),
        }
    )
)
def test_the_matrix_answers_as_a_plain_reading_of_its_rules(facts):
    rules = sorted(sheet("transfer_matrix")["rules"], key=lambda one: one["priority"])
    wanted = next(one for one in rules if holds(one["when"], facts))
    found = desk().answer({**DEFAULTS, "kind": "transfer", **facts})
    assert (found["outcome"], found["effects"]["rule"]) == (wanted["outcome"], wanted["id"])


PLACES = ["ftz:shanghai", "ftz:shanghai-lingang", "hainan", "ftz:tianjin", "ftz:beijing",
          "area:hengqin-coop", "ftz:guangdong-nansha"]  # fmt: skip
HOLDERS = ["institution", "sole_trader", "foreign_institution", "interbank", "foreign_fi",
           "person", "foreign_person"]  # fmt: skip
BANKS = ["unit_in_zone", "unit_elsewhere_in_city", "ordinary", "offshore_unit"]


def near(edge):
    return st.sampled_from([edge - 1, edge, edge + 1])


@ABSENT
@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["2014-06-17", "2018-12-31", "2024-05-05", "2024-05-06", "2026-06-01"]),
    st.fixed_dictionaries(
        {
            "account": st.sampled_from([*ZONE, "NRA", "OSA", "DOM"]),
            "holder": st.sampled_from(HOLDERS),
            "bank": st.sampled_from(BANKS),
            "years_registered": st.integers(0, 2),
            "audited_equity": near(200_000_000),
            "revenue": near(1_000_000_000),
            "bop_volume": near(100_000_000),
            "good_standing": st.booleans(),
            "real_trade_or_investment": st.booleans(),
            "pilot_listed": st.booleans(),
        }
    ),
    st.sampled_from(["", *PLACES]),
)
def test_opening_answers_as_a_plain_reading_of_its_rows(day, facts, place):
    on = dt.date.fromisoformat(day)
    if place and not desk().law.territories.exists(place, on, DAY):
        return
    inside = desk().law.territories.around((place,) if place else (), on, DAY)
    rows = [
        row
        for row in sheet("opening")["rows"]
        if row["account"] == facts["account"] and str(row["from"]) <= day
    ]
    met = [row.get("kind", "may_open") for row in rows if holds(row["when"], facts, inside)]
    order = ["may_open", "separate_rule", "look_up"]
    words = [word for word in order if word in met]
    wanted = words[0] if words else ("may_not_open" if rows else "look_up")
    found = desk().answer({"date": day, "kind": "opening", "place": [place] if place else [],
                           **facts})  # fmt: skip
    assert found["outcome"] == wanted


@ABSENT
def test_every_leverage_and_factor_of_the_sheets_is_in_the_book():
    models = sheet("cross_border_financing")
    for model, name, leverage in (
        ("2015", "model_2015_shanghai", "leverage"),
        ("2017", "model_2017_national", "base_and_leverage"),
    ):
        for one in models[name][leverage]:
            case = {"kind": "financing", "model": model, "entity": one["entity"], "base": 1000,
                    "date": "2024-06-01"}  # fmt: skip
            macro = Decimal("1.5") if model == "2017" else 1
            found = desk().answer(case)["effects"]
            assert Decimal(found["cap"]) == 1000 * Decimal(str(one["value"])) * macro


@ABSENT
def test_the_parameter_has_every_day_of_its_history():
    history = sheet("cross_border_financing")["parameter_history"]
    law = desk().law
    for (index, row), (who, name) in product(
        enumerate(history), (("enterprise", "enterprise"), ("fi", "fi"))
    ):
        start = dt.date.fromisoformat(str(row["from"]))
        assert law.parameter(f"macro_parameter_{name}", start) == Decimal(str(row[who]))
        before = law.parameter(f"macro_parameter_{name}", start - dt.timedelta(days=1))
        assert before == (Decimal(str(history[index - 1][who])) if index else None)
