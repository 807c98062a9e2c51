"""The algebra of laws: time, patches that compose, openings that never tighten."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from openzone.decide.facts import Case
from openzone.decide.frame import Frame
from openzone.decide.single import decide
from openzone.regimes.registry import REGIMES
from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.hashing import body_hash
from openzone.rulebook.law import Law
from openzone.rulebook.patching import fit_faults, scope_rows
from tests.strategies import worlds
from tests.strategies.books import drawn_book, knowns
from tests.strategies.laws import TODAY, as_public, asked, drawn_cases, few, told, told_by
from tests.strategies.picking import Drawn, Pick
from tests.strategies.reforms import KINDS, drawn_change, drawn_reform, reform_of, stamped

CASES = 6


def differing(
    pick: Pick, one: Law, other: Law, regimes: tuple[str, ...] = tuple(REGIMES)
) -> list[Case]:
    """Of some drawn cases those that the two laws answer otherwise."""
    found = []
    for regime in regimes:
        mine, theirs = asked(one, regime), Frame(other, REGIMES[regime])
        cases = drawn_cases(pick, mine, CASES)
        found += [case for case in cases if told_by(mine.frame, case) != told_by(theirs, case)]
    return found


@few(6)
@given(st.data())
def test_a_document_published_after_the_day_known_changes_no_answer(data: Any) -> None:
    pick = Drawn(data.draw)
    book = drawn_book(pick)
    known = pick.one(knowns(book))
    cut = as_public(book, known)
    reforms = [drawn_reform(pick, book, "REF")]
    reforms = [one for one in reforms if not fit_faults(cut, one)]
    assert differing(pick, Law(book, known, reforms), Law(cut, known, reforms)) == []
    assert differing(pick, Law(cut, known, reforms), Law(book, known, reforms)) == []


def touched(book: Book, reform: m.Reform) -> set[str]:
    """What a reform acts on: rows, parameters, places."""
    found = set()
    for change in reform.changes:
        found |= {*scope_rows(book, change), *change.instead_of}
        found |= {str(name) for name in (change.parameter, change.territory) if name}
    return found


@few(6)
@given(st.data())
def test_reforms_of_different_rows_give_the_same_law_in_either_order(data: Any) -> None:
    pick = Drawn(data.draw)
    book = drawn_book(pick)
    one, other = drawn_reform(pick, book, "ONE"), drawn_reform(pick, book, "OTHER")
    assume(one.changes and other.changes and touched(book, one).isdisjoint(touched(book, other)))
    # The review takes the first row that is hit, so there the order of additions counts.
    regimes = ("capital", "services")
    first, second = Law(book, TODAY, [one, other]), Law(book, TODAY, [other, one])
    assert differing(pick, first, second, regimes) == []


@few(6)
@given(st.data())
def test_the_repeal_of_what_a_reform_added_restores_the_law(data: Any) -> None:
    pick = Drawn(data.draw)
    book = drawn_book(pick)
    drawn = drawn_reform(pick, book, "ADDING", ("add", "opening"))
    # What a row says of the codes of its tags is known of them ever after, so here it says nothing.
    changes = tuple(dataclasses.replace(change, industry=()) for change in drawn.changes)
    adding = dataclasses.replace(drawn, changes=changes, body_hash=body_hash(changes))
    assume(changes)
    lifted = tuple(f"{adding.id}#{change.id}" for change in changes)
    repeal = (m.Change("lift", pick.one(("repeal", "suspend")), rows=lifted),)
    lifting = reform_of("LIFTING", repeal, adding.in_force, adding.territory)
    assert differing(pick, Law(book, TODAY, [adding, lifting]), Law(book, TODAY)) == []


@few(6)
@given(st.data())
def test_the_hash_of_a_body_does_not_depend_on_scope_words_or_order(data: Any) -> None:
    pick = Drawn(data.draw)
    book = drawn_book(pick)
    reform = drawn_reform(pick, book, "BODY", KINDS)
    elsewhere = reform_of("OTHER", tuple(reversed(reform.changes)), worlds.span(pick), ("port",))
    worded = [dataclasses.replace(c, title=m.Text("新", "new"), line=7) for c in reform.changes]
    assert reform.body_hash == elsewhere.body_hash == body_hash(worded)


STRICT = ("prohibited", "denied_share", "denied_vehicle", "denied_relative_control",
          "denied_single_cap", "denied_condition")  # fmt: skip


def strictness(outcome: str) -> int:
    """The rank of a denial; all that denies nothing comes after."""
    return STRICT.index(outcome) if outcome in STRICT else len(STRICT)


@few(6)
@given(st.data())
def test_an_opening_never_makes_an_answer_stricter(data: Any) -> None:
    pick = Drawn(data.draw)
    book = drawn_book(pick)
    rows = [row.id for row in book.rows if row.table == "capital"]
    drawn = drawn_change(pick, book, "open", "opening")
    table = book.tables["capital"]
    known = {"place", "date", *table.inputs, *(fact.fact for fact in table.facts)}
    opening = dataclasses.replace(
        drawn, table="capital", effect="open_with_approval", outcome=None,
        conditions=tuple(one for one in drawn.conditions if one.fact in known),
        params=(("foreign_total_max_percent", 100),),
        instead_of=tuple(pick.some(rows, 3, 1)),
    )  # fmt: skip
    places = tuple(pick.some(worlds.PLACES, 2))
    blank = reform_of("OPENING", (), worlds.span(pick), places)
    reform = dataclasses.replace(blank, changes=(stamped(book, blank, opening),))
    before = asked(Law(book, TODAY), "capital")
    after = Frame(Law(book, TODAY, [reform]), REGIMES["capital"])
    for case in drawn_cases(pick, before, 2 * CASES):
        was, becomes = decide(before.frame, case), decide(after, case)
        if not was.needs and not becomes.needs:
            assert strictness(becomes.outcome) >= strictness(was.outcome), (case, told(was))
