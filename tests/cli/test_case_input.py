"""Cases in every format: what is read, what is refused, and that nothing good is lost beside it."""

import io
import json
import sys
import tracemalloc
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openzone.cli.case_input import cases_of, read_cases
from openzone.errors import MissingExtraError
from openzone.rulebook.reading import LINE_BYTES_MAX, ReadError

MIB = 1 << 20
GOOD = '{"id": "a", "regime": "capital", "activity": "auto.passenger", "foreign_share": 0.66}'
CASE = {
    "id": "a",
    "regime": "capital",
    "activity": "auto.passenger",
    "foreign_share": Decimal("0.66"),
}


def read(text, suffix=""):
    data = text if isinstance(text, bytes) else text.encode()
    return list(cases_of(io.BytesIO(data), "cases", suffix))


def refused_whole(text, suffix=""):
    with pytest.raises(ReadError) as caught:
        read(text, suffix)
    assert caught.value.faults[0].file == "cases"
    return caught.value.faults[0]


def only_fault(found):
    (fault,) = [one.fault for one in found if one.fault]
    assert fault.file == "cases"
    return fault


class TestFormats:
    @pytest.mark.parametrize("suffix", ["", ".jsonl", ".ndjson", ".JSONL", ".json", ".txt"])
    def test_json_lines(self, suffix):
        found = read(f"{GOOD}\n\n{GOOD}\r\n{GOOD}", suffix)
        assert [(one.line, one.raw, one.fault) for one in found] == [
            (line, CASE, None) for line in (1, 3, 4)
        ]

    @pytest.mark.parametrize("suffix", ["", ".json"])
    def test_json_array(self, suffix):
        found = read(f"[\n{GOOD},\n\n  {GOOD}]\n", suffix)
        assert [(one.line, one.raw) for one in found] == [(2, CASE), (4, CASE)]
        assert read("[]", suffix) == []

    @pytest.mark.parametrize("suffix", ["", ".json"])
    def test_json_object_with_cases(self, suffix):
        text = '{"defaults": {"regime": "capital"},\n "cases": [{"id": "a",\n"story": "x"},\n {}]}'
        found = read(text, suffix)
        assert [(one.line, one.raw) for one in found] == [
            (2, {"regime": "capital", "id": "a"}),
            (4, {"regime": "capital"}),
        ]

    @pytest.mark.parametrize("suffix", ["", ".json"])
    def test_json_object_of_one_case_over_several_lines(self, suffix):
        (one,) = read(json.dumps(json.loads(GOOD), indent=2), suffix)
        assert one.raw == CASE

    @pytest.mark.parametrize("suffix", ["", ".yaml", ".yml"])
    def test_yaml(self, suffix):
        text = "# two cases\n- {id: a, foreign_share: 0.66, gbt: '0511'}\n-\n  id: b\n"
        found = read(text, suffix)
        assert [(one.line, one.raw) for one in found] == [
            (2, {"id": "a", "foreign_share": Decimal("0.66"), "gbt": "0511"}),
            (4, {"id": "b"}),
        ]

    def test_yaml_file_of_worked_cases(self):
        text = (
            "schema: openzone/cases/1\nregime: capital\ncases:\n"
            "  - id: A\n    story: a car maker\n    given: {place: [], date: 2022-01-02}\n"
            "    expect: {outcome: allowed}\n    why: because\n"
        )
        (one,) = read(text)
        assert one.line == 4
        assert list(one.raw) == ["regime", "id", "place", "date"]
        assert one.raw["date"].isoformat() == "2022-01-02"

    def test_yaml_of_one_case(self):
        (one,) = read("regime: capital\nactivity: auto\non: 2020-01-01\n")
        assert list(one.raw) == ["regime", "activity", "on"]

    @pytest.mark.parametrize("suffix", ["", ".csv"])
    def test_csv(self, suffix):
        text = 'id, activity,place,story\r\na,auto,ftz:a;ftz:b,"one,\ntwo"\r\n\r\nb,,,\r\n,,,\r\n'
        found = read(text, suffix)
        assert [(one.line, one.raw) for one in found] == [
            (2, {"id": "a", "activity": "auto", "place": "ftz:a;ftz:b"}),
            (5, {"id": "b"}),
        ]

    @pytest.mark.parametrize(
        ("suffix", "write"),
        [
            (".parquet", pq.write_table),
            (".arrow", lambda table, to: arrow(pa.ipc.new_file, table, to)),
            (".feather", lambda table, to: arrow(pa.ipc.new_file, table, to)),
            (".arrow", lambda table, to: arrow(pa.ipc.new_stream, table, to)),
        ],
    )
    @pytest.mark.parametrize("named", [True, False])
    def test_tables(self, suffix, write, named):
        rows = [
            {"id": "a", "foreign_share": 0.66, "place": ["ftz:tianjin"], "needs": "x"},
            {"id": "b", "foreign_share": None, "place": None, "needs": None},
        ]
        to = io.BytesIO()
        write(pa.Table.from_pylist(rows), to)
        found = read(to.getvalue(), suffix if named else "")
        assert [(one.line, one.raw) for one in found] == [
            (1, {"id": "a", "foreign_share": 0.66, "place": ["ftz:tianjin"]}),
            (2, {"id": "b"}),
        ]

    def test_a_byte_order_mark_is_no_part_of_the_text(self):
        for text in (GOOD, f"[{GOOD}]", "regime: capital\n", "id,regime\na,capital\n"):
            found = read(b"\xef\xbb\xbf" + text.encode())
            assert [one.fault for one in found] == [None]
            assert "capital" in found[0].raw.values()

    def test_lists_and_words_stay_what_they_are(self):
        (one,) = read("- {id: no, place: [], flag: yes, manager_nationality: NO}")
        assert one.raw == {"id": "no", "place": (), "flag": "yes", "manager_nationality": "NO"}


