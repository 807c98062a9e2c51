"""`openzone search` on the command line: a table to read, JSON to use, and what to try next."""

import json
import os
import subprocess
import sys
import unicodedata

import pytest
from click.testing import CliRunner

from openzone.cli.search import command
from tests.tidy import tree


def run(*words):
    return CliRunner().invoke(command, list(words))


def columns(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_hits_are_a_table_and_the_next_command_uses_the_first():
    ran = run("data", "centre", "--limit", "3")
    assert ran.exit_code == 0
    head, first, *_ = ran.output.splitlines()
    assert head.split() == ["id", "title", "codes"]
    assert first.startswith("telecom.vas.idc  Internet data centre (with cloud)  6450 6550")
    assert ran.output.splitlines()[-1] == (
        'Next: echo \'{"regime": "capital", "activity": "telecom.vas.idc"}\' | openzone decide -'
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_columns_are_aligned_in_both_languages(lang):
    lines = run("海南", "--lang", lang, "--limit", "9").output.splitlines()[:-2]
    assert len({line.split()[0] for line in lines}) > 2  # the head, and kinds of several widths
    starts = set()
    for line in lines:
        kind = line.split()[0]
        rest = line[len(kind) :]
        starts.add(columns(kind) + len(rest) - len(rest.lstrip()))
    assert len(starts) == 1


def test_the_next_command_fits_the_kind_of_the_first_hit():
    assert run("FI-NAT-2024-15a").output.endswith("Next: openzone law FI-NAT-2024-15a\n")
    assert run("Qianhai").output.endswith(
        "Next: openzone law --place ftz:guangdong-qianhai-shekou\n"
    )
    assert '{"regime": "capital", "industry": "8411"}' in run("8411").output
    assert '"regime": "services"' in run("拍卖师").output


def test_json_is_an_array_of_hits():
    ran = run("IDC", "--json", "--limit", "1", "--kind", "activity")
    assert ran.exit_code == 0
    assert json.loads(ran.output) == [
        {
            "kind": "activity",
            "id": "telecom.vas.idc",
            "title": {
                "zh": "互联网数据中心（含云服务）",
                "en": "Internet data centre (with cloud)",
            },
            "score": 97,
            "why": "IDC",
            "codes": ["6450", "6550"],
        }
    ]


def test_kinds_can_be_chosen():
    found = json.loads(run("上海", "--json", "--kind", "place", "--kind", "row").output)
    assert {hit["kind"] for hit in found} == {"place", "row"}


@pytest.mark.parametrize(("lang", "said"), [("zh", "没有找到与“xyzzy”"), ("en", "Nothing matches")])
def test_no_hit_is_said_with_how_to_go_on_and_exits_with_1(lang, said):
    ran = run("xyzzy", "--lang", lang, "--kind", "place")
    assert ran.exit_code == 1
    assert said in ran.stderr
    assert "openzone search" in ran.stderr
    assert "--kind" in ran.stderr
    assert ran.stdout == ""


def test_no_hit_is_an_empty_array_in_json():
    ran = run("xyzzy", "--json")
    assert (ran.exit_code, json.loads(ran.stdout)) == (1, [])


def test_the_program_itself_exits_with_1_where_nothing_matches():
    ran = subprocess.run(
        [sys.executable, "-m", "openzone.cli.main", "search", "xyzzy"],
        cwd=tree.ROOT, env=dict(os.environ), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "Nothing matches 'xyzzy'" in ran.stderr


def test_the_example_that_is_offered_can_be_read_as_a_case():
    line = run("外资医院").output.splitlines()[-1]
    case = json.loads(line.split("'")[1])
    assert case == {"regime": "capital", "activity": "health.medical_institution.hospital"}
