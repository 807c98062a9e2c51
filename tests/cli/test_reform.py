"""`openzone reform`: draft, check, hashes; a patch that does not fit, or does nothing, fails."""

import json

import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone
from openzone.errors import OpenZoneError


def run(*words):
    return CliRunner().invoke(
        openzone, ["reform", *map(str, words)], env={"OPENZONE_TODAY": "2026-11-23"}
    )


@pytest.fixture
def draft(tmp_path):
    path = tmp_path / "mine.yaml"
    result = run("new", path, "--amend", "FI-FTZ-2021-14b", "--place", "ftz:tianjin")
    assert result.exit_code == 0, result.output
    return path


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_unedited_draft_changes_nothing_and_says_so(draft):
    result = run("check", draft)
    assert isinstance(result.exception, OpenZoneError)
    assert result.exception.code == "changes_nothing"


def test_an_edited_draft_shows_its_effect_its_power_and_stays_a_draft(draft):
    edit(draft, "host_total_min_percent: 67", "host_total_min_percent: 51")
    result = run("check", draft, "--json")
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.output)["reforms"]
    (capital,) = found["changes"]
    assert capital["regime"] == "capital"
    assert any(one["after"] == "allowed_within_limits" for one in capital["statements"])
    assert all(one["places"] == ["ftz:tianjin"] for one in capital["statements"])
    assert found["power"]["draft"]
    assert found["power"]["needs"][0]["level"] == "sc_approved_list"


def test_a_hash_that_no_longer_fits_fails_with_the_line(draft):
    edit(draft, "was: {FI-FTZ-2021-14b: ", "was: {FI-FTZ-2021-14b: 0000")
    edit(draft, "host_total_min_percent: 67", "host_total_min_percent: 51")
    result = run("check", draft)
    assert result.exception.code == "does_not_fit"
    (fault,) = result.exception.faults
    assert draft.read_text(encoding="utf-8").split("\n")[fault.line - 1].strip() == (
        "- id: change_1"
    )


def test_rows_that_do_not_exist_are_named_with_the_nearest(draft):
    edit(draft, "rows: [FI-FTZ-2021-14b]", "rows: [FI-FTZ-2021-14x]")
    faults = run("check", draft).exception.faults
    assert any(f.code == "unknown_reference" and "FI-FTZ-2021-14" in f.next for f in faults)


def test_the_body_hash_is_that_of_the_body_alone(draft):
    edit(draft, "host_total_min_percent: 67", "host_total_min_percent: 51")
    first = json.loads(run("check", draft, "--json").output)["reforms"][0]["body_hash"]
    edit(draft, "'ftz:tianjin'", "'ftz:fujian'")
    edit(draft, "2027-01-01", "2028-01-01")
    edit(draft, "改革草案", "另一个题目")
    assert json.loads(run("check", draft, "--json").output)["reforms"][0]["body_hash"] == first
    edit(draft, "host_total_min_percent: 51", "host_total_min_percent: 52")
    assert json.loads(run("check", draft, "--json").output)["reforms"][0]["body_hash"] != first


def test_hashes_are_written_beside_the_rows(draft):
    edit(draft, "was: {FI-FTZ-2021-14b: ", "was: {FI-FTZ-2021-14b: 0000")
    assert run("hash", draft, "--write").exit_code == 0
    edit(draft, "host_total_min_percent: 67", "host_total_min_percent: 51")
    assert run("check", draft).exit_code == 0


def test_two_reforms_on_the_same_rows_are_a_conflict():
    result = run("check", "PO-2025-SVC-TEL", "--json")
    assert result.exit_code == 0, result.output
    (clash,) = json.loads(result.output)["conflicts"]
    assert (clash["first"], clash["second"]) == ("PO-2024-VAS", "PO-2025-SVC-TEL")
    assert "hainan" in clash["places"]


@pytest.mark.parametrize("kind", ["repeal", "suspend", "open"])
def test_every_kind_of_draft_can_be_checked(tmp_path, kind):
    path = tmp_path / "mine.yaml"
    run("new", path, f"--{kind}", "FI-FTZ-2021-14b", "--place", "ftz:tianjin")
    result = run("check", path, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["reforms"][0]["changes"]


def test_a_repeal_of_the_row_opens_and_a_repeal_of_the_pilot_closes(tmp_path):
    path = tmp_path / "end.yaml"
    run("new", path, "--repeal", "FI-FTZ-2021-14b", "--place", "ftz:tianjin")
    edit(path, "rows: [FI-FTZ-2021-14b]", "rows: [PO-2024-BIO]")
    text = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(x for x in text if "was:" not in x), encoding="utf-8")
    edit(path, "'ftz:tianjin'", "'ftz:beijing'")
    (found,) = json.loads(run("check", path, "--json").output)["reforms"]
    after = {one["after"] for one in found["changes"][0]["statements"]}
    assert after == {"prohibited"}


def test_a_draft_never_overwrites(draft):
    assert "exists" in run("new", draft, "--repeal", "FI-FTZ-2021-14b").output


def test_a_place_or_row_that_is_unknown(tmp_path):
    wrong = run("new", tmp_path / "a.yaml", "--repeal", "FI-FTZ-2021-99")
    assert wrong.exception.code == "unknown_reference"
    wrong = run("new", tmp_path / "a.yaml", "--repeal", "FI-FTZ-2021-14b", "--place", "atlantis")
    assert wrong.exception.code == "unknown_place"
    assert not list(tmp_path.iterdir())
