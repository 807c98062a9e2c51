"""Links to one saved answer: pinned, scoped, expiring, revocable."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from openzone.errors import OpenZoneError
from openzone.office import cases, shares
from openzone.office.belongings import ErasedError, NotFoundError
from openzone.office.permission import AccessError
from openzone.office.shares import ShareEndedError
from openzone.store import schema, sealed
from openzone.store.rebuilding import differing_tables, rebuild
from openzone.store.tables.cases import share_tokens
from tests.office.asking import CARS, CLINIC, call, laws, person


@pytest.fixture
def firm(store):
    return person(store)


@pytest.fixture
def case(store, firm):
    return cases.save(store, laws(), firm, call(), cases.Question(CARS))


def made(store, firm, case, **more):
    return shares.create(store, firm, call(), case, **more)


def test_a_link_shows_the_answer_as_it_was_saved_and_no_facts(store, firm, case):
    before = cases.read(store, firm, case)
    cases.recheck(store, laws(), firm, call(), case)
    shown = shares.opened(store, made(store, firm, case)["token"])
    assert shown["answer"] == before["answer"]
    assert shown["law"]["hash"] == before["law"]["hash"]
    assert "facts" not in shown and "checks" not in shown and "owner" not in shown


def test_a_link_shows_the_facts_where_it_was_made_so(store, firm, case):
    assert shares.opened(store, made(store, firm, case, with_facts=True)["token"])["facts"] == CARS


def test_the_token_is_shown_once_and_only_its_hash_is_kept(store, firm, case):
    first = shares.create(store, firm, "one-call", case)
    again = shares.create(store, firm, "one-call", case)
    assert first["token"] and again["token"] is None and again["id"] == first["id"]
    with store.reading() as connection:
        tables = (*schema.metadata.sorted_tables,)
        held = [str(row) for table in tables for row in connection.execute(select(table))]
    assert not any(first["token"] in row for row in held)


def test_an_expired_link_shows_nothing(store, firm, case, clock):
    token = made(store, firm, case, days=2)["token"]
    clock.on(days=2, seconds=-1)
    assert shares.opened(store, token)
    clock.on(seconds=1)
    with pytest.raises(ShareEndedError, match="has expired"):
        shares.opened(store, token)


def test_a_revoked_link_shows_nothing_and_others_still_do(store, firm, case):
    one, other = made(store, firm, case), made(store, firm, case)
    first = shares.revoke(store, firm, call(), case, one["id"])
    with pytest.raises(ShareEndedError, match="was revoked"):
        shares.opened(store, one["token"])
    assert shares.opened(store, other["token"])
    assert shares.revoke(store, firm, call(), case, one["id"]) == first
    assert len(store.events(kinds=["share.revoked"])) == 1


def test_uses_are_counted_apart_from_the_journal(store, firm, case):
    made_one = made(store, firm, case)
    before = store.checkpoint().count
    for _ in range(3):
        shares.opened(store, made_one["token"])
    (line,) = shares.listed(store, firm, case)
    assert (line["uses"], line["used_at"] is not None) == (3, True)
    assert "token" not in line and "hash" not in line
    assert store.checkpoint().count == before


@pytest.mark.parametrize("token", ["", "no-such-token", "x" * 5000, "é", "\x00"])
def test_no_other_text_opens_anything(store, firm, case, token):
    made(store, firm, case)
    with pytest.raises(NotFoundError):
        shares.opened(store, token)


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_a_link_must_end(store, firm, case, days):
    with pytest.raises(OpenZoneError) as caught:
        made(store, firm, case, days=days)
    assert caught.value.code == "out_of_range"


def test_another_firm_makes_sees_and_revokes_no_links_of_a_case(store, firm, case):
    other, share = person(store), made(store, firm, case)
    for act in (
        lambda: made(store, other, case),
        lambda: shares.listed(store, other, case),
        lambda: shares.revoke(store, other, call(), case, share["id"]),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert shares.opened(store, share["token"])


def test_a_link_of_another_case_is_not_revoked_through_ones_own(store, firm, case):
    other = person(store)
    own = cases.save(store, laws(), other, call(), cases.Question(CLINIC))
    share = made(store, firm, case)
    with pytest.raises(NotFoundError):
        shares.revoke(store, other, call(), own, share["id"])


def test_an_auditor_reads_cases_and_shares_none(store, case):
    with pytest.raises(AccessError):
        made(store, person(store, "auditor"), case)


def test_an_erased_answer_is_shown_to_nobody(store, firm, case):
    share = made(store, firm, case, with_facts=True)
    with store.writing() as writing:
        sealed.erase(writing.connection, firm.id)
    with pytest.raises(ErasedError):
        shares.opened(store, share["token"])
    with pytest.raises(ErasedError):
        made(store, firm, case)


def test_links_outlive_a_rebuild_of_the_tables(store, firm, case):
    share, ended = made(store, firm, case), made(store, firm, case)
    shares.revoke(store, firm, call(), case, ended["id"])
    shares.opened(store, share["token"])
    before = shares.listed(store, firm, case)
    assert differing_tables(store) == []
    rebuild(store)
    assert shares.listed(store, firm, case) == before
    with store.reading() as connection:
        assert len(connection.execute(select(share_tokens)).all()) == 2


def test_the_journal_tells_who_shared_what_until_when(store, firm, case):
    share = made(store, firm, case, with_facts=True)
    (event,) = store.events(kinds=["share.created"])
    assert (event.event.actor, event.event.subject) == (firm.id, case)
    assert event.event.payload["expires_at"] == share["expires_at"]
    assert share["token"] not in json.dumps(event.as_dict())
