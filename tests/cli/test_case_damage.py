"""Damaged cases: each has its own fault with its line, and nothing good is lost beside it."""

import io
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.errors import MissingExtraError
from openzone.rulebook.reading import ReadError
from tests.cli.case_texts import CASE, GOOD, only_fault, read, refused_whole


class TestDamagedJson:
    @pytest.mark.parametrize(
        ("line", "code", "said"),
        [
            ("not json", "unreadable", "column 1"),
            ('{"id": "x", "a": }', "unreadable", "column 18"),
            ('{"id": "x", "a": 1', "unreadable", "column 19"),
            ('{"id": "x"} {}', "unreadable", "Extra data"),
            ('{"id": "x", "a": NaN}', "wrong_value", "NaN"),
            ('{"id": "x", "a": [-Infinity]}', "wrong_value", "-Infinity"),
            ('{"id": "x", "a": 1, "a": 2}', "duplicate", "'a'"),
            ('{"id": "x", "a": {"b": 1, "b": 1}}', "duplicate", "'b'"),
            ('{"id": "x", "a": 1e99999999999999999999}', "wrong_value", "beyond"),
            ('{"id": "x", "a": ' + "1" * 5000 + "}", "unreadable", "too many digits"),
            ('{"id": "x", "a": "\u0001"}', "unreadable", "control character"),
            ('{"a":' * 100 + "1" + "}" * 100, "unreadable", "deeper than 64"),
            ('{"id": "x", "a": ' + "[" * 100_000 + "]" * 100_000 + "}", "unreadable", "deeper"),
        ],
    )
    def test_a_broken_line_is_refused_alone(self, line, code, said):
        for suffix in ("", ".jsonl"):
            found = read(f"{GOOD}\n{line}\n{GOOD}", suffix)
            assert [one.line for one in found] == [1, 2, 3]
            assert [one.raw for one in found[::2]] == [CASE, CASE]
            fault = only_fault(found)
            assert (fault.code, fault.line) == (code, 2)
            assert said in fault.message
            if line.startswith('{"id"'):
                assert found[1].raw["id"] == "x"

    def test_an_id_that_stands_twice_is_not_echoed(self):
        (one,) = read('{"id": 1, "id": 2, "a": 3}')
        assert one.raw == {"a": 3}
        assert one.fault.code == "duplicate"

    @pytest.mark.parametrize(
        "text",
        ['{"id": "x", "regime":\n' + GOOD, "rubbish, all of it\n" + GOOD, "[1, 2]\n" + GOOD],
    )
    def test_a_broken_first_line_does_not_hide_the_others(self, text):
        found = read(text)
        assert found[0].fault.line == 1
        assert found[1].raw == CASE

    def test_numbers_are_exact(self):
        (one,) = read('{"a": 0.1000000000000000000000000000001, "b": 1e-7, "c": 12, "d": -0.0}')
        assert one.raw["a"] == Decimal("0.1000000000000000000000000000001")
        assert one.raw["b"] == Decimal("1e-7")
        assert type(one.raw["c"]) is int

    def test_a_flawed_case_of_an_array_is_refused_alone(self):
        found = read(f'[{GOOD},\n{{"id": 2, "a": NaN}},\n{{"a": 1, "a": 1}},\n{GOOD}]')
        assert [one.fault and one.fault.code for one in found] == [
            None,
            "wrong_value",
            "duplicate",
            None,
        ]
        assert [one.line for one in found] == [1, 2, 3, 4]
        assert found[1].raw["id"] == 2

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (f"[{GOOD},\n{GOOD}\n{GOOD}]", 3),
            (f"[\n{GOOD},\n]", 3),
            ('{"cases": [\n{"id": 1}\n', 3),
            ('{\n"cases": [],\n"cases": []\n', 4),
            ('{"defaults": {"a": NaN}, "cases": []}', None),
            ("[\n" + "[" * 100_000 + "\n]", 2),
            (f"[{GOOD}]\nmore\n", 2),
        ],
    )
    def test_a_broken_document_is_refused_with_its_line(self, text, line):
        assert refused_whole(text, ".json").line == line

    def test_a_document_too_large_to_hold_is_refused(self, monkeypatch):
        monkeypatch.setattr("openzone.cli.case_documents.DOCUMENT_BYTES_MAX", 1000)
        monkeypatch.setattr("openzone.cli.case_input.DOCUMENT_BYTES_MAX", 1000)
        text = "[" + ",\n".join([GOOD] * 20) + "]"
        assert "JSON Lines" in refused_whole(text).next
        assert "JSON Lines" in refused_whole("- {id: a}\n" * 200).next
        assert len(read("\n".join([GOOD] * 20))) == 20


