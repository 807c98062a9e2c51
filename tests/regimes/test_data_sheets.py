"""Data leaving the country: the cases of the fact sheets, and the rule read a second time."""

import datetime as dt
import json
import random
from functools import cache

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from openzone.cli.main import openzone
from openzone.decide.dmn.desk import TableDesk
from openzone.decide.dmn.reading import read
from openzone.regimes.asking import Desk
from openzone.regimes.registry import table_regime
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.reading import read_yaml
from tests.tidy.tree import ROOT

DAY = dt.date(2026, 11, 23)
SHEETS = ROOT.parent / "shared" / "facts" / "data_flows"
ABSENT = "the fact sheets do not stand beside the project"
PLAIN = {
    "date": "2026-06-01", "transfer_abroad": True, "contains_pi": True, "ciio": False,
    "nonsensitive": 0, "sensitive": 0,
}  # fmt: skip


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="data")


# ---- the fact sheets -----------------------------------------------------------------------------


def sheet():
    return read_yaml(SHEETS / "cases.yaml").value


def sheet_cases():
    if not (SHEETS / "cases.yaml").is_file():
        return [pytest.param({}, {}, marks=pytest.mark.skip(reason=ABSENT))]
    held = sheet()
    return [
        pytest.param({**held["defaults"], **one["given"], "id": one["id"]}, one["expect"],
                     id=one["id"])
        for one in held["cases"]
    ]  # fmt: skip


def agrees(found, expect):
    effects = found["effects"]
    assert found["outcome"] == expect["outcome"], found
    assert effects.get("rule") == expect["rule"]
    assert effects.get("rests_on", []) == list(expect.get("rests_on", ()))
    assert effects.get("gba_alternative", False) == expect.get("gba_alternative", False)
    assert set(expect.get("duties", ())) <= set(effects["duties"])
    rows = {entry["row"] for entry in found["because"]}
    assert {expect["rule"], *expect.get("rests_on", ())} <= rows


@pytest.mark.parametrize(("case", "expect"), sheet_cases())
def test_a_case_of_the_sheets(case, expect):
    agrees(desk().answer(case), expect)


@pytest.mark.skipif(not SHEETS.is_dir(), reason=ABSENT)
def test_the_file_of_cases_as_it_is_published_through_the_command():
    arguments = ["decide", str(SHEETS / "cases.yaml"), "--regime", "data"]
    ran = CliRunner().invoke(openzone, arguments)
    assert ran.exit_code == 0, ran.output
    answers = {one["id"]: one for one in map(json.loads, ran.stdout.splitlines())}
    cases = sheet()["cases"]
    assert len(answers) == len(cases)
    for one in cases:
        agrees(answers[one["id"]], one["expect"])


# ---- a second reading of the rule ----------------------------------------------------------------

BEIJING, GENERAL = dt.date(2024, 8, 30), dt.date(2024, 5, 8)
PLACES: tuple[list[str], ...] = (
    [], ["city:suzhou"], ["ftz:beijing-high-end"], ["ftz:tianjin"], ["hainan"],
    ["ftz:shanghai-lingang"],
)  # fmt: skip


def reading(case):
    """The rule read once more, from the summary of the law and not from the rows."""
    place, day = "".join(case["place"]), dt.date.fromisoformat(case["date"])
    if day < dt.date(2024, 3, 22):
        return "look_up", None
    if not case["transfer_abroad"]:
        return "no_procedure", "not_a_transfer"
    if case["state_secret_or_core"]:
        return "barred_or_special_law", "secret_or_core"
    if case["requested_by_foreign_authority"]:
        return "approval_of_competent_authority", "foreign_authority"
    plain, sensitive = case["volume_nonsensitive"], case["volume_sensitive"]
    huge = plain > 10_000_000 or sensitive > 1_000_000 or case["special_sensitive"] > 100_000
    critical = case["ciio"] and plain + sensitive > 100_000
    if "beijing" in place and day >= BEIJING and (huge or critical):
        return "security_assessment", "important_by_volume"
    if case["important_data"] == "designated":
        return "security_assessment", "important_data"
    if not case["contains_pi"]:
        return "exempt", "no_pi"
    if case["overseas_origin_only"]:
        return "exempt", "overseas_origin"
    purpose, needed = case["purpose"], case["strictly_necessary"]
    names = {"contract": "contract_need", "emergency": "emergency", "legal_duty": "legal_duty",
             "hr": "hr_need" if case["hr_basis"] else None}  # fmt: skip
    if needed and names.get(purpose):
        return "exempt", names[purpose]
    return listed(case, place, day)


