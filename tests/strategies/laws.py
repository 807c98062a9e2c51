"""Drawn laws: a book, the day it is known on, reforms on top; and what was public by then."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import settings

from openzone.decide.case import read_case
from openzone.decide.facts import Case
from openzone.decide.frame import Frame
from openzone.decide.single import Decision, decide
from openzone.errors import CaseError
from openzone.regimes.registry import REGIMES
from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.reform_files import load_reforms
from tests.strategies.books import drawn_book, knowns, with_parts
from tests.strategies.cases import Pool, pool, raw_case
from tests.strategies.picking import Pick
from tests.strategies.reforms import drawn_reform

TODAY = dt.date(2026, 11, 23)
BUNDLED_KNOWN = (TODAY, dt.date(2024, 10, 30), dt.date(2021, 12, 1), dt.date(2020, 6, 30))


@dataclass(frozen=True)
class Asked:
    """A frame with the pool that its cases are drawn from."""

    frame: Frame
    pool: Pool


def few(share: int) -> Callable[[Any], Any]:
    """As many examples as the profile says, divided: for properties whose examples are large."""
    whole = settings.default.max_examples  # a profile is loaded
    return settings(max_examples=max(1, whole // share))


def drawn_law(pick: Pick, reforms: int = 2) -> Law:
    """A drawn book as known on a drawn day, with up to so many reforms on top."""
    book = drawn_book(pick)
    known = pick.one(knowns(book)) if pick.chance(50) else TODAY
    count = pick.one(range(reforms + 1))
    return Law(book, known, [drawn_reform(pick, book, f"REF{n}") for n in range(count)])


@functools.cache
def bundled(number: int, regime: str) -> Asked:
    """The bundled book: known on some days, and once with the reform that is only announced."""
    book = load_book("cn")
    if number == len(BUNDLED_KNOWN):
        return asked(Law(book, TODAY, load_reforms(book, ["PO-2025-SVC-TEL"])), regime)
    return asked(Law(book, BUNDLED_KNOWN[number]), regime)


def drawn_bundled(pick: Pick) -> Asked:
    """One of the bundled laws and regimes."""
    return bundled(pick.one(range(len(BUNDLED_KNOWN) + 1)), pick.one(tuple(REGIMES)))


def asked(law: Law, regime: str) -> Asked:
    """A regime of a law, ready to be asked."""
    frame = Frame(law, REGIMES[regime])
    return Asked(frame, pool(frame))


def drawn_cases(pick: Pick, one: Asked, count: int) -> Iterator[Case]:
    """Cases that hold together; those that are refused are left out."""
    for _ in range(count):
        try:
            yield read_case(one.frame, raw_case(pick, one.pool), TODAY)
        except CaseError:
            continue


def told(decision: Decision) -> tuple[Any, ...]:
    """What a decision says, the order of its rows apart."""
    rows = frozenset((row.id, row.part, row.document) for row in decision.found.rows)
    return decision.outcome, decision.verdict, rows, decision.needs, decision.possible


def told_by(frame: Frame, case: Case) -> tuple[Any, ...]:
    """What a frame says of a case."""
    return told(decide(frame, case))


def as_public(book: Book, known: dt.date) -> Book:
    """The book as if nothing had been published after `known`: later texts are cut out of it."""

    def heard(day: dt.date | None) -> bool:
        return day is None or day <= known

    documents = {id: one for id, one in book.documents.items() if heard(one.known_from)}

    def open_end(one: Any) -> Any:
        if one.ended_by is None or one.ended_by in documents:
            return one
        span = m.Interval(one.in_force.start, None)
        return dataclasses.replace(one, in_force=span, ended_by=None)

    return with_parts(
        book,
        documents={id: open_end(one) for id, one in documents.items()},
        rows=tuple(open_end(row) for row in book.rows if row.document in documents),
        parameters={name: _heard(one, book, heard) for name, one in book.parameters.items()},
        reforms={id: one for id, one in book.reforms.items() if heard(one.known_from)},
    )


def _heard(
    parameter: m.Parameter, book: Book, heard: Callable[[dt.date | None], bool]
) -> m.Parameter:
    """A parameter with the values then public; one holds on until the next that was public."""

    def since(value: m.ParameterValue) -> dt.date | None:
        if value.document is None:
            return value.in_force.start
        return book.documents[value.document].known_from

    kept = [value for value in parameter.values if heard(since(value))]
    cut = {value.in_force.start for value in parameter.values} - {v.in_force.start for v in kept}
    values = tuple(
        dataclasses.replace(value, in_force=m.Interval(value.in_force.start, None))
        if value.in_force.end in cut
        else value
        for value in kept
    )
    return dataclasses.replace(parameter, values=values)