class TestDamagedText:
    def test_a_line_that_is_not_utf8_is_refused_alone(self):
        found = read(GOOD.encode() + b'\n{"id": "x", "a": "\xff"}\n' + GOOD.encode(), ".jsonl")
        fault = only_fault(found)
        assert (fault.code, fault.line, found[1].raw) == ("unreadable", 2, {"id": "x"})
        assert found[2].raw == CASE

    def test_a_record_that_is_not_utf8_is_refused_alone(self):
        found = read("id,activity\na,auto\nb,汽车\nc,auto\n".encode("gbk"), ".csv")
        assert only_fault(found).line == 3
        assert "UTF-8" in only_fault(found).next
        assert [one.raw for one in found] == [
            {"id": "a", "activity": "auto"},
            {"id": "b"},
            {"id": "c", "activity": "auto"},
        ]

    def test_a_document_that_is_not_utf8_is_refused_with_its_line(self):
        for suffix, text in ((".yaml", b"- a: 1\n- b: \xff\n"), (".json", b'[{"a": 1},\n"\xff"]')):
            assert refused_whole(text, suffix).line == 2

    @pytest.mark.parametrize("suffix", ["", ".jsonl", ".csv", ".yaml", ".json"])
    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_utf16_is_named(self, suffix, encoding):
        assert "UTF-16" in refused_whole(GOOD.encode(encoding), suffix).message or (
            encoding == "utf-32"
        )

    @pytest.mark.parametrize("suffix", ["", ".jsonl", ".csv", ".yaml", ".json"])
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (bytes(range(256)) * 20, "binary"),
            (b"\x1f\x8b\x08" + bytes(range(100)), "gzip"),
            (b"PK\x03\x04" + bytes(range(100)), "spreadsheet"),
            (b"", "empty"),
            (b" \n\t\r\n", "empty"),
            (b"\xef\xbb\xbf\n", "empty"),
        ],
    )
    def test_what_is_no_text_is_refused(self, suffix, data, said):
        assert said in refused_whole(data, suffix).message

    @pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
    @pytest.mark.parametrize("data", [b"", b"PAR1junk", b"ARROW1\0\0junk", GOOD.encode()])
    def test_what_is_no_table_is_refused(self, suffix, data):
        assert refused_whole(data, suffix).code == "unreadable"

    @pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            ("a: &x 1\nb: *x\n", "alias", 1),
            ("- id: 1\n- <<: *x\n", "alias", 2),
            ("- id: 1\n- !!python/object:os.system x\n", "alias", 2),
            ("- id: 1\n- {id: 2, id: 3}\n", "duplicate", 2),
            ("- id: 1\n- {id: 2\n", "unreadable", 3),
            ("- id: 1\n- " + "[" * 100_000, "unreadable", 2),
            ("--- {}\n--- {}\n", "unreadable", 2),
            ("three words here\n", "unreadable", 1),
        ],
    )
    def test_yaml_that_is_refused(self, text, code, line):
        fault = refused_whole(text, ".yaml")
        assert (fault.code, fault.line) == (code, line)

    def test_an_alias_bomb_costs_nothing(self):
        bomb = "a0: &a0 [x, x]\n" + "".join(
            f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60)
        )
        assert refused_whole(bomb).code == "alias"


