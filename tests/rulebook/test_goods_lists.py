"""A list of goods by code: who is on it on a day, and what is refused when it is loaded."""

import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.rulebook.books import load_book
from openzone.rulebook.cache import cached_files
from openzone.rulebook.files import GoodsListFile
from openzone.rulebook.goods_lists import Paper
from openzone.rulebook.list_table import Line, goods_list_of
from openzone.rulebook.reading import yaml_reading
from openzone.rulebook.shaping import entry as shaped
from openzone.rulebook.tariff import Rate
from tests.rulebook.bench import TINY, Bench

FILE = """schema: openzone/goods-list/1
id: held
title: {zh: 单, en: Held}
document: DOC-B
in_force: {from: 2022-01-01, to: 2030-01-01}
codes: held.csv
record: {state: complete}
settles: season
member: summer
evidence: {status: memory, confidence: low}
"""
CODES = "hs,from,to,rate,note\n0101,,2024-01-01,5,\n01012100,2024-01-01,,1.5/kg,horses\n"
START, END = dt.date(2022, 1, 1), dt.date(2030, 1, 1)
DAYS = st.dates(START, dt.date(2029, 12, 31))
CODE = st.text("01", min_size=2, max_size=10)


@pytest.fixture
def tiny(tmp_path):
    bench = Bench.of(TINY, tmp_path)
    bench.write("held.yaml", FILE)
    bench.write("held.csv", CODES)
    return bench


def made(lines, state="complete"):
    entry, faults = shaped(GoodsListFile, yaml_reading(FILE.replace("complete", state), "f"))
    assert isinstance(entry, GoodsListFile), faults
    return goods_list_of(entry, lines)


def line(code, start=0, end=0, rate=None):
    return Line(code, start, end, rate, "", None)


def test_a_code_falls_in_the_longest_line_that_stands_on_the_day(tiny):
    held = tiny.book().goods_lists["held"]
    last, next_ = dt.date(2023, 12, 31), dt.date(2024, 1, 1)
    assert held.rate(held.place("0101210010", last)) == Rate(50_000)
    assert held.rate(held.place("0101210010", next_)) == Rate(0, 1_500_000, "kg")
    assert held.place("01012900", next_) is None
    assert held.place("0101210010", END) is None


@pytest.mark.parametrize(("state", "silent"), [("complete", False), ("partial", None)])
def test_only_a_whole_list_says_no(state, silent):
    held = made([line("0101")], state)
    assert held.holds("01012100", START) is True
    assert held.holds("02", START) is silent
    assert held.holds("01", START) is None, "a part of the chapter is on the list"


@given(st.sets(CODE, max_size=12), CODE, DAYS)
def test_membership_is_that_of_a_plain_search(codes, code, on):
    held = made([line(one) for one in codes])
    plain = True if any(code.startswith(one) for one in codes) else None
    if plain is None and not any(one.startswith(code) for one in codes):
        plain = False
    assert held.holds(code, on) is plain


@given(st.lists(st.tuples(CODE, DAYS, DAYS).filter(lambda one: one[1] < one[2]), max_size=8),
       CODE, DAYS)  # fmt: skip
def test_a_line_stands_on_its_days_alone(lines, code, on):
    held = made([line(one, a.toordinal(), b.toordinal()) for one, a, b in lines])
    plain = any(code.startswith(one) and a <= on < b for one, a, b in lines)
    assert (held.place(code, on) is not None) is plain


def test_papers_are_all_those_of_the_lines_that_a_code_falls_in():
    lines = [
        Line("0101", 0, 0, None, "", Paper("import", "A", "")),
        Line("01012100", 0, 0, None, "", Paper("both", "F", "DOC")),
        Line("0102", 0, 0, None, "", Paper("both", "", "")),
    ]
    entry, _ = shaped(GoodsListFile, yaml_reading(
        FILE.replace("settles: season\nmember: summer", "kind: papers"), "f"))  # fmt: skip
    assert isinstance(entry, GoodsListFile)
    held = goods_list_of(entry, lines)
    assert {one.paper for one in held.papers_for("01012100", "import", START) or ()} == {"A", "F"}
    assert [one.paper for one in held.papers_for("01012100", "export", START) or ()] == ["F"]
    assert held.papers_for("01022100", "import", START) == ()
    assert held.papers_for("03", "import", START) is None


def test_a_list_is_kept_compiled_and_counts_in_the_hash(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENZONE_CACHE", str(tmp_path / "cache"))
    before = load_book(tiny.root)
    assert cached_files()
    assert load_book(tiny.root).goods_lists == before.goods_lists
    assert pickle.loads(pickle.dumps(before)).goods_lists == before.goods_lists
    tiny.write("held.csv", CODES.replace("1.5/kg", "1.6/kg"))
    assert tiny.book().hash != before.hash


FAULTS = {
    "a code with a dot": ("held.csv", "0101,,2024-01-01,5,", "01.01,,,5,", "wrong_value", 2, "hs"),
    "no such day": ("held.csv", "2024-01-01,5", "2024-02-30,5", "wrong_value", 2, "to"),
    "days reversed": ("held.csv", ",,2024-01-01,5", ",2025-01-01,2024-01-01,5", "dates_reversed",
                      2, "to"),
    "no rate": ("held.csv", "1.5/kg", "a lot", "wrong_value", 3, "rate"),
    "a code twice a day": ("held.csv", "01012100,2024-01-01", "0101,2023-01-01", "duplicate", 3,
                           "hs"),
    "an unknown document": ("held.yaml", "DOC-B", "DOC-Q", "unknown_reference", 4, "document"),
    "an unknown fact": ("held.yaml", "settles: season", "settles: seasn", "unknown_reference", 8,
                        "settles"),
    "an unknown word": ("held.yaml", "member: summer", "member: sumer", "unknown_reference", 9,
                        "member"),
    "a choice without a word": ("held.yaml", "member: summer\n", "", "wrong_value", 8, "settles"),
    "a word for no fact": ("held.yaml", "settles: season\n", "", "missing_field", 8, "member"),
    "papers that settle": ("held.yaml", "codes: held.csv", "codes: papers.csv\nkind: papers",
                           "wrong_value", 9, "settles"),
    "no such file": ("held.yaml", "held.csv", "other.csv", "unreadable", 6, "codes"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_with_a_list_is_one_fault_at_its_place(tiny, name):
    file, old, new, code, number, field = FAULTS[name]
    if "papers.csv" in new:
        tiny.write("papers.csv", "hs,direction,paper,from,to,document\n")
        (tiny.root / "held.csv").unlink()
    if "other.csv" in new:
        (tiny.root / "held.csv").unlink()
    tiny.change(file, old, new)
    fault = tiny.fault()
    assert (fault.code, fault.file, fault.line, fault.field) == (code, file, number, field), fault
    assert fault.next
