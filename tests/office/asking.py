"""Callers and laws for tests of what is kept."""

from __future__ import annotations

import datetime as dt
import functools
import secrets

from openzone.office.callers import Caller
from openzone.office.laws import Laws
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.store.store import Store
from tests.office.people_made import user_with

CLINIC = {"regime": "capital", "activity": "health.hospital", "foreign_share": 1.0,
          "place": ["ftz:shanghai-lingang"], "date": "2025-06-01"}  # fmt: skip
CARS = {"regime": "capital", "activity": "auto.passenger", "foreign_share": 0.6,
        "date": "2020-03-01"}  # fmt: skip


@functools.cache
def book() -> Book:
    return load_book("cn")


def laws(today: dt.date = dt.date(2026, 11, 23)) -> Laws:
    return Laws(book(), lambda: today)


def person(store: Store, *roles: str) -> Caller:
    """Somebody signed in with these roles; a firm without any."""
    user = user_with(store, *roles)
    return Caller(user, user, frozenset({*(roles or ("firm",)), "visitor"}), "session", True)


def call() -> str:
    return f"call-{secrets.token_hex(6)}"