class TestDamagedCsv:
    def test_a_record_with_too_many_or_too_few_fields_is_refused_alone(self):
        found = read("id,activity\na,auto\nb\nc,auto,x\nd,auto\n", ".csv")
        assert [one.fault and one.fault.line for one in found] == [None, 3, 4, None]
        assert [one.raw["id"] for one in found] == ["a", "b", "c", "d"]
        assert found[1].fault.code == "wrong_value"

    @pytest.mark.parametrize(
        "damage", ['b,"auto', 'b,"auto" x', 'b,"auto\x00'], ids=["open", "tail", "nul"]
    )
    def test_a_quote_that_is_not_closed_costs_its_line_only(self, damage):
        found = read(f"id,activity\na,auto\n{damage}\nc,auto\nd,auto\n", ".csv")
        assert [one.line for one in found] == [2, 3, 4, 5]
        assert only_fault(found).line == 3
        assert [one.raw["id"] for one in found] == ["a", "b", "c", "d"]

    def test_an_open_quote_before_a_damaged_line_costs_those_two_lines(self):
        found = read(b'id,activity\na,"auto\nb,\xff\nc,auto\n', ".csv")
        assert [one.fault and one.fault.line for one in found] == [2, 3, None]

    def test_an_open_quote_far_from_the_end_costs_its_line_only(self):
        lines = [f"c{number},auto" for number in range(40_000)]
        found = read("id,activity\n" + 'x,"auto\n' + "\n".join(lines), ".csv")
        assert only_fault(found).line == 2
        assert len(found) == 40_001

    @pytest.mark.parametrize(
        ("text", "code", "said"),
        [
            ("id,activity,id\n1,a,2\n", "duplicate", "twice"),
            ("id,,activity\n1,a,2\n", "unreadable", "column 2"),
            ("id;activity\n1;a\n", "unreadable", "not separated by commas"),
            ("id\tactivity\n1\ta\n", "unreadable", "not separated by commas"),
            ('"id,activity\n1,a\n', "unreadable", "not CSV"),
            ("id,activity\r1,a\r", "unreadable", "CR alone"),
            (b"id,\xff\n1,a\n", "unreadable", "UTF-8"),
        ],
    )
    def test_a_header_that_cannot_be_trusted_refuses_the_file(self, text, code, said):
        fault = refused_whole(text, ".csv")
        assert (fault.code, fault.line) == (code, 1)
        assert said in fault.message

    def test_a_header_alone_holds_no_cases(self):
        assert read("id,activity\n", ".csv") == []


class TestTables:
    def test_columns_that_stand_twice_are_refused(self):
        to = io.BytesIO()
        pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["id", "id"]), to)
        assert refused_whole(to.getvalue(), ".parquet").code == "duplicate"

    def test_a_row_without_a_form_in_python_is_refused_alone(self):
        days = pa.array([0, 10**9, 1], pa.int32()).cast(pa.date32())
        to = io.BytesIO()
        pq.write_table(pa.table({"id": ["a", "b", "c"], "date": days}), to)
        found = read(to.getvalue())
        assert [one.fault and one.fault.line for one in found] == [None, 2, None]
        assert found[2].raw["date"].isoformat() == "1970-01-02"

    def test_a_file_that_is_cut_is_refused(self):
        to = io.BytesIO()
        pq.write_table(pa.table({"id": list(range(100_000))}), to)
        assert "Parquet" in refused_whole(to.getvalue()[:-100]).message

    def test_the_missing_part_is_named(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        for data in (b"PAR1....", b"ARROW1..", b""):
            with pytest.raises(MissingExtraError, match=r"openzone\[table\]"):
                read(data, "" if data else ".parquet")


SUFFIXES = ("", ".jsonl", ".json", ".yaml", ".csv", ".parquet", ".arrow")
TEXTS = (
    f"{GOOD}\n{GOOD}\n",
    f"[{GOOD},\n{GOOD}]",
    '{"defaults": {"regime": "capital"}, "cases": [\n{"id": 1}\n]}',
    "regime: capital\ndefaults: {date: 2026-01-01}\ncases:\n- {id: a, given: {place: []}}\n",
    'id,activity,place\na,"auto",ftz:a;ftz:b\nb,auto,\n',
)


class TestAnyBytes:
    @given(st.sampled_from(SUFFIXES), st.binary(max_size=400))
    def test_are_cases_faults_or_one_refusal(self, suffix, data):
        self.check(suffix, data)

    @given(
        st.sampled_from(SUFFIXES), st.sampled_from(TEXTS), st.integers(0), st.integers(0, 9),
        st.binary(max_size=9),
    )  # fmt: skip
    def test_in_the_middle_of_good_text(self, suffix, text, place, cut, damage):
        data = text.encode()
        place %= len(data)
        self.check(suffix, data[:place] + damage + data[place + cut :])

    @staticmethod
    def check(suffix, data):
        try:
            found = read(data, suffix)
        except ReadError as error:
            assert error.faults
            return
        lines = [one.line for one in found]
        assert lines == sorted(lines)
        assert all(one.raw is not None or one.fault for one in found)
        assert all(one.fault.line == one.line for one in found if one.fault)
