"""Drafts of the office as laws: one revision by its name, for those who may read it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from openzone.errors import ReformError
from openzone.office import cases, jobs
from openzone.office.cases import Question
from openzone.office.drafts import drafted
from openzone.office.laws import Laws
from openzone.office.permission import AccessError
from openzone.office.reforms import Reforms
from openzone.office.worker import Worker
from openzone.rulebook.books import load_book
from tests.office.asking import call, person
from tests.office.reforms_made import text

CASE = {"regime": "capital", "activity": "fishery.aquaculture", "foreign_share": 1,
        "place": ["zone:harbour"], "date": "2028-01-01"}  # fmt: skip
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def laws(store):
    return Laws(load_book("starter"), lambda: TODAY, drafted(store))


@pytest.fixture
def officer(store):
    return person(store, "reform_officer")


@pytest.fixture
def reform(store, laws, officer):
    return Reforms(store, laws.book).draft(officer, call(), text())


def revised(store, laws, officer, reform):
    office = Reforms(store, laws.book)
    return office.revise(officer, call(), reform["id"], text(cap=30), reform["tag"])


def test_a_case_is_asked_under_one_revision_and_had_again_after_the_next(
    store, laws, officer, reform
):
    name = f"{reform['id']}@1"
    plain = cases.save(store, laws, officer, call(), Question(CASE))
    under = cases.save(store, laws, officer, call(), Question(CASE, reforms=[name]))
    before, after = (cases.read(store, officer, id) for id in (plain, under))
    assert before["outcome"] != after["outcome"]
    assert after["law"]["reforms"][0]["id"] == name
    revised(store, laws, officer, reform)
    fresh = Laws(laws.book, laws.today, drafted(store))
    assert cases.reproduce(store, fresh, officer, under)["found"] == "same"
    second = f"{reform['id']}@2"
    other = cases.recheck(store, fresh, officer, call(), under, on=None, reforms=[second])
    assert other["reforms"][0]["id"] == second


@pytest.mark.parametrize("name", ["{id}", "{id}@0", "{id}@9", "{id}@1 ", "r-none@1", "@1"])
def test_no_other_name_is_a_draft(store, laws, officer, reform, name):
    with pytest.raises(ReformError):
        cases.save(store, laws, officer, call(),
                   Question(CASE, reforms=[name.format(id=reform["id"])]))  # fmt: skip


def test_a_firm_asks_nothing_of_a_draft(store, laws, reform):
    firm, name = person(store), f"{reform['id']}@1"
    with pytest.raises(AccessError):
        cases.save(store, laws, firm, call(), Question(CASE, reforms=[name]))
    own = cases.save(store, laws, firm, call(), Question(CASE))
    with pytest.raises(AccessError):
        cases.recheck(store, laws, firm, call(), own, reforms=[name])
    asked = {"plan": {"id": "p"}, "reforms": [name]}
    with pytest.raises(AccessError):
        jobs.start(store, laws, firm, call(), "compare", asked)
    assert jobs.listed(store, firm) == []


def test_a_job_replays_a_draft(store, laws, officer, reform, tmp_path):
    asked = {"reforms": [f"{reform['id']}@1"], "cases": 500, "first": "2027-01-01",
             "last": "2028-12-31", "seed": 7}  # fmt: skip
    job = jobs.start(store, laws, officer, call(), "replay", asked)["id"]
    assert Worker(store, laws, "starter", folder=tmp_path).once()
    line = jobs.read(store, officer, job)
    assert line["state"] == "done", line
    told = json.loads(b"".join(jobs.result(store, officer, job)[1]))
    assert told["cases"] == 500 and told["changed"] > 0
