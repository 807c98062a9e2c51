"""The worked cases of the bundled book, and decisions of them that are the same on every day."""

import datetime as dt
from functools import cache

from openzone.decide.single import Decision
from openzone.regimes.asking import Desk
from openzone.rulebook.books import book_folder, load_book
from openzone.rulebook.reading import read_yaml

KNOWN = dt.date(2026, 11, 23)


@cache
def book():
    return load_book("cn")


@cache
def cases():
    """Answer every worked case by id, as a caller would send it."""
    found = {}
    for path in sorted(book_folder("cn").glob("*/cases/*.yaml")):
        file = read_yaml(path).value
        for case in file["cases"]:
            found[case["id"]] = {"id": case["id"], "regime": file["regime"], **case["given"]}
    return found


@cache
def desk(known=KNOWN):
    return Desk(book(), known=known, today=KNOWN)


def decision(case, known=KNOWN, **changed) -> Decision:
    """Answer the decision of a worked case, some of its fields changed, or of a case given."""
    raw = cases()[case] if isinstance(case, str) else case
    return desk(known).decision({**raw, **changed})
