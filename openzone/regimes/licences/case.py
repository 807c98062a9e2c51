"""The fields that the regime reads itself: activities, scope terms, answers, choices, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from openzone.decide.case import place_names, tag_text
from openzone.decide.dmn.regime import Reading
from openzone.decide.facts import WORD_MAX, as_day
from openzone.errors import nearest
from openzone.regimes.licences.items import permit_ids
from openzone.rulebook.law import Law
from openzone.rulebook.model import Interval

OWN: Mapping[str, str] = {
    "scope_terms": "standard scope terms of the plan, a list of words",
    "activities": "industry codes or activity tags of the plan, a list",
    "answers": "the firm's reply to a weak hit: a mapping from permit to yes or no",
    "commitment": "whether the firm takes the route by commitment: true or false, or by permit",
    "bars": "earlier faults: a list of {permit, kind, decided_on, safety, repaired}",
    "dormancy": "dormancy: {periods: [[from, to), ...], request: [from, to)}",
}
BAR_FIELDS = ("permit", "kind", "decided_on", "safety", "repaired")
DORMANCY_FIELDS = ("periods", "request")
TRUTHS = {"yes": True, "no": False, "true": True, "false": False}
LIST_MAX = 200
BARS = "licence_bars"
REGISTRATION = "licence_registration"


@dataclass(frozen=True, slots=True)
class Bar:
    """An earlier fault. `safety`: whether the matter touches public safety; None: not stated."""

    permit: str
    kind: str
    decided_on: dt.date | None
    safety: bool | None
    repaired: bool

    def __str__(self) -> str:
        return f"{self.permit}: {self.kind} {self.decided_on or ''}".strip()


@dataclass(frozen=True, slots=True)
class Dormancy:
    """Earlier periods of dormancy, and the period asked for; half-open."""

    periods: tuple[Interval, ...]
    request: Interval | None

    def __str__(self) -> str:
        earlier = ", ".join(map(str, self.periods))
        return " + ".join(part for part in (earlier, str(self.request or "")) if part)


def read_own(reading: Reading) -> dict[str, Any]:
    """The values of the fields of `OWN` that are given; faults go to the reading."""
    found: dict[str, Any] = {
        "scope_terms": _terms(reading),
        "activities": _activities(reading),
        "answers": _choices(reading, "answers"),
        "commitment": _commitment(reading),
        "bars": _bars(reading),
        "dormancy": _dormancy(reading),
    }
    return {name: value for name, value in found.items() if value not in (None, (), {})}


def _listed(reading: Reading, field: str) -> list[Any]:
    """The entries of a list; words joined by ';' or '|' stand for one, as CSV has them."""
    if field not in reading.given:
        return []
    value = reading.given[field]
    if isinstance(value, str):
        value = value.replace("；", ";")
    found = place_names(value)
    if len(found) > LIST_MAX:
        reading.fault("out_of_range", f"more than {LIST_MAX} entries", field, seen=len(found))
        return []
    return found


def _terms(reading: Reading) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in _listed(reading, "scope_terms"):
        text = one.strip() if isinstance(one, str) else ""
        if 0 < len(text) <= WORD_MAX:
            found[text] = None
        else:
            expected = f"words, at most {WORD_MAX} characters"
            reading.fault("wrong_value", "this is no scope term", "scope_terms", seen=one,
                          expected=expected)  # fmt: skip
    return tuple(found)


def _activities(reading: Reading) -> dict[str, tuple[str, ...]]:
    """Codes, and tags, with the codes that they stand for."""
    book = reading.law.book
    found: dict[str, tuple[str, ...]] = {}
    for one in _listed(reading, "activities"):
        text = one.strip() if isinstance(one, str) else one
        if isinstance(text, str) and text in book.classification:
            found[text] = (text,)
            continue
        tag = tag_text(text)
        known = None if tag is None or tag.isdigit() else book.vocabulary.known(tag)
        if tag is None or known is None:
            _unknown_activity(reading, one)
            continue
        if known != tag:
            reading.said.append(f"activity '{tag}' is taken as a child of '{known}'")
        found[tag] = tuple(code for code, _ in book.vocabulary.codes(tag))
    return found


def _unknown_activity(reading: Reading, value: Any) -> None:
    book = reading.law.book
    if isinstance(value, int) and not isinstance(value, bool):
        every = (str(value), f"0{value}")
        padded = next((one for one in every if one in book.classification), str(value))
        reading.fault("wrong_value", "a code is text: as a number it loses its zeros",
                      "activities", seen=value, next=f"write '{padded}' in quotes")  # fmt: skip
        return
    text = value.strip()[:WORD_MAX] if isinstance(value, str) else ""
    if text.isascii() and text.isdigit():
        reading.fault("unknown_code", f"the code is not in {book.classification.title.en}",
                      "activities", seen=value, expected="a code of that edition, in quotes",
                      next=nearest(text, book.classification))  # fmt: skip
        return
    hint = nearest(text, book.vocabulary) if text else ""
    reading.fault("unknown_activity", "this is no industry code and no known activity tag",
                  "activities", seen=value, expected="a code or a tag",
                  next=hint or "write words of the business scope under 'scope_terms'")  # fmt: skip


def _truth(value: Any) -> bool | None:
    return TRUTHS.get(value.strip().lower()) if isinstance(value, str) else (
        value if isinstance(value, bool) else None
    )  # fmt: skip


def _choices(reading: Reading, field: str) -> dict[str, bool]:
    """A mapping from permits to yes or no."""
    value = reading.given.get(field)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        reading.fault("wrong_value", "this is no mapping", field,
                      expected="{permit: yes or no, ...}")  # fmt: skip
        return {}
    found: dict[str, bool] = {}
    for permit, said in value.items():
        truth = _truth(said)
        if not _known_permit(reading, permit, field):
            continue
        if truth is None:
            reading.fault("wrong_value", f"the reply for '{permit}' is neither yes nor no", field,
                          seen=said, expected="yes or no")  # fmt: skip
        else:
            found[permit] = truth
    return found


def _known_permit(reading: Reading, permit: Any, field: str) -> bool:
    known = permit_ids(reading.law)
    if permit in known:
        return True
    hint = nearest(permit, known) if isinstance(permit, str) and len(permit) <= WORD_MAX else ""
    reading.fault("unknown_reference", "there is no such permit", field, seen=permit,
                  expected="the id of a permit", next=hint or "openzone permits --scope TERM lists"
                  " those of a plan")  # fmt: skip
    return False


def _commitment(reading: Reading) -> bool | dict[str, bool] | None:
    value = reading.given.get("commitment")
    if value is None:
        return None
    if isinstance(value, Mapping):
        return _choices(reading, "commitment")
    truth = _truth(value)
    if truth is None:
        reading.fault("wrong_value", "the choice does not fit", "commitment",
                      expected="true or false, or {permit: true or false, ...}")  # fmt: skip
    return truth


# ---- bars ----------------------------------------------------------------------------------------


def bar_kinds(law: Law) -> dict[str, bool]:
    """The kinds of bar that the rows of a law test; True where one of them bars for a time."""
    found: dict[str, bool] | None = law.memo.get(BARS)
    if found is None:
        found = law.memo[BARS] = {}
        added = (overlay.row for overlay in law.overlays if overlay.row is not None)
        for row in (*law.rows, *added):
            if row.table == BARS:
                for one in row.conditions:
                    for kind in one.values if one.fact == "bar_kind" else ():
                        found[kind] = found.get(kind, False) or row.effect == "time_bar"
    return found


def _bars(reading: Reading) -> tuple[Bar, ...]:
    value = reading.given.get("bars")
    if value is None:
        return ()
    entries = [value] if isinstance(value, Mapping) else value
    if not isinstance(entries, (list, tuple)) or len(entries) > LIST_MAX:
        reading.fault("wrong_value", "this is no list of bars", "bars", expected=OWN["bars"])
        return ()
    return tuple(bar for one in entries if (bar := _bar(reading, one)) is not None)


def _bar(reading: Reading, given: Any) -> Bar | None:
    before = len(reading.faults)
    if not isinstance(given, Mapping):
        reading.fault("wrong_value", "this is no bar", "bars", seen=given, expected=OWN["bars"])
        return None
    for name in given:
        if name not in BAR_FIELDS:
            reading.fault("unknown_field", f"a bar has no field '{name}'", "bars", seen=name,
                          expected=", ".join(BAR_FIELDS),
                          next=nearest(str(name), BAR_FIELDS))  # fmt: skip
    _known_permit(reading, given.get("permit"), "bars")
    kinds, kind = bar_kinds(reading.law), str(given.get("kind"))
    if kind not in kinds:
        hint = nearest(kind, kinds) if len(kind) <= WORD_MAX else ""
        reading.fault("wrong_value", "there is no such kind of bar", "bars", seen=kind,
                      expected="one of " + ", ".join(kinds), next=hint)  # fmt: skip
    day = as_day(given.get("decided_on"))
    if day is None and (given.get("decided_on") is not None or kinds.get(kind)):
        reading.fault("wrong_value", "the bar has no day on which it was decided", "bars",
                      seen=given.get("decided_on"), expected="decided_on: YYYY-MM-DD")  # fmt: skip
    truths = {}
    for name in ("safety", "repaired"):
        truths[name] = _truth(given.get(name))
        if truths[name] is None and given.get(name) is not None:
            reading.fault("wrong_value", f"'{name}' is neither true nor false", "bars",
                          seen=given[name], expected="true or false")  # fmt: skip
    if len(reading.faults) > before:
        return None
    return Bar(given["permit"], kind, day, truths["safety"], bool(truths["repaired"]))


# ---- dormancy ------------------------------------------------------------------------------------


def _dormancy(reading: Reading) -> Dormancy | None:
    value = reading.given.get("dormancy")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        reading.fault("wrong_value", "this is no mapping", "dormancy", expected=OWN["dormancy"])
        return None
    before = len(reading.faults)
    for name in value:
        if name not in DORMANCY_FIELDS:
            reading.fault("unknown_field", f"dormancy has no field '{name}'", "dormancy",
                          seen=name, expected=", ".join(DORMANCY_FIELDS),
                          next=nearest(str(name), DORMANCY_FIELDS))  # fmt: skip
    held = value.get("periods") or []
    if not isinstance(held, (list, tuple)) or len(held) > LIST_MAX:
        reading.fault("wrong_value", "the periods are no list", "dormancy", seen=held,
                      expected="[[from, to), ...]")  # fmt: skip
        held = []
    found = [_period(reading, one) for one in held]
    asked = value.get("request")
    request = None if asked is None else _period(reading, asked)
    periods = sorted((one for one in found if one is not None), key=_start)
    _apart(reading, [*periods, *([] if request is None else [request])])
    return Dormancy(tuple(periods), request) if len(reading.faults) == before else None


def _start(period: Interval) -> dt.date:
    return period.start or dt.date.min


def _period(reading: Reading, given: Any) -> Interval | None:
    if isinstance(given, Mapping) and set(given) == {"from", "to"}:
        given = [given["from"], given["to"]]
    pair = [as_day(one) for one in given] if isinstance(given, (list, tuple)) else []
    if len(pair) != 2 or pair[0] is None or pair[1] is None:
        reading.fault("wrong_value", "this is no period", "dormancy", seen=given,
                      expected="[from, to): two days, YYYY-MM-DD")  # fmt: skip
        return None
    if pair[0] >= pair[1]:
        reading.fault("dates_reversed", "the period ends on or before the day it begins",
                      "dormancy", seen=f"{pair[0]} to {pair[1]}",
                      expected="the first day, then the first day no longer dormant")  # fmt: skip
        return None
    return Interval(pair[0], pair[1])


def _apart(reading: Reading, periods: Iterable[Interval]) -> None:
    for one, other in _overlapping(periods):
        reading.fault("contradiction", "two periods of dormancy share days", "dormancy",
                      seen=str(one), expected=f"no day of {other}")  # fmt: skip


def _overlapping(periods: Iterable[Interval]) -> Iterator[tuple[Interval, Interval]]:
    for one, other in combinations(periods, 2):
        if one.overlaps(other):
            yield one, other
