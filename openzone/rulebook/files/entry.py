"""What all entries of all files share: the base of shapes, words, days, evidence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic import model_validator as checked


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return value
    return value


# Each form of a word, and what it is in the words of a reader.
FORMS = {
    r"^[A-Za-z0-9][A-Za-z0-9_.:\-]*$": "an id: letters, digits and _ . : - without spaces",
    r"^[A-Z0-9][A-Z0-9.\-]*$": "a code: digits and capital letters, in quotes",
    r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$": "a tag: small letters, digits and _, parts joined by '.'",
    r"^[A-Z]{2}$": "two capital letters (ISO 3166)",
    r"^[0-9]{2,10}$": "the first 2 to 10 digits of a code of goods, in quotes, without dots",
}
IDENTIFIER, CODE, TAG, COUNTRY, HS_PREFIX = FORMS

Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
Code = Annotated[str, StringConstraints(pattern=CODE)]
Tag = Annotated[str, StringConstraints(pattern=TAG)]
HsPrefix = Annotated[str, StringConstraints(pattern=HS_PREFIX)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Day = Annotated[dt.date, BeforeValidator(_day)]
Number = Decimal | int
Status = Literal[
    "verified", "verified_in_part", "verified_secondary", "verified_title", "memory", "none"
]
Confidence = Literal["high", "medium", "low"]


class EntryError(ValueError):
    """What a check across the fields of one entry raises; `code` is one of errors.CODES."""

    def __init__(self, code: str, message: str, *, seen: str = "", expected: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.seen = seen or None
        self.expected = expected


class Entry(BaseModel):
    """Any mapping in a book file: unknown fields are refused, values are never coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Text(Entry):
    """The same words in Chinese and in English."""

    zh: str
    """The words in Chinese."""
    en: str
    """The words in English."""


class Interval(Entry):
    """Half-open days: in force on `from`, no longer in force on `to`; null is open."""

    from_: Day | None = Field(alias="from")
    """The first day; null when it has held since before the record begins."""
    to: Day | None = None
    """The first day no longer: the day after the last one; null while no end is known."""

    @checked(mode="after")
    def _ordered(self) -> Interval:
        if self.from_ and self.to and self.to <= self.from_:
            raise EntryError(
                "dates_reversed",
                "'to' is not after 'from'",
                seen=f"from {self.from_} to {self.to}",
                expected=f"'to' after {self.from_}: it is the first day no longer in force",
            )
        return self


class Evidence(Entry):
    """How far a fact was checked, against what, and how sure the author is."""

    status: Status
    """`verified`: read in the text; `verified_in_part`: some of it was; `verified_secondary`: read
    in a report of the text; `verified_title`: only the title was; `memory`: not checked; `none`:
    our own choice."""
    confidence: Confidence | None = None
    """How sure the author is; without it, what the status stands for."""
    sources: tuple[Identifier, ...] = ()
    """What was read: ids of the file of sources."""
    note: str | None = None
    """What a reader should know of the check."""


class IndustryMatch(Entry):
    """A code of the industry classification that is bound, whole or in part."""

    code: Code
    """A code of the classification, in quotes; it stands for every class under it."""
    match: Literal["exact", "part"]
    """`exact`: the whole class; `part`: only a part, so that a case known by its code must ask."""
