"""`openzone decide`: answers, refusals, exit codes; a file appears whole or not at all."""

import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from subprocess import PIPE

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from openzone.cli import decide
from openzone.cli.decide import as_line, command
from openzone.rulebook.books import BUNDLED
from openzone.rulebook.reading import read_yaml
from tests.tidy.tree import ROOT

DAY = "2026-01-01"
GOOD = (
    '{"id": "a", "regime": "capital", "activity": "auto.passenger", "foreign_share": 1.0,'
    ' "date": "2022-01-02"}'
)
KEYS = [
    "id",
    "regime",
    "verdict",
    "outcome",
    "effects",
    "because",
    "needs",
    "possible",
    "assumed",
    "next",
    "law",
    "confidence",
]
WORKED = sorted((BUNDLED / "cn").glob("*/cases/*.yaml"))


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setenv("OPENZONE_TODAY", DAY)


def run(*arguments, given=None):
    ran = CliRunner().invoke(command, [str(one) for one in arguments], input=given)
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran


def answers(ran):
    return [json.loads(line) for line in ran.stdout.splitlines()]


def program(*arguments, **more):
    line = [sys.executable, "-m", "openzone.cli.main", "decide", *map(str, arguments)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, **more)


@pytest.fixture
def cases(tmp_path):
    def write(text, name="cases.jsonl"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


class TestAnswers:
    @pytest.mark.parametrize("path", WORKED, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
    def test_worked_cases_have_the_expected_answer(self, path):
        ran = run(path)
        found = answers(ran)
        worked = read_yaml(path).value["cases"]
        refused = [case for case in worked if case["expect"]["outcome"] == "refused"]
        assert (ran.exit_code, len(ran.stderr.splitlines())) == (bool(refused), len(refused))
        assert [one["id"] for one in found] == [one["id"] for one in worked]
        for one, case in zip(found, worked, strict=True):
            expect = case["expect"]
            assert one["outcome"] == expect["outcome"], case["id"]
            if case in refused:
                continue
            rests = {entry["row"] for entry in one["because"]}
            assert rests >= set(expect.get("rests_on", ())), case["id"]
            if "max_foreign_share" in expect:
                assert one["effects"]["max_foreign_share"] == as_number(
                    expect["max_foreign_share"]
                ), case["id"]

    def test_the_keys_stand_in_the_order_of_the_contract_and_the_text_is_readable(self, cases):
        ran = run(cases(GOOD.replace("1.0", "0.49").replace("2022-01-02", "2021-12-31")))
        (found,) = answers(ran)
        assert list(found)[: len(KEYS)] == KEYS
        assert "外商投资" in ran.stdout
        assert found["law"]["known"] == DAY

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("c.jsonl", GOOD),
            ("c.json", f"[{GOOD}]"),
            ("c.yaml", f"- {GOOD}"),
            (
                "c.csv",
                "id,regime,activity,foreign_share,date\na,capital,auto.passenger,1.0,2022-01-02\n",
            ),
        ],
    )
    def test_every_format_and_standard_input_give_the_same_answer(self, cases, name, text):
        by_name = run(cases(text, name))
        by_content = run("-", given=text)
        expected = run(cases(GOOD)).stdout
        assert by_name.stdout == by_content.stdout == expected
        assert by_name.exit_code == by_content.exit_code == 0

    def test_parquet_gives_the_same_answer(self, tmp_path, cases):
        path = tmp_path / "c.parquet"
        pq.write_table(pa.Table.from_pylist([json.loads(GOOD)]), path)
        assert run(path).stdout == run(cases(GOOD)).stdout
        assert run("-", given=path.read_bytes()).stdout == run(cases(GOOD)).stdout

    def test_the_regime_given_stands_where_a_case_names_none(self, cases):
        text = '{"activity": "fin.payment", "mode": 1}\n' + GOOD
        found = answers(run(cases(text), "--regime", "services"))
        assert [one["regime"] for one in found] == ["services", "capital"]

    def test_the_law_is_asked_as_known_on_a_day(self, cases):
        text = (
            '{"regime": "capital", "activity": "print.publications", "foreign_share": 1,'
            ' "date": "2025-01-01"}'
        )
        late, early = run(cases(text)), run(cases(text), "--known", "2024-01-01")
        assert [answers(one)[0]["outcome"] for one in (late, early)] == ["allowed", "denied_share"]

    def test_a_reform_of_the_book_is_put_in_force(self, cases):
        text = (
            '{"regime": "capital", "activity": "telecom.vas.app_store", "foreign_share": 1,'
            ' "place": ["city:chengdu"], "date": "2025-06-01"}'
        )
        ran = run(cases(text), "--reform", "PO-2025-SVC-TEL")
        (found,) = answers(ran)
        assert found["law"]["reforms"][0].startswith("PO-2025-SVC-TEL@")
        assert found["verdict"] != answers(run(cases(text)))[0]["verdict"]


