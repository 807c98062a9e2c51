"""The rows and the cases that peers can express: one day, three lists, every fact given.

The day lies before the first pilot, so the rows of the lists are the whole law of that day. Left
out, because no peer has it: missing facts (`needs`), the places inside a place, the trace of rows
that came close, reforms on top.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.lawtables import Stand, Terms, silence, stand, standing, terms
from benchmarks.population import Chunk, Menu, as_cases, chunks, micro_text
from openzone.decide.case import read_case
from openzone.decide.facts import Case
from openzone.decide.frame import Frame
from openzone.decide.single import decide
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, Row

DAY = dt.date(2024, 6, 1)
TABLE = "capital"
PLACES = {"national": "", "ftz": "ftz:shanghai", "hainan": "hainan"}
BOARDS = (0, 400_000, 500_000, 600_000, MILLION)
PEOPLE = ("CN", "US")


@dataclass(frozen=True)
class PeerCase:
    """A case with every fact, for us and for a peer, and the outcome that both must give."""

    case: Case
    raw: dict[str, Any]
    list: str
    outcome: str

    @property
    def facts(self) -> dict[str, Any]:
        """The facts under their names; shares in whole millionths."""
        return dict(self.case.facts)


def stands(law: Law) -> dict[str, Stand]:
    """The list that each of the three kinds of place has on the day."""
    found = {}
    for name, place in PLACES.items():
        inside = law.territories.ancestors(place, DAY, law.known) if place else frozenset()
        here = stand(law, TABLE, inside, DAY)
        if here.list != name or here.overlays:
            raise ValueError(f"on {DAY} the list of '{place}' is {here.list}, with pilots")
        found[name] = here
    return found


def standing_rows(law: Law) -> Iterator[tuple[str, str, list[Row]]]:
    """For each list and tag, the rows that stand: the rows in force, special ones applied."""
    lineages = law.book.vocabulary.lineages
    for name, here in stands(law).items():
        for tag, lineage in lineages.items():
            yield name, tag, standing(here, lineage)


def standing_terms(law: Law) -> Iterator[tuple[str, str, Terms]]:
    """For each list and tag, the tests of the rows that stand."""
    here = stands(law)
    for name, tag, rows in standing_rows(law):
        yield name, tag, terms(law, here[name], rows, silence(law, here[name], TABLE))


def peer_cases(frame: Frame, menu: Menu, count: int) -> list[PeerCase]:
    """Seeded cases of the day with every fact, `count` that our engine answers without asking."""
    found: list[PeerCase] = []
    names = list(PLACES)
    for chunk in chunks(menu, 8 * count):
        for number, raw in enumerate(_filled(menu, chunk)):
            listed = names[number % 3]
            if PLACES[listed]:
                raw["place"] = PLACES[listed]
            case = read_case(frame, raw, DAY)
            decision = decide(frame, case)
            if not decision.needs:
                found.append(PeerCase(case, raw, listed, decision.outcome))
            if len(found) == count:
                return found
    return found


def _filled(menu: Menu, chunk: Chunk) -> Iterator[dict[str, Any]]:
    for number, raw in enumerate(as_cases(menu, chunk)):
        raw.pop("place", None)
        raw["date"] = DAY.isoformat()
        raw.setdefault("largest_single_foreign", raw["foreign_share"])
        raw.setdefault("legal_rep_nationality", PEOPLE[number % 2])
        raw.setdefault("vehicle", "company")
        raw.setdefault("form", "new")
        raw["manager_nationality"] = PEOPLE[number // 2 % 2]
        raw["board_host_share"] = micro_text(BOARDS[number % len(BOARDS)])
        yield raw
