"""Cases in every format: what is read, in which shape, from where."""

import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openzone.cli.case_input import cases_of, read_cases
from openzone.rulebook.reading import ReadError
from tests.cli.case_texts import CASE, GOOD, Made, only_fault, read, refused_whole


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
