"""The facts of a case that are read together: counts, volumes, what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openzone.decide.dmn.ground import Ground, ground
from openzone.decide.dmn.reading import declared, number, value_of
from openzone.decide.dmn.regime import Reading
from openzone.decide.dmn.sheet import Facts, NotingFacts
from openzone.errors import Fault
from openzone.rulebook.model import Condition, Row

TABLE = "data"
VOLUME = "data_volume"
LISTS = "data_lists"
DUTIES = "data_duties"
ROUTES = "data_routes"
ALTERNATIVE = "data_alternative"
TABLES = (TABLE, VOLUME, LISTS, DUTIES, ROUTES, ALTERNATIVE)

COVERED = "zone_sector_covered"
LIST_HELD = "zone_list_held"
BY_VOLUME = "important_by_volume"
VOLUME_ALL = "volume_all"
ROUTE = "route"
DECIDING_RULE = "deciding_rule"

VOLUME_OF = {
    "volume_nonsensitive": "nonsensitive",
    "volume_sensitive": "sensitive",
    "volume_special_sensitive": "special_sensitive",
}
"""Persons in the data: without a statement, those of the counter."""

SUMMED = ("volume_nonsensitive", "volume_sensitive")
"""The parts of `volume_all`; the special class is a part of the sensitive."""

PART_OF = {"special_sensitive": "sensitive", "volume_special_sensitive": "volume_sensitive"}

COUNTED_IN = (*((counter, volume) for volume, counter in VOLUME_OF.items()),
              ("special_sensitive", "volume_sensitive"))  # fmt: skip
"""A counter with a volume that it is a part of: exempt transfers are left out of counters only."""


def check_parts(reading: Reading) -> None:
    """Refuse a part that is greater than its whole, where both are told."""
    for part, whole in PART_OF.items():
        less, more = (number(reading.given.get(name), 0) for name in (part, whole))
        if less is not None and more is not None and less > more:
            reading.fault(
                "contradiction",
                f"'{part}' is a part of '{whole}', and is greater",
                part,
                expected=f"at most {more}, the value of '{whole}'",
                next=f"correct '{part}' or '{whole}'",
            )


def below_counters(facts: Mapping[str, Any]) -> Iterator[Fault]:
    """The volumes that are less than a counter of the same persons."""
    for counter, volume in COUNTED_IN:
        least, told = facts.get(counter), facts.get(volume)
        if least is not None and told is not None and told < least:
            message = f"'{volume}' leaves out nothing that '{counter}' counts, and is less"
            yield Fault("contradiction", message, field=volume, seen=told,
                        expected=f"at least {least}, the value of '{counter}'",
                        next=f"correct '{volume}' or '{counter}'")  # fmt: skip


def lists_to_come(here: Ground) -> tuple[Row, ...]:
    """Where no list is in force: the lists of the place whose first day is known and lies ahead.

    A list whose day of issue is not on record may have begun before the day that stands for it.
    """
    held: tuple[Row, ...] | None = here.memo.get(COVERED)
    if held is None:
        documents = here.law.book.documents
        rows = () if here.sheet(LISTS).rows else here.law.rows
        held = here.memo[COVERED] = tuple(
            row
            for row in rows
            if row.table == LISTS
            and row.in_force.start is not None
            and row.in_force.start > here.on
            and row.document in documents
            and documents[row.document].issued is not None
            and any(not here.inside.isdisjoint(one.values) for one in row.conditions)
        )
    return held


def check_covered(reading: Reading) -> None:
    """Refuse a coverage by the list of a place on a day before its first list."""
    law, on = reading.law, reading.on
    fact = declared(law, (TABLE,)).get(COVERED)
    if fact is None or value_of(fact, reading.given.get(COVERED), []) is not True:
        return
    here = ground(law, on, law.territories.around(reading.places, on, law.known))
    for row in lists_to_come(here)[:1]:
        message = f"'{COVERED}' is true, and the first list of the place begins later"
        begins = f"{row.in_force.start}, the first day of {row.document}"
        reading.fault("contradiction", message, COVERED, expected=f"false before {begins}",
                      next=f"correct '{COVERED}' or 'date'")  # fmt: skip


def working_copy(facts: Facts) -> Facts:
    """The facts, open to what follows from them; a part that is told raises its whole."""
    if isinstance(facts, NotingFacts):
        noting = NotingFacts(facts)
        noting.read = facts.read
        full: Facts = noting
    else:
        full = Facts(facts)
    for part, whole in PART_OF.items():
        less = dict.get(facts, part)  # not `facts.get`, which notes what is read
        if less and less > dict.get(facts, whole, less):
            full[whole] = less  # while a missing whole is completed
    return full


def add_volumes(full: Facts) -> None:
    """Set the volumes that are not told, and their sum. Raises where a counter is missing."""
    for volume, counter in VOLUME_OF.items():
        if volume not in full:
            full[volume] = full[counter]
    full[VOLUME_ALL] = sum(full[name] for name in SUMMED)


def volumes_told(facts: Mapping[str, object]) -> dict[str, object]:
    """The volumes that follow from counters that are told."""
    return {volume: facts[count] for volume, count in VOLUME_OF.items() if count in facts}


def bounds(conditions: Iterable[Condition], facts: Iterable[str]) -> set[int]:
    """The whole numbers from which on a condition on one of the facts turns."""
    named = frozenset(facts)
    marks: set[int] = set()
    for one in conditions:
        if one.fact in named and one.kind == "between":
            marks |= {int(bound) for bound in (one.min, one.below) if bound is not None}
            marks |= {int(bound) + 1 for bound in (one.above, one.max) if bound is not None}
    return marks