def as_number(expected):
    if isinstance(expected, dict):
        return {key: float(one) for key, one in expected.items()}
    return expected if isinstance(expected, str) else float(expected)


class TestRefusals:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [("date: 2025-02-30", "date"), ("foreign_share: " + "1" * 60, "foreign_share")],
    )
    def test_a_word_of_yaml_that_cannot_be_costs_its_case_only(self, cases, wrong, field):
        bad = f"- {{id: b, regime: capital, activity: auto, {wrong}}}"
        ran = run(cases(f"- {GOOD}\n{bad}\n", "c.yaml"))
        good, refused = answers(ran)
        assert good["verdict"] == "yes"
        assert [refused["verdict"], refused["faults"][0]["field"]] == ["refused", field]
        assert f":2: [wrong_value] {field}: " in ran.stderr

    def test_the_good_are_answered_and_the_refused_are_named(self, cases):
        bad = '{"id": "b", "regime": "capital", "activty": "auto", "foreign_share": 49}'
        path = cases(f"{GOOD}\n{bad}\nnot json\n{GOOD}\n")
        ran = run(path)
        assert ran.exit_code == 1
        found = answers(ran)
        assert [one["verdict"] for one in found] == ["yes", "refused", "refused", "yes"]
        refused = found[1]
        assert (refused["id"], refused["regime"], refused["line"]) == ("b", "capital", 2)
        assert [one["field"] for one in refused["faults"]] == ["activty", "foreign_share"]
        assert found[2]["line"] == 3
        said = ran.stderr.splitlines()
        assert len(said) == 3
        assert said[0].startswith(f"{path}:2: [unknown_field] activty: the regime capital has no")
        assert "Next: did you mean 'activity'?" in said[0]
        assert said[1].startswith(f"{path}:2: [out_of_range] foreign_share: ")
        assert said[2].startswith(f"{path}:3: [unreadable] is not JSON")

    def test_standard_input_has_a_name(self):
        ran = run("-", given=f"{GOOD}\n[]\n")
        assert ran.stderr.startswith("<stdin>:2: [wrong_value] a case is a mapping of fields")

    def test_a_message_is_one_line_of_bounded_length(self, cases):
        odd = json.dumps({"regime": "capital", "a\nb\x1b[31m" + "x" * 10_000: 1})
        ran = run(cases(odd))
        (said,) = ran.stderr.splitlines()
        assert "\\n" in said
        assert "\x1b" not in said
        assert len(said) < 3000

    def test_half_a_character_is_echoed_as_it_came(self, cases):
        ran = run(cases('{"id": "\\ud83d", "regime": "capital", "activity": "auto.passenger"}'))
        assert ran.stdout.startswith('{"id": "\\ud83d"')
        assert answers(ran)[0]["verdict"] != "refused"

    def test_an_empty_list_has_no_answers(self, cases):
        ran = run(cases("[]", "c.json"))
        assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "")


