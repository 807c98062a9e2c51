"""Large input: constant memory, endless lines skipped, cases given as they arrive."""

import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openzone.cli.case_input import cases_of, read_cases
from openzone.rulebook.reading import LINE_BYTES_MAX
from tests.cli.case_texts import CASE, GOOD, Made, only_fault, read

MIB = 1 << 20


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
        assert "2,147,4" in only_fault(found).message
        assert [one.line for one in found] == [len(head) + place for place in (1, 2, 3)]

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
