"""What every question may say beside itself: the day, the day known, language, reforms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from openzone.api.limits import Limits
from openzone.api.problems import HttpError
from openzone.decide.facts import as_day
from openzone.errors import Fault, OpenZoneError, ReformError, nearest
from openzone.rulebook.book import Book
from openzone.rulebook.model import Reform
from openzone.rulebook.reading import ReadError, yaml_reading
from openzone.rulebook.reform_files import reform_named, reform_of


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    day = as_day(value) if isinstance(value, (str, dt.date)) else None
    if day is None:
        raise ValueError("is no day of the calendar; expected YYYY-MM-DD")
    return day


Day = Annotated[
    dt.date | None,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2025-06-01"]}),
]
"""A day of the calendar, YYYY-MM-DD."""

Lang = Literal["zh", "en"]


class InlineReform(BaseModel):
    """A reform that is no part of the book: the text of its file."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="YAML, schema openzone/reform/1.")


class Shape(BaseModel):
    """What a question says of the law it is put to."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    known: Day = Field(None, description="The law as published by this day (default: today).")
    lang: Lang | None = Field(
        None, description="Language of texts; without it, Accept-Language, else English."
    )


class Asked(Shape):
    """The options of a question in a body."""

    reforms: list[str | InlineReform] = Field(
        default_factory=list,
        description="Reforms on top, in their order: ids of the book, or {text: the YAML}.",
    )


class AskedInQuery(Shape):
    """The options of a question in an address."""

    reform: list[str] = Field(
        default_factory=list, description="A reform of the book on top, by id. Repeatable."
    )


def reforms_of(
    book: Book, named: Sequence[str | InlineReform], limits: Limits
) -> tuple[Reform, ...]:
    """The reforms named, in their order; never a file. Raises ReformError with the faults."""
    if len(named) > limits.reforms:
        raise ReformError(
            Fault("out_of_range", "too many reforms at once", field="reforms", seen=len(named),
                  expected=f"at most {limits.reforms}")
        )  # fmt: skip
    return tuple(
        reform_named(book, one) if isinstance(one, str) else _inline(book, one.text, limits)
        for one in named
    )


def _inline(book: Book, text: str, limits: Limits) -> Reform:
    if len(text.encode("utf-8", "replace")) > limits.reform_bytes:
        raise ReformError(
            Fault("out_of_range", "the reform is too large", field="reforms",
                  expected=f"at most {limits.reform_bytes:,} bytes")
        )  # fmt: skip
    try:
        return reform_of(book, yaml_reading(text, "reform"))
    except ReadError as error:
        raise HttpError(error.faults, 422) from None


def places_of(book: Book, law_places: Any, names: Iterable[str]) -> tuple[str, ...]:
    """The ids of places, by id or name. Raises OpenZoneError with every fault."""
    found, faults = [], []
    for name in names:
        id = law_places.find(name)
        if id is None:
            faults.append(
                Fault("unknown_place", "the territory is not on record", field="place", seen=name,
                      next=nearest(name, book.territories) or "find it by words: GET /v1/search")
            )  # fmt: skip
        else:
            found.append(id)
    if faults:
        raise OpenZoneError(faults)
    return tuple(found)
