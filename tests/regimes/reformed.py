"""A desk under a reform drawn up in a test, and answers held against a sheet of cases."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from openzone.regimes.asking import Desk
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import body_hash, row_hash
from openzone.rulebook.reading import read_yaml

DAY = dt.date(2026, 11, 23)
ABSENT = "the fact sheets do not stand beside the project"
REMARKS = ("why", "note")


def under(regime, *changes, territory, start=dt.date(2026, 1, 1)):
    """A desk under a reform of changes, each with the hashes of the rows that it was read on."""
    book = load_book("cn")
    changes = tuple(
        dataclasses.replace(
            one, was=tuple((id, _hash(book, id, start)) for id in (*one.rows, *one.instead_of))
        )
        for one in changes
    )
    reform = m.Reform(
        "TRY", m.Text("试", "try"), "draft", changes, territory,
        m.Interval(start, None), m.Authorisation(False), body_hash(changes),
    )  # fmt: skip
    return Desk(book, known=DAY, reforms=(reform,), today=DAY, regime=regime)


def _hash(book, id, day):
    return next(row_hash(one) for one in book.versions(id) if one.in_force.holds(day))


def sheet_cases(sheet):
    """The cases of a sheet; one that is skipped when the sheet is absent."""
    if not sheet.is_file():
        return [pytest.param({}, marks=pytest.mark.skip(reason=ABSENT))]
    return [pytest.param(one, id=one["id"]) for one in read_yaml(sheet).value["cases"]]


def agrees(found, expect):
    """Compare an answer with what a sheet expects: figures as numbers, words as words."""
    told = {**found["effects"], "verdict": found["verdict"], "outcome": found["outcome"]}
    for name, wanted in expect.items():
        if name in REMARKS:
            continue
        if isinstance(wanted, (int, Decimal)) and not isinstance(wanted, bool):
            assert Decimal(str(told[name])) == Decimal(wanted), name
        else:
            assert told[name] == wanted, name
