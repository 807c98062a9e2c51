"""The worked cases of the bundled book, and decisions of them that are the same on every day."""

import datetime as dt
from functools import cache
from typing import Any

from openzone.decide.explain.explain import explain
from openzone.decide.single import Decision
from openzone.decide.words.explanations import wording
from openzone.regimes.asking import Desk
from openzone.regimes.registry import REGIMES
from openzone.rulebook.books import book_folder, load_book
from openzone.rulebook.reading import read_yaml

KNOWN = dt.date(2026, 11, 23)


@cache
def book():
    return load_book("cn")


@cache
def cases():
    """Answer every worked case whose rows bind activities by id, as a caller would send it."""
    found = {}
    for path in sorted(book_folder("cn").glob("*/cases/*.yaml")):
        file = read_yaml(path).value
        for case in file["cases"] if file["regime"] in REGIMES else ():
            found[case["id"]] = {"id": case["id"], "regime": file["regime"], **case["given"]}
    return found


@cache
def desk(known=KNOWN):
    return Desk(book(), known=known, today=KNOWN)


def decision(case, known=KNOWN, **changed) -> Decision:
    """Answer the decision of a worked case, some of its fields changed, or of a case given."""
    raw = cases()[case] if isinstance(case, str) else case
    return desk(known).decision({**raw, **changed})


def explain_any(decided) -> Any:
    """Answer an explanation, typed so that a test may look into parts that could be absent."""
    return explain(decided)


@cache
def explained_as_it_stands(case) -> Any:
    return explain(decision(case))


def explained(case, **changed) -> Any:
    """Answer the explanation of a worked case, some of its fields changed, or of a case given."""
    if isinstance(case, str) and not changed:
        return explained_as_it_stands(case)
    return explain_any(decision(case, **changed))


def told(case, lang, **changed):
    """Answer the text of an explanation."""
    return wording(explained(case, **changed), lang)


def part(text, heading):
    """Answer the lines under a heading, without their indentation."""
    lines = text.split(f"\n{heading}\n")[1].split("\n\n")[0].split("\n")
    return "\n".join(line.strip() for line in lines)