def arrow(writer, table, to):
    with writer(to, table.schema) as out:
        out.write_table(table)


class TestShape:
    def test_defaults_lie_under_each_case_whatever_name_the_case_uses(self):
        text = (
            "defaults: {date: '2026-06-01', zone: [hainan], activity: auto}\ncases:\n"
            "- {id: a}\n- {id: b, place: []}\n- {id: c, zone: x, date: null}\n"
        )
        raws = [one.raw for one in read(text)]
        assert raws[0] == {
            "date": "2026-06-01",
            "place": ("hainan",),
            "activity": "auto",
            "id": "a",
        }
        assert raws[1]["place"] == ()
        assert raws[2]["zone"] == "x"
        assert "place" not in raws[2]
        assert raws[2]["date"] is None

    def test_given_and_inputs_are_unwrapped_beside_what_stands_there(self):
        text = '{"id": 1, "kind": "x", "inputs": {"a": 1, "note": "n"}, "shows": "s", "expect": {}}'
        (one,) = read(text)
        assert one.raw == {"id": 1, "kind": "x", "a": 1}

    def test_facts_that_stand_twice_and_differ_are_refused(self):
        found = read('{"id": 1, "a": 1, "given": {"a": 2}}\n{"id": 2, "a": 1, "given": {"a": 1}}')
        assert found[0].fault.code == "contradiction"
        assert found[0].raw["id"] == 1
        assert found[1].raw == {"id": 2, "a": 1}
        assert only_fault(read('{"given": {}, "inputs": {}}')).code == "contradiction"
        assert only_fault(read('{"given": 3}')).field == "given"

    def test_a_case_that_is_no_mapping_is_refused_alone(self):
        for text in (f"[1, {GOOD}]", f"3\n{GOOD}", f"null\n{GOOD}", f"[]\n{GOOD}", "- x\n- id: a"):
            found = read(text)
            assert found[0].fault.code == "wrong_value"
            assert found[0].fault.line == 1
            assert found[1].raw["id"] == "a"

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("default: {date: 2020-01-01}\ncases: []", "default"),
            ("known: 2020-01-01\ncases: []", "known"),
            ("cases: {a: 1}", "cases"),
            ("defaults: [1]\ncases: []", "defaults"),
            ("schema: openzone/reform/1\ncases: []", "schema"),
            ("schema: openzone/reform/1\nid: x", "schema"),
        ],
    )
    def test_a_file_that_says_what_would_be_ignored_is_refused(self, text, field):
        assert refused_whole(text, ".yaml").field == field

    def test_a_sheet_of_another_schema_may_hold_more_than_cases(self):
        (one,) = read("schema: sheet/1\nmeta: {a: 1}\nrows: [1]\ncases:\n- {id: a}\n")
        assert one.raw == {"id": "a"}


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


class Made(io.RawIOBase):
    """A stream of bytes that are made when they are read."""

    def __init__(self, pieces):
        self.pieces = iter(pieces)
        self.rest = b""

    def readable(self):
        return True

    def readinto(self, buffer):
        self.rest = self.rest or next(self.pieces, b"")
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size


