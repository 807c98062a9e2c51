"""A tariff or a list is taken in whole, or refused with every fault and nothing written."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from openzone.errors import OpenZoneError
from openzone.rulebook.books import BUNDLED, load_book
from openzone.rulebook.importing import placing
from openzone.rulebook.importing.goods_list import ListTerms, import_list
from openzone.rulebook.importing.tariff import TariffTerms, import_tariff
from openzone.rulebook.tariff import Rate
from tests.rulebook.bench import goods_only

LINES = """hs,mfn,provisional,RASR
0101210000,0,,0
01012900,10,8.5,0
03019190,10.5,,1.5/kg
27101210,10+1.5/kg,,
98010010,5,,
"""
TERMS: dict[str, Any] = {"id": "cn-2026", "edition": "2026"}
START = dt.date(2025, 12, 18)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return goods_only(tmp_path_factory.mktemp("own"))


@pytest.fixture
def own(first):
    """A book of the user; what a test writes into it is taken out again."""
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    yield first
    for path in [one for one in first.rglob("*") if one.is_file() and one not in before]:
        path.unlink()
    for path, data in before.items():
        path.write_bytes(data)


def rate_of(schedule, code, column="mfn"):
    place = schedule.place(code)
    assert place is not None
    return schedule.rate(place, column)


def six_digits(book):
    assert book.nomenclature is not None
    return [code for code in book.nomenclature if len(code) == 6]


def state(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def take(tmp_path, text, folder, name="file.csv", **terms):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return import_tariff(path, folder, TariffTerms(**{**TERMS, **terms}))


def take_list(tmp_path, text, folder, **terms):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    held = {"id": "taxed", "document": "DOC-HN-TAX-2025-12", "start": START, **terms}
    return import_list(path, folder, ListTerms(**held))


def refused(tmp_path, text, folder, taking=take, **terms):
    """The faults of an import that writes nothing."""
    before = state(folder.parent) if folder.exists() else {}
    with pytest.raises(OpenZoneError) as raised:
        taking(tmp_path, text, folder, **terms)
    assert (state(folder.parent) if folder.exists() else {}) == before
    return raised.value.faults


def test_a_tariff_takes_the_place_of_the_extract_and_keeps_its_quotas(tmp_path, own):
    quotas = load_book(own).schedules["cn-2026"].quotas
    report = take(tmp_path, LINES, own, lines=5)
    assert report.replaced
    assert report.rates["mfn"] == (4, 1, 0, 1)
    assert (report.codes.edition, report.codes.reserved) == ("2022", 1)
    assert "general" in report.left_out
    held = load_book(own).schedules["cn-2026"]
    assert rate_of(held, "0301919010") == Rate(105_000)
    assert rate_of(held, "0301919010", "RASR") == Rate(0, 1_500_000, "kg")
    assert rate_of(held, "27101210") == Rate(100_000, 1_500_000, "kg")
    assert held.quotas == quotas
    assert (held.record.state, held.document) == ("complete", "DOC-TARIFF-2026")
    assert held.in_force.start == dt.date(2026, 1, 1)
    again = take(tmp_path, LINES, own, lines=5)
    assert again.replaced
    assert len(list((own / "goods" / "tariff").glob("cn-2026*"))) == 3


def test_parquet_and_csv_say_the_same_and_a_float_is_what_it_was_meant_to_be(tmp_path, own):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    codes = ["01012100", "01012900", "03019190"]
    columns = {"hs": codes, "mfn": pa.array([0, 6.6, None], pa.float32())}
    pq.write_table(pa.table(columns), tmp_path / "file.parquet")
    terms = TariffTerms(**TERMS)
    import_tariff(tmp_path / "file.parquet", own, terms)
    by_parquet = load_book(own).schedules["cn-2026"]
    assert rate_of(by_parquet, "01012900") == Rate(66_000)
    take(tmp_path, "hs,mfn\n01012100,0\n01012900,6.6\n03019190,\n", own)
    assert load_book(own).schedules["cn-2026"].rates == by_parquet.rates


def test_codes_that_lost_their_zeros_are_refused(tmp_path, own):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    path = tmp_path / "file.parquet"
    pq.write_table(pa.table({"hs": [101210, 101], "mfn": [0, 5]}), path)
    with pytest.raises(OpenZoneError, match="keep the zeros in front"):
        import_tariff(path, own, TariffTerms(**TERMS))


def test_every_fault_is_told_at_once_and_nothing_is_written(tmp_path, own):
    text = "hs,mfn,provsional\n01012900,x,1\n01012900,5,1\n01013300,x,1\n1.01,5,1\n"
    found = refused(tmp_path, text, own, lines=100)
    told = {(fault.code, fault.line, fault.field) for fault in found}
    assert told == {
        ("unknown_field", 1, "provsional"), ("wrong_value", 2, "mfn"), ("duplicate", 3, "hs"),
        ("unknown_code", 4, "hs"), ("wrong_value", 5, "hs"), ("out_of_range", None, ""),
    }  # fmt: skip
    words = "\n".join(map(str, found))
    assert "did you mean 'provisional'?" in words
    assert "it stands on 1 more lines" in words
    assert "0101 (" in words and "has 010121, 010129, 010130, 010190" in words
    assert all(fault.next for fault in found)


@pytest.mark.parametrize(
    ("published", "taken"), [(5, True), (102, True), (103, False), (97, False)]
)
def test_the_count_of_lines_may_lie_two_percent_off(tmp_path, own, published, taken):
    base = 100 if published > 50 else 5
    codes = six_digits(load_book(own))[:base]
    text = "hs,mfn\n" + "".join(f"{code}00,1\n" for code in codes)
    if taken:
        take(tmp_path, text, own, lines=published)
        assert load_book(own).schedules["cn-2026"].record.state == "complete"
        return
    fault = refused(tmp_path, text, own, lines=published)[0]
    assert (fault.code, fault.seen) == ("out_of_range", 100)
    take(tmp_path, text, own, lines=published, take_count=True)
    assert load_book(own).schedules["cn-2026"].record.state == "partial"


def test_a_second_tariff_that_is_law_on_the_same_days_is_refused(tmp_path, own):
    fault = refused(tmp_path, LINES, own, id="other", columns_of="cn-2026")[0]
    assert (fault.code, fault.field) == ("overlap", "in_force")
    take(tmp_path, LINES, own, id="other", columns_of="cn-2026", use="estimate")
    assert load_book(own).schedules["other"].use == "estimate"


def test_codes_of_an_edition_that_is_not_held_are_checked_for_their_form(tmp_path, own):
    text = "hs,mfn\n99999999,5\n00000000,3\n"
    assert refused(tmp_path, text, own)[0].code == "unknown_code"
    report = take(tmp_path, text, own, hs_edition="2017", edition="2018", id="old",
                  columns_of="cn-2026", document="DOC-TARIFF-2026")  # fmt: skip
    assert report.codes.edition is None


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"id": "new"}, "no such tariff to take the columns from"),
        ({"edition": "spring"}, "give --from"),
        ({"document": "DOC-NONE"}, "there is no such document"),
        ({"start": dt.date(2026, 1, 1), "end": dt.date(2025, 1, 1)}, "'to' is not after 'from'"),
        ({"id": "documents", "columns_of": "cn-2026"}, "holds something else"),
        ({"id": "two words", "columns_of": "cn-2026"}, "an id: letters"),
    ],
)
def test_terms_that_cannot_be_are_refused(tmp_path, own, terms, words):
    assert words in "\n".join(map(str, refused(tmp_path, LINES, own, **terms)))


@pytest.mark.parametrize("text", ["", "hs,mfn\n", "mfn\n5\n", "hs\n01012100\n"])
def test_a_file_without_codes_or_rates_is_refused(tmp_path, own, text):
    assert refused(tmp_path, text, own)


def test_a_folder_that_is_new_begins_with_the_bundled_book(tmp_path):
    folder = tmp_path / "law" / "mine"
    refused(tmp_path, "hs,mfn\n01012100,x\n", folder)
    assert not folder.exists()
    take(tmp_path, LINES, folder)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["mine"]
    assert len(load_book(folder).schedules["cn-2026"].hs) == 5
    assert load_book(folder).rows == load_book("cn").rows
    assert (folder / "schema" / "tariff.schema.json").is_file()


@pytest.mark.parametrize("name", ["cn", str(BUNDLED / "cn")])
def test_a_bundled_book_is_not_changed(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OpenZoneError, match="a bundled book is not changed"):
        take(tmp_path, LINES, type(tmp_path)(name))


def test_a_move_that_fails_half_way_leaves_everything_as_it_was(tmp_path, own, monkeypatch):
    before, move = state(own), placing._move

    def failing(source, target):
        if source.suffix == ".yaml" and ".part" in str(source):
            raise OSError("the disk is full")
        return move(source, target)

    monkeypatch.setattr(placing, "_move", failing)
    with pytest.raises(OSError, match="the disk is full"):
        take(tmp_path, LINES, own)
    assert state(own) == before
    assert not [path for path in own.parent.iterdir() if path.name.startswith(".")]


def test_a_list_is_taken_in_and_settles_its_fact(tmp_path, own):
    text = "hs,note,to\n2203,beer,\n87038010,,2026-07-01\n"
    report = take_list(tmp_path, text, own, settles="on_taxed_list", lines=2)
    assert (report.lines, report.with_rate, report.dated, report.complete) == (2, 0, 1, True)
    held = load_book(own).goods_lists["taxed"]
    assert held.holds("87038010", dt.date(2026, 6, 30)) is True
    assert held.holds("87038010", dt.date(2026, 7, 1)) is False
    assert take_list(tmp_path, text, own, settles="on_taxed_list").replaced


def test_a_list_far_from_its_published_share_is_refused(tmp_path, own):
    fault = refused(tmp_path, "hs\n2203\n", own, take_list, share=Decimal("0.26"))[0]
    assert (fault.code, fault.seen) == ("out_of_range", 1)
    assert "26%" in fault.message and "8,972" in fault.message
    report = take_list(tmp_path, "hs\n2203\n", own, share=Decimal("0.26"), take_count=True)
    assert not report.complete


def test_every_fault_of_a_list_is_told_at_once(tmp_path, own):
    text = "hs,from,rate,colour\n2203,2026-02-30,5,\n22.04,,x,\n0101,,,\n0101,,,\n029999,,,\n"
    found = refused(tmp_path, text, own, take_list, settles="on_taxd_list")
    assert {(fault.line, fault.field) for fault in found} == {
        (1, "colour"), (2, "from"), (3, "hs"), (3, "rate"), (5, "hs"), (6, "hs"),
    }  # fmt: skip
    wrong = refused(tmp_path, "hs\n2203\n", own, take_list, settles="on_taxd_list")
    assert "did you mean 'on_taxed_list'?" in str(wrong[0])


def test_a_list_of_papers_is_taken_in(tmp_path, own):
    text = "hs,direction,paper\n8703801000,import,O\n0101210000,both,\n"
    take_list(tmp_path, text, own, kind="papers")
    held = load_book(own).goods_lists["taxed"]
    assert [one.paper for one in held.papers_for("8703801000", "import", START) or ()] == ["O"]
    assert held.papers_for("0101210000", "export", START) == ()
    wrong = refused(tmp_path, text.replace("both", "out"), own, take_list, kind="papers")
    assert (wrong[0].line, wrong[0].field) == (3, "direction")


def test_ten_thousand_lines_of_thirty_columns(tmp_path, own):
    book = load_book(own)
    codes = [f"{c}{n}0" for c in six_digits(book) for n in (1, 9)][:10_000]
    columns = list(book.schedules["cn-2026"].columns)[:30]
    rates = ["5", "", "0", "6.5", "1.5/kg", "10+1/kg"]
    lines = [
        ",".join([code, *(rates[(i * j) % 6] for j in range(1, 31))])
        for i, code in enumerate(codes)
    ]
    report = take(tmp_path, ",".join(["hs", *columns]) + "\n" + "\n".join(lines) + "\n", own)
    assert (report.lines, len(report.rates)) == (10_000, 30)
    held = load_book(own).schedules["cn-2026"]
    assert held.hs == tuple(sorted(codes))
