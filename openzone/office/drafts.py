"""Reforms that the office drafts, as laws that saved questions and jobs may be asked of.

One revision is named, `r-12ab@3`, never whatever stands now: its text stays, so an answer can be
had again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select

from openzone.office.callers import Caller
from openzone.office.laws import Drafted, Laws
from openzone.office.permission import check
from openzone.store.store import Store
from openzone.store.tables.reforms import revisions

NAME = re.compile(r"(?P<reform>[^@]{1,200})@(?P<number>[1-9][0-9]{0,5})")
READ = "reform.read"


def drafted(store: Store) -> Drafted:
    """What gives the text of a revision by its name; None where there is none."""

    def text_of(name: str) -> str | None:
        found = NAME.fullmatch(name)
        if found is None:
            return None
        query = select(revisions.c.text).where(
            revisions.c.reform == found["reform"], revisions.c.number == int(found["number"])
        )
        with store.reading() as connection:
            text: str | None = connection.execute(query).scalar()
        return text

    return text_of


def check_readable(laws: Laws, caller: Caller, names: Sequence[str]) -> None:
    """Refuse drafts to whoever may not read them. Raises AccessError."""
    if any(name not in laws.book.reforms and NAME.fullmatch(name) for name in names):
        check(caller, READ)