class TestSize:
    @staticmethod
    def peak_of(pieces, suffix):
        tracemalloc.start()
        try:
            count = sum(1 for _ in cases_of(Made(pieces), "cases", suffix))
            return count, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize(
        ("head", "line", "suffix"),
        [
            ("", GOOD, ".jsonl"),
            ("", GOOD, ""),
            ("id,regime,activity\n", "a,capital,auto.passenger", ".csv"),
            ("id,regime,activity\n", "a,capital,auto.passenger", ""),
        ],
    )
    def test_many_lines_take_constant_memory(self, head, line, suffix):
        block = (line + "\n").encode() * 1000
        count, peak = self.peak_of([head.encode()] * bool(head) + [block] * 60, suffix)
        assert count == 60_000
        assert peak < 8 * MIB

    def test_many_rows_take_constant_memory(self, tmp_path):
        path = tmp_path / "cases.parquet"
        rows = [{"id": str(number), "activity": "auto.passenger"} for number in range(10_000)]
        table = pa.Table.from_pylist(rows)
        with pq.ParquetWriter(path, table.schema) as writer:
            for _ in range(6):
                writer.write_table(table)
        tracemalloc.start()
        try:
            assert sum(1 for _ in read_cases(str(path))) == 60_000
            assert tracemalloc.get_traced_memory()[1] < 10 * MIB
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
    def test_a_line_of_two_gibibytes_is_skipped_without_being_held(self, suffix):
        head = [b"id,activity\n"] if suffix == ".csv" else []
        good = b"a,auto\n" if suffix == ".csv" else GOOD.encode() + b"\n"
        start = b"x," if suffix == ".csv" else b'{"id": "x", "a": "'
        pieces = [*head, good, start, *[b"y" * MIB] * 2048, b"\n", good]
        tracemalloc.start()
        try:
            found = list(cases_of(Made(pieces), "cases", suffix))
            assert tracemalloc.get_traced_memory()[1] < 4 * LINE_BYTES_MAX
        finally:
            tracemalloc.stop()
        assert [bool(one.fault) for one in found] == [False, True, False]
        assert found[1].raw == {"id": "x"}
        assert "2,147,4" in found[1].fault.message
        assert found[2].line == found[1].line + 1 == len(head) + 3

    def test_a_line_as_long_as_may_be_is_read(self):
        filler = "y" * (LINE_BYTES_MAX - len('{"a": ""}'))
        (one,) = read(f'{{"a": "{filler}"}}\n', ".jsonl")
        assert one.fault is None
        (one,) = read(f'{{"a": "{filler}y"}}\n', ".jsonl")
        assert f"{LINE_BYTES_MAX + 2:,}" in one.fault.message

    @pytest.mark.parametrize("opening", ["[", '{"cases": ['])
    def test_an_array_on_one_long_line_is_read(self, opening, monkeypatch):
        monkeypatch.setattr("openzone.cli.case_lines.LINE_BYTES_MAX", 1000)
        closing = "]}" if opening.startswith("{") else "]"
        found = read(opening + ",".join([GOOD] * 100) + closing, ".json")
        assert [one.raw for one in found] == [CASE] * 100

    def test_cases_are_given_before_the_stream_ends(self):
        def pieces():
            yield GOOD.encode() + b"\n"
            raise AssertionError("read on before the first case was taken")

        assert next(cases_of(Made(pieces()), "cases")).raw == CASE


class TestPlaces:
    def test_a_file_that_is_missing_or_a_folder_is_refused(self, tmp_path):
        for path in (tmp_path / "none.jsonl", tmp_path, tmp_path / "a\0b"):
            with pytest.raises(ReadError) as caught:
                read_cases(str(path))
            assert caught.value.faults[0].file == str(path)

    def test_a_failing_disk_is_named(self, monkeypatch):
        def pieces():
            yield GOOD.encode() + b"\n"
            raise OSError(5, "Input/output error")

        found = cases_of(Made(pieces()), "cases", ".jsonl")
        assert next(found).raw == CASE
        with pytest.raises(ReadError, match="broke off"):
            next(found)

    def test_the_file_is_closed_at_the_end(self, tmp_path):
        path = tmp_path / "cases.jsonl"
        path.write_text(GOOD + "\n")
        found = read_cases(str(path))
        assert next(found).raw == CASE
        found.close()
        assert len(list(read_cases(str(path)))) == 1