def listed(case, place, day):
    covered = case.get("zone_sector_covered", "tianjin" in place and day >= GENERAL)
    if not case["ciio"] and covered and place.startswith(("ftz", "hainan")):
        return {
            "outside": ("exempt", "zone_outside"),
            "assessment": ("security_assessment", "zone_assessment"),
            "contract": ("contract_or_certification", "zone_contract"),
            "unknown": ("needs_list_lookup", "zone_unknown"),
            None: ("ask", None),
        }[case.get("zone_list_hit")]
    if case["ciio"]:
        return "security_assessment", "ciio_pi"
    plain, sensitive = case["nonsensitive"], case["sensitive"]
    if plain >= 1_000_000 or sensitive >= 10_000:
        return "security_assessment", "large_volume"
    if plain >= 100_000 or sensitive:
        return "contract_or_certification", "middle_volume"
    return "exempt", "small_volume"


FIRST_LIST = {"beijing": "2024-08-30", "tianjin": "2024-05-08", "lingang": "2024-05-17",
              "hainan": "2025-02-08"}  # fmt: skip


def before_lists_uncovered(case):
    """No list covers anything before the first list of its place: that is refused."""
    place = "".join(case["place"])
    early = any(name in place and case["date"] < day for name, day in FIRST_LIST.items())
    return {**case, "zone_sector_covered": False} if early else case


EDGES = (0, 1, 500, 9_999, 10_000, 60_000, 99_999, 100_000, 100_001, 999_999, 1_000_000, 1_000_001,
         10_000_000, 10_000_001)  # fmt: skip
counts = st.sampled_from(EDGES)
flags = st.booleans()
rarely = st.integers(0, 7).map(lambda n: n == 0)
drawn = st.fixed_dictionaries(
    {
        "date": st.sampled_from(("2024-03-21", "2024-03-22", "2024-05-07", "2024-05-08",
                                 "2024-08-29", "2024-08-30", "2026-06-01")),
        "place": st.sampled_from(PLACES),
        "transfer_abroad": rarely.map(lambda no: not no),
        "state_secret_or_core": rarely,
        "requested_by_foreign_authority": rarely,
        "important_data": st.sampled_from(("none", "none", "designated", "suspected")),
        "contains_pi": rarely.map(lambda no: not no),
        "overseas_origin_only": rarely,
        "ciio": flags,
        "purpose": st.sampled_from(("contract", "hr", "emergency", "legal_duty", "trade_no_pi",
                                    "other", "other", "other")),
        "strictly_necessary": flags,
        "hr_basis": flags,
        "nonsensitive": counts,
        "sensitive": counts,
        "volume_nonsensitive": counts,
        "volume_sensitive": counts,
    },
    optional={
        "zone_sector_covered": flags,
        "zone_list_hit": st.sampled_from(("outside", "assessment", "contract", "unknown")),
    },
).map(before_lists_uncovered)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(drawn, st.sampled_from((0, 100_000, 100_001)))
def test_the_rows_agree_with_a_second_reading(case, special):
    case = {**case, "special_sensitive": special}
    case["sensitive"] = max(case["sensitive"], special)
    for counter in ("nonsensitive", "sensitive"):
        case[f"volume_{counter}"] = max(case[f"volume_{counter}"], case[counter])
    found = desk().answer(case)
    assert (found["outcome"], found["effects"].get("rule")) == reading(case)
    if found["outcome"] == "ask":
        assert found["needs"] == ["zone_list_hit"]


@settings(max_examples=150, deadline=None)
@given(
    drawn,
    st.sets(
        st.sampled_from(("ciio", "contains_pi", "nonsensitive", "sensitive", "transfer_abroad")),
        min_size=1,
        max_size=3,
    ),
    st.data(),
)
def test_what_is_possible_is_what_completions_give(case, hidden, data):
    """Hide facts; each completion of them must be possible, and a sure answer must be sure."""
    case = {key: value for key, value in case.items() if not key.startswith("volume_")}
    case = {**case, "special_sensitive": 0, "zone_list_hit": "outside"}
    told = {key: value for key, value in case.items() if key not in hidden}
    found = desk().answer(told)
    values = {"nonsensitive": counts, "sensitive": counts}
    for _ in range(5):
        full = {**told, **{one: data.draw(values.get(one, flags)) for one in sorted(hidden)}}
        volumes = {f"volume_{name}": full[name] for name in ("nonsensitive", "sensitive")}
        outcome, _ = reading({**full, **volumes})
        assert outcome in found["possible"], full
    assert set(found["needs"]) <= hidden
    assert bool(found["needs"]) == (len(found["possible"]) > 1)


# ---- the same again ------------------------------------------------------------------------------


def test_a_decision_is_the_same_however_often_it_is_asked():
    law, regime = Law(load_book("cn"), DAY), table_regime("data")
    asked = TableDesk(law, regime)
    rng = random.Random(5)
    for _ in range(25):
        raw = {**PLAIN, "nonsensitive": rng.choice(EDGES), "sensitive": rng.choice(EDGES),
               "place": rng.choice(PLACES), "gba_pair": rng.random() < 0.5}  # fmt: skip
        first = asked.answer(raw, DAY)
        assert asked.answer(raw, DAY) == first
        fresh = TableDesk(Law(load_book("cn"), DAY), regime)
        assert fresh.decision(raw, DAY).found == asked.decide(read(law, regime, raw, DAY)).found
