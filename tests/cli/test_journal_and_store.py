"""`openzone journal` and `openzone store`, from the door."""

import json
import os
import stat
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from openzone.cli.main import openzone
from openzone.errors import OpenZoneError
from openzone.store.store import Store
from tests.store import counting
from tests.tidy import tree


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder of data with a store of five events in it, and a key."""
    monkeypatch.delenv("OPENZONE_STORE", raising=False)
    monkeypatch.delenv("OPENZONE_SIGNING_KEY", raising=False)
    monkeypatch.setenv("OPENZONE_DATA", str(tmp_path))
    store = counting.opened(f"sqlite:///{tmp_path}/openzone.db")
    for number in range(1, 6):
        counting.record(store, f"e-{number}", subject=f"s-{number % 2}", actor=f"u-{number}")
    store.close()
    ran = CliRunner().invoke(openzone, ["journal", "key", "--name", "zone.example"])
    (tmp_path / "public.key").write_text(ran.stdout)
    return tmp_path


def run(*arguments, code=0):
    ran = CliRunner().invoke(openzone, list(map(str, arguments)))
    if isinstance(ran.exception, OpenZoneError) and code == 2:
        return str(ran.exception)
    assert ran.exit_code == code, (ran.output, ran.exception)
    return ran.stdout + (ran.stderr if code == 2 else "")


def change(data, statement):
    store = Store.opened(f"sqlite:///{data}/openzone.db")
    with store.writing() as writing:
        writing.connection.execute(text(statement))
    store.close()


# ---- journal ---------------------------------------------------------------------------------


def test_a_journal_that_holds_is_told_so_with_what_was_not_verified(data):
    said = run("journal", "verify")
    assert "the journal holds: 5 events" in said
    assert "no checkpoint was given" in said


def test_an_altered_event_is_named(data):
    change(data, "UPDATE events SET actor = 'u-9' WHERE seq = 3")
    assert "[event_altered] event 3" in run("journal", "verify", code=1)
    told = json.loads(run("journal", "verify", "--json", code=1))
    assert told["holds"] is False
    assert [(one["code"], one["seq"]) for one in told["findings"]] == [("event_altered", 3)]


def test_a_checkpoint_is_made_kept_and_verified_against(data):
    run("journal", "checkpoint", "--out", data / "note.txt")
    said = run("journal", "verify", "--checkpoint", data / "note.txt")
    assert "the signatures were not verified" in said
    said = run("journal", "verify", "--checkpoint", data / "note.txt", "--key", data / "public.key")
    assert "against 1 checkpoints" in said
    assert "not verified" not in said
    assert (data / "note.txt").read_text("utf-8").startswith("openzone/")


def test_events_that_were_removed_show_against_a_checkpoint(data):
    run("journal", "checkpoint", "--out", data / "note.txt")
    change(data, "DELETE FROM events WHERE seq = 5")
    said = run("journal", "verify", "--checkpoint", data / "note.txt", code=1)
    assert "[events_removed] the checkpoint of" in said


def test_an_altered_checkpoint_is_refused(data):
    run("journal", "checkpoint", "--out", data / "note.txt")
    note = (data / "note.txt").read_text("utf-8")
    (data / "note.txt").write_text(note.replace("\n5\n", "\n4\n"), "utf-8")
    told = run("journal", "verify", "--checkpoint", data / "note.txt", "--key",
               data / "public.key", code=2)  # fmt: skip
    assert "the signature does not hold" in told
    assert "note.txt" in told


def test_a_service_is_verified_with_a_key_from_the_environment_only(data, monkeypatch):
    monkeypatch.delenv("OPENZONE_API_KEY", raising=False)
    ran = CliRunner().invoke(openzone, ["journal", "verify", "--service", "https://127.0.0.1:1"])
    assert ran.exit_code == 2 and "OPENZONE_API_KEY" in ran.stderr
    monkeypatch.setenv("OPENZONE_API_KEY", "oz_secret")
    assert "in the open" in run("journal", "verify", "--service", "http://zone.example", code=2)
    assert "does not answer" in run("journal", "verify", "--service", "https://127.0.0.1:1", code=2)


def test_the_key_is_for_its_owner_only_and_is_not_written_over(data):
    path = data / "journal.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = path.read_text("utf-8")
    assert "there is a file" in run("journal", "key", code=2)
    assert path.read_text("utf-8") == held
    public = (data / "public.key").read_text("utf-8")
    assert public.startswith("zone.example+")
    assert run("journal", "key", "--public") == public
    assert held.strip().split("+", 4)[4] not in public


def test_a_key_with_a_name_that_cannot_be_is_refused(data):
    said = run("journal", "key", "--key", data / "new.key", "--name", "two words", code=2)
    assert "no name of a key" in said


def test_without_a_key_there_is_no_checkpoint(data):
    said = run("journal", "checkpoint", "--key", data / "none.key", code=2)
    assert "openzone journal key" in said


@pytest.mark.parametrize("own", [False, True])
def test_an_event_is_proven_and_the_proof_checked_without_the_store(data, tmp_path, own):
    run("journal", "checkpoint", "--out", data / "note.txt")
    more = ["--checkpoint", data / "note.txt"] if own else []
    run("journal", "proof", 3, "--out", data / "proof.json", *more)
    (data / "openzone.db").unlink()
    said = run("journal", "check", data / "proof.json", "--key", data / "public.key")
    assert "the proof holds: event 3 of openzone/" in said
    assert "among the 5 events" in said
    told = json.loads(
        run("journal", "check", data / "proof.json", "--key", data / "public.key", "--json")
    )
    assert told["event"]["id"] == "e-3"


def test_a_proof_that_was_altered_does_not_hold(data):
    run("journal", "proof", 3, "--out", data / "proof.json")
    held = (data / "proof.json").read_text("utf-8")
    (data / "proof.json").write_text(held.replace("u-3", "u-4"), "utf-8")
    said = run("journal", "check", data / "proof.json", "--key", data / "public.key", code=2)
    assert "the proof does not hold" in said


@pytest.mark.parametrize("seq", [6, 1000])
def test_there_is_no_proof_of_an_event_that_is_not_there(data, seq):
    assert "holds no such event" in run("journal", "proof", seq, code=2)


@pytest.mark.parametrize("seq", ["0", "-1", "x"])
def test_what_is_no_number_of_an_event_is_refused(data, seq):
    assert "SEQ" in run("journal", "proof", "--", seq, code=2)


def test_events_are_shown_with_filters(data):
    assert len(run("journal", "show").splitlines()) == 5
    assert [line.split()[0] for line in run("journal", "show", "--after", 2).splitlines()] == [
        "3", "4", "5"]  # fmt: skip
    assert len(run("journal", "show", "--subject", "s-1").splitlines()) == 3
    assert len(run("journal", "show", "--actor", "u-2").splitlines()) == 1
    assert run("journal", "show", "--kind", "other") == ""
    assert len(run("journal", "show", "--limit", 2).splitlines()) == 2
    lines = [json.loads(line) for line in run("journal", "show", "--json").splitlines()]
    assert [one["seq"] for one in lines] == [1, 2, 3, 4, 5]
    assert lines[0]["payload"] == {"number": 1}


@pytest.mark.parametrize("arguments", [["verify"], ["show"], ["checkpoint"], ["proof", "1"]])
def test_a_store_that_is_not_there_is_told_and_not_made(data, arguments):
    missing = data / "other.db"
    assert "there is no store" in run("journal", *arguments, "--store", missing, code=2)
    assert not missing.exists()


def test_a_file_that_is_not_there_is_told(data):
    assert "cannot be read" in run("journal", "verify", "--checkpoint", data / "no.txt", code=2)


# ---- store -----------------------------------------------------------------------------------


def test_the_state_of_a_store_is_told(data):
    told = json.loads(run("store", "status", "--json"))
    assert (told["database"], told["version"], told["events"]) == ("sqlite", "0001", 5)
    assert f"events    {told['events']}" in run("store", "status")


def test_a_store_is_named_by_the_environment_too(data, monkeypatch):
    monkeypatch.setenv("OPENZONE_STORE", str(data / "openzone.db"))
    monkeypatch.setenv("OPENZONE_DATA", str(data / "elsewhere"))
    assert json.loads(run("store", "status", "--json"))["events"] == 5


def test_a_store_of_this_version_needs_no_upgrade(data):
    assert "nothing to do" in run("store", "upgrade")


def test_tables_that_differ_are_named_and_made_anew(data):
    assert "are what the journal says" in run("store", "rebuild", "--check")
    change(data, "UPDATE test_totals SET total = 100")
    assert "test_totals: differs" in run("store", "rebuild", "--check", code=1)
    assert "made anew from 5 events" in run("store", "rebuild")
    assert "are what the journal says" in run("store", "rebuild", "--check")


def test_a_backup_is_restored_into_a_new_store(data):
    said = run("store", "backup", data / "zone.zip")
    assert "5 events" in said
    new = data / "new.db"
    assert run("store", "restore", data / "zone.zip", "--store", new) == said
    run("journal", "checkpoint", "--out", data / "note.txt")
    assert "holds: 5 events" in run(
        "journal", "verify", "--store", new, "--checkpoint", data / "note.txt"
    )
    assert "not empty" in run("store", "restore", data / "zone.zip", "--store", new, code=2)
    assert "there is a file" in run("store", "backup", data / "zone.zip", code=2)


def test_a_damaged_backup_is_refused_and_makes_no_store(data):
    run("store", "backup", data / "zone.zip")
    whole = (data / "zone.zip").read_bytes()
    (data / "zone.zip").write_bytes(whole[: len(whole) // 2])
    said = run("store", "restore", data / "zone.zip", "--store", data / "new.db", code=2)
    assert "cannot be restored" in said
    assert not (data / "new.db").exists()


@pytest.mark.parametrize("verb", ["status", "upgrade", "rebuild", "backup"])
def test_a_verb_for_a_store_makes_none(data, verb):
    more = [data / "zone.zip"] if verb == "backup" else []
    said = run("store", verb, *more, "--store", data / "other.db", code=2)
    assert "there is no store" in said
    assert not (data / "other.db").exists()
    assert not (data / "zone.zip").exists()


def test_help_of_both_is_given_without_a_database(tmp_path):
    for name in ("journal", "store"):
        code = ("import sys; from openzone.cli.main import openzone\n"
                f"openzone(['{name}', '--help'], standalone_mode=False)\n"
                "assert not {'sqlalchemy', 'cryptography'} & set(sys.modules)")  # fmt: skip
        environment = os.environ | {"PYTHONPATH": str(tree.ROOT)}
        subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment,
                       stdout=subprocess.DEVNULL)  # fmt: skip


@pytest.mark.postgres
def test_the_verbs_work_on_postgresql_and_hide_its_password(postgres_url, tmp_path):
    counting.opened(postgres_url).close()
    told = json.loads(run("store", "status", "--store", postgres_url, "--json"))
    assert (told["database"], told["events"]) == ("postgresql", 0)
    assert "holds: 0 events" in run("journal", "verify", "--store", postgres_url)
    run("store", "backup", tmp_path / "zone.zip", "--store", postgres_url)
    run("store", "restore", tmp_path / "zone.zip", "--store", tmp_path / "new.db")
    said = run("store", "status", "--store", "postgresql://u:hidden@127.0.0.1:1/d", code=2)
    assert "hidden" not in said


def test_a_password_in_a_file_completes_the_url_of_the_environment(tmp_path, monkeypatch):
    from openzone.store.places import default_url

    (tmp_path / "secret").write_text("p@ss/word\n")
    monkeypatch.delenv("OPENZONE_STORE_PASSWORD", raising=False)
    monkeypatch.setenv("OPENZONE_STORE", "postgresql://zone@db/zone")
    assert default_url() == "postgresql://zone@db/zone"
    monkeypatch.setenv("OPENZONE_STORE_PASSWORD_FILE", str(tmp_path / "secret"))
    assert default_url() == "postgresql://zone:p%40ss%2Fword@db/zone"
    monkeypatch.setenv("OPENZONE_STORE", "postgresql://zone:own@db/zone")
    assert default_url() == "postgresql://zone:own@db/zone"
    monkeypatch.setenv("OPENZONE_STORE", str(tmp_path / "zone.db"))
    monkeypatch.delenv("OPENZONE_STORE_PASSWORD_FILE")
    assert default_url() == str(tmp_path / "zone.db")