class TestExitCodes:
    def test_of_the_program(self, cases, tmp_path):
        good = program(cases(GOOD))
        assert (good.returncode, good.stderr) == (0, "")
        assert json.loads(good.stdout)["outcome"] == "allowed"
        mixed = program("-", input=f"{GOOD}\nnot json\n")
        assert mixed.returncode == 1
        assert len(mixed.stdout.splitlines()) == 2
        assert "Traceback" not in mixed.stderr

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["none.jsonl"], "none.jsonl: [unreadable] cannot be read"),
            (["."], "[unreadable] is a folder"),
            (["-"], "<stdin>: [unreadable] is empty"),
            (["-", "--regime", "capitol"], "did you mean 'capital'?"),
            (["-", "--book", "xx"], "[no_book]"),
            (["-", "--reform", "none.yaml"], "[unknown_reference]"),
            (["-", "--known", "2026-02-30"], "no day of the calendar"),
            (["-", "--out", "no/such/folder/a.jsonl"], "no/such/folder/a.jsonl"),
            (["-", "--out", "."], "is a folder"),
            ([], "CASES"),
        ],
    )
    def test_what_cannot_run(self, arguments, said, tmp_path):
        given = GOOD if "--out" in arguments else ""
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        line = [sys.executable, "-m", "openzone.cli.main", "decide", *arguments]
        ran = subprocess.run(
            line, cwd=tmp_path, env=env, input=given, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 2, ran.stderr
        assert said in ran.stderr
        assert ran.stdout == ""
        assert "Traceback" not in ran.stderr
        assert list(tmp_path.iterdir()) == []

    def test_a_file_refused_as_a_whole(self, cases):
        for name, text in (("a.yaml", "- &x {id: a}\n- *x"), ("u.csv", GOOD.encode("utf-16"))):
            ran = program(cases(text, name))
            assert (ran.returncode, ran.stdout) == (2, "")
            assert ran.stderr.startswith(f"{cases(text, name)}:1: [")

    def test_a_reader_that_leaves(self, cases):
        path = cases((GOOD + "\n") * 5000)
        line = [sys.executable, "-m", "openzone.cli.main", "decide", str(path)]
        with subprocess.Popen(line, cwd=ROOT, stdout=PIPE, stderr=PIPE) as ran:
            assert ran.stdout and ran.stderr
            assert ran.stdout.readline()
            ran.stdout.close()
            said = ran.stderr.read()
        assert ran.returncode == 0
        assert said == b""


class TestOut:
    def test_a_file_has_what_standard_output_would_have(self, cases, tmp_path):
        path, out = cases(f"{GOOD}\nnot json\n"), tmp_path / "answers.jsonl"
        out.write_text("old")
        ran = run(path, "--out", out)
        assert (ran.exit_code, ran.stdout) == (1, "")
        assert out.read_text() == run(path).stdout
        assert sorted(one.name for one in tmp_path.iterdir()) == ["answers.jsonl", "cases.jsonl"]

    def test_a_run_that_fails_leaves_the_old_file(self, cases, tmp_path, monkeypatch):
        def fails(result):
            raise RuntimeError("on the way")

        out = tmp_path / "answers.jsonl"
        out.write_text("old")
        monkeypatch.setattr(decide, "as_line", fails)
        with pytest.raises(RuntimeError):
            run(cases(GOOD), "--out", out)
        assert out.read_text() == "old"
        assert sorted(one.name for one in tmp_path.iterdir()) == ["answers.jsonl", "cases.jsonl"]

    def test_a_link_keeps_pointing_and_a_device_stays_a_device(self, cases, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "target")
        assert run(cases(GOOD), "--out", tmp_path / "link").exit_code == 0
        assert (tmp_path / "link").is_symlink()
        assert json.loads((tmp_path / "target").read_text())["id"] == "a"
        assert run(cases(GOOD), "--out", os.devnull).exit_code == 0
        assert Path(os.devnull).is_char_device()
        assert run(cases(GOOD), "--out", "-").stdout == run(cases(GOOD)).stdout

    def test_the_cases_are_not_written_over(self, cases):
        path = cases(GOOD)
        assert run(path, "--out", path).exit_code != 0
        assert path.read_text() == GOOD

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this machine")
    def test_a_full_disk_is_said(self, cases):
        ran = program(cases(GOOD), "--out", "/dev/full")
        assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
        assert "cannot be written" in ran.stderr

    def test_ctrl_c_leaves_no_half_file(self, tmp_path):
        out = tmp_path / "answers.jsonl"
        code = (
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
            "from openzone.cli.main import main; main()"
        )
        line = [sys.executable, "-c", code, "decide", "-", "--out", str(out)]
        with subprocess.Popen(line, cwd=ROOT, stdin=PIPE, stderr=PIPE) as ran:
            assert ran.stdin
            ran.stdin.write(GOOD.encode() + b"\n")
            ran.stdin.flush()
            until = time.monotonic() + 60
            while not list(tmp_path.iterdir()) and time.monotonic() < until:
                time.sleep(0.05)
            assert [one.suffix for one in tmp_path.iterdir()] == [".part"]
            ran.send_signal(signal.SIGINT)
            _, said = ran.communicate()
        assert ran.returncode == 130
        assert b"Traceback" not in said
        assert list(tmp_path.iterdir()) == []


class TestTable:
    @pytest.fixture
    def table(self, tmp_path):
        path = tmp_path / "cases.parquet"
        good = json.loads(GOOD)
        rows = [good, good | {"id": "b", "date": "2021-12-31"}, good | {"id": "c", "activity": "x"}]
        pq.write_table(pa.Table.from_pylist(rows), path)
        return path

    def test_an_engine_gives_the_same_answers(self, table):
        alone = {one["id"]: one for one in answers(run(table))}
        ran = run(table, "--engine", "duckdb", "--regime", "capital")
        together = {one["id"]: one for one in answers(ran)}
        assert ran.exit_code == 1
        for key in ("verdict", "outcome", "effects", "needs", "possible"):
            assert {id: one.get(key) for id, one in alone.items()} == {
                id: one.get(key) for id, one in together.items()
            }

    def test_a_parquet_file_has_a_row_for_each_case(self, table, tmp_path):
        out = tmp_path / "answers.parquet"
        assert run(table, "--regime", "capital", "--out", out).exit_code == 1
        rows = pq.read_table(out).sort_by("id").to_pylist()
        assert [(one["id"], one["verdict"]) for one in rows] == [
            ("a", "yes"),
            ("b", "no"),
            ("c", "refused"),
        ]

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [(["-", "--regime", "capital"], "standard input"), (["x.parquet"], "--regime")],
    )
    def test_what_a_table_needs_is_said(self, arguments, said):
        ran = run(*arguments, "--engine", "duckdb")
        assert ran.exit_code == 2
        assert said in ran.stderr


class TestLines:
    def test_numbers_keep_their_value(self):
        exact = {
            "a": Decimal("0.66"), "b": Decimal("2.00"), "c": Decimal("1e3"),
            "d": Decimal("0.1234567890123456789012345"),
        }  # fmt: skip
        line = b'{"a": 0.66, "b": 2, "c": 1000, "d": "0.1234567890123456789012345"}\n'
        assert as_line(exact) == line

    def test_what_json_cannot_say_is_an_error(self):
        for value in (float("nan"), object()):
            with pytest.raises((TypeError, ValueError)):
                as_line({"a": value})

    def test_a_long_run_shows_its_progress_on_a_terminal(self, monkeypatch, capsys):
        clock = iter(range(100))
        monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        progress = decide._Progress()
        for _ in range(3):
            progress.step()
        progress.end()
        shown = capsys.readouterr().err
        assert "2 cases answered, 1 per second" in shown
        assert shown.endswith("\r\x1b[K")
