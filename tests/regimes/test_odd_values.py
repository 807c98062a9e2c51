"""No value of a case raises anything: what cannot be an answer is a refusal that can be written."""

import datetime as dt
import json
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.decide.axes import frame_facts
from openzone.regimes.asking import Desk
from openzone.regimes.goods.case import OWN, SYNONYMS, declared
from openzone.rulebook.books import load_book

DAY = dt.date(2026, 1, 1)
VERDICTS = {"yes", "on_conditions", "on_approval", "no", "ask", "look_up", "refused"}
CASES: dict[str, tuple[dict[Any, Any], ...]] = {
    "capital": (
        {"activity": "auto.passenger", "foreign_share": "0.6", "date": "2020-01-02"},
        {"activity": "air.public", "foreign_share": "0.45", "place": ["ftz:henan"]},
        {"industry": "8341", "place": ["hainan"]},
    ),
    "services": (
        {"activity": "fin.payment", "mode": 1, "date": "2025-01-10"},
        {"industry": "6640", "mode": 4},
    ),
    "security_review": (
        {"security_field": "key_technology", "foreign_share": "0.5", "date": "2025-03-01"},
        {"activity": "telecom.vas.idc", "foreign_share": "0.5"},
    ),
    "goods": (
        {
            "hs": "22083000",
            "origin": "JP",
            "customs_value": "300000",
            "quantity_kg": "2000",
            "proofs": ["RJPR"],
            "date": "2026-06-01",
        },
        {
            "place": ["hainan"],
            "line": "second",
            "sale_price": 3,
            "imported_materials": 2,
            "domestic_materials": 0,
            "vat": "0.13",
        },
        {
            "finished_value": 10,
            "material_value": 5,
            "finished_rate": "0.1",
            "material_rate": 0,
            "interest_rate_year": 0,
            "days": 1,
            "customs_supervision": "comprehensive_bonded_zone",
        },
        {"unpaid": 300, "days_late": 3},
    ),
}
FIELDS = (
    "regime", "id", "date", "place", "zone", "gbt", "activity", "industry", "investors",
    "supplier_nationality", "qualifications", "nonsense", "on", "", 1, None, ("x",), "\ud800",
)  # fmt: skip
ODD = [
    None, "", " ", 0, 1, -1, 1.0, 0.5, -0.0, 1e308, float("nan"), float("inf"), True, False,
    10**400, Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999"), Decimal("1E-999999"),
    Decimal("1e-7"), "0.49", "49%", "４９", "٣", "½", ".5", "5.", "1e-1", "+0.5", "0x1", "\x00",
    "\ud800", "a" * 100_000, ".", "..", "auto.", "auto..x", "a.b.c.d.e.f", "AUTO", " auto ",
    [], [[]], [None], [1], {}, {"a": 1}, (), (1, 2), {1}, b"x", b"\xff", object(), range(3),
    dt.date.min, dt.date.max, dt.datetime(2025, 1, 1), dt.time(), dt.timedelta(1),
    "0001-01-01", "9999-12-31", "2025-02-30", "2025-1-1", "2025-01-01T00:00:00",
    "ftz:shanghai;hainan", "|", ["ftz:shanghai", "ftz:shanghai"], ["hainan", "ftz:tianjin"],
    "0511", 511, "A", "01", " 3611 ", "3611\n", "company", "Company", 4, "4", 4.0, 3, "3", "ⅳ",
    "yes", "TRUE", "否", "CN", "cn", "none", "capital", ["capital"], {"capital": 1},
    [{"nationality": "US", "share": 1}], [{"nationality": None, "share": None}], [{1: 2}],
    [{"nationality": "US", "share": float("nan")}], [{"nationality": [], "share": {}}],
    [{"nationality": "US", "share": 1, "controlled_by": {}, "group": []}],
]  # fmt: skip


@cache
def desk(regime):
    return Desk(load_book("cn"), known=DAY, today=DAY, regime=regime)


