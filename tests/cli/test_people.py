"""`openzone people`, from the door: what the operator does when nobody else can."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone
from openzone.errors import OpenZoneError
from openzone.office import people, signing_in
from openzone.office.callers import OPERATOR
from openzone.store.store import Store
from tests.office.conftest import empty_store  # noqa: F401


@pytest.fixture
def data(tmp_path, monkeypatch, empty_store):  # noqa: F811
    """A folder of data with a store of one administrator and one firm."""
    monkeypatch.delenv("OPENZONE_STORE", raising=False)
    monkeypatch.setenv("OPENZONE_DATA", str(tmp_path))
    shutil.copy(empty_store, tmp_path / "openzone.db")
    with opened(tmp_path) as store:
        people.first_administrator(store)
        people.create(store, OPERATOR, "c-1", login="wang", name="王芳")
    return tmp_path


class opened:  # noqa: N801 - reads as a function
    def __init__(self, folder):
        self.store = Store.opened(f"sqlite:///{folder}/openzone.db")

    def __enter__(self):
        return self.store

    def __exit__(self, *_):
        self.store.close()


def run(*arguments):
    ran = CliRunner().invoke(openzone, ["people", *arguments])
    if isinstance(ran.exception, OpenZoneError):
        return ran.exception.code
    assert ran.exit_code == 0, (ran.output, ran.exception)
    return ran.stdout


def test_users_are_listed_with_state_and_roles_and_without_names(data):
    first, second = sorted(run("list").splitlines(), key=lambda line: "wang" in line)
    assert first.split()[1:] == ["active", "admin", "-", "administrator"]
    assert second.split()[1:] == ["active", "wang", "-", "firm"]


def test_a_lost_password_is_reset_by_the_operator(data):
    password = run("reset", "admin").splitlines()[0].removeprefix("one-time password: ")
    with opened(data) as store:
        assert signing_in.sign_in(store, "admin", password).stage == "change"
        assert people.one(store, str(people.by_login(store, "admin"))).roles == ("administrator",)
        assert store.events(kinds=["password.reset"])[0].event.actor == "system"


def test_a_second_administrator_is_appointed_and_no_third(data):
    assert "is an administrator" in run("appoint", "wang")
    with opened(data) as store:
        people.create(store, OPERATOR, "c-2", login="zhao", name="赵")
    assert run("appoint", "zhao") == "four_eyes"


def test_a_login_that_nobody_has_is_refused(data):
    assert run("reset", "nobody") == "unknown_reference"
    assert run("appoint", "nobody") == "unknown_reference"


def test_a_store_that_is_not_there_is_not_made(data, tmp_path):
    assert run("list", "--store", str(tmp_path / "none.db")) == "store_gone"
    assert not (tmp_path / "none.db").exists()