def sound(answer):
    """Whether this can be written and is an answer, or a refusal that says what is wrong."""
    told = json.loads(json.dumps(answer, allow_nan=False, default=str))
    if told["verdict"] == "refused":
        faults = told["faults"]
        return bool(faults) and all(fault["code"] and fault["message"] for fault in faults)
    return told["verdict"] in VERDICTS


@cache
def own_fields(regime):
    """The fields that a regime knows beyond those that all know."""
    if regime == "goods":
        return sorted({*OWN, *SYNONYMS, *declared(desk(regime).law)})
    return [fact.name for fact in frame_facts(desk(regime).frame(regime))]


def unsound_with(value):
    """The cases that have no sound answer when one field, each in turn, is the value."""
    return [
        (regime, case, field)
        for regime, cases in CASES.items()
        for field in (*FIELDS, *own_fields(regime))
        for case in cases
        if not sound(desk(regime).answer(case | {field: value}))
    ]


@pytest.mark.parametrize("value", ODD, ids=lambda value: ascii(value)[:40].partition(" at 0x")[0])
def test_an_odd_value_in_any_field(value):
    assert unsound_with(value) == []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**5000, id="a whole number longer than Python prints"),
        pytest.param([10**5000], id="the same in a list"),
        pytest.param("9" * 5000, id="a text of too many digits"),
        pytest.param("²", id="a digit that is no number"),
        pytest.param(Decimal("sNaN"), id="a number that may not be compared"),
    ],
)
def test_a_value_that_raises(value):
    assert unsound_with(value) == []


SCALARS = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS | st.dates() | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([name for name in FIELDS if isinstance(name, str)]) | st.text()


@given(st.sampled_from(sorted(CASES)), st.dictionaries(NAMES, VALUES, max_size=6))
def test_any_mapping_is_answered_or_refused(regime, case):
    assert sound(desk(regime).answer(case))


@pytest.mark.parametrize(
    "case", [None, 3, "x", [], [1], object()], ids=lambda case: ascii(case)[:9]
)
def test_a_case_that_is_no_mapping_is_refused(case):
    assert desk("capital").answer(case)["verdict"] == "refused"


WRONG: dict[str, tuple[str, dict[str, object], set[str]]] = {
    "neither activity nor industry": ("capital", {"foreign_share": 1}, {"ask", "refused"}),
    "a blank behind the tag": (
        "capital", {"activity": "telecom.vas.idc ", "foreign_share": 1}, {"no", "refused"},
    ),
    "a line end behind the tag": (
        "capital", {"activity": "telecom.vas.idc\n", "foreign_share": 1}, {"no", "refused"},
    ),
    "an empty part in the tag": (
        "capital", {"activity": "telecom.vas..idc", "foreign_share": 1}, {"no", "refused"},
    ),
    "capital letters in the tag": (
        "capital", {"activity": "telecom.vas.IDC", "foreign_share": 1}, {"no", "refused"},
    ),
    "a share of more than 28 digits": (
        "capital",
        {"activity": "seed.corn", "place": "ftz:shandong", "date": "2023-05-01",
         "foreign_share": Decimal("0.6600000000000000000000000000000000001")},
        {"refused"},
    ),
    "a share that is a list": (
        "capital", {"activity": "auto.passenger", "foreign_share": [0, [4, 9], -2]}, {"refused"},
    ),
    "a mode that is a flag": ("services", {"activity": "fin.payment", "mode": True}, {"refused"}),
    "a field of review that does not exist": (
        "security_review", {"security_field": "key_tecnology", "foreign_share": 1}, {"refused"},
    ),
    "the host country in small letters": (
        "capital",
        {"activity": "air.public", "foreign_share": "0.4", "largest_single_foreign": "0.1",
         "legal_rep_nationality": "cn"},
        {"yes", "refused"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_is_misread(name):
    regime, case, verdicts = WRONG[name]
    answer = desk(regime).answer({"date": "2025-01-10", **case})
    assert sound(answer)
    assert answer["verdict"] in verdicts
