"""The text of a reform as an office keeps it: one form, one hash, checked against the book."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from openzone.errors import Fault, ReformError
from openzone.rulebook.book import Book
from openzone.rulebook.model import Reform
from openzone.rulebook.reading import ReadError, yaml_reading
from openzone.rulebook.reform_files import reform_of
from openzone.rulebook.yaml_faults import character_fault
from openzone.store.canonical import sha256

TEXT_BYTES_MAX = 256 * 1024
SAID_MAX = 10_000
NAME_MAX = 100
FILE = "reform.yaml"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is a reform of the book: `content_hash` is over the whole text."""

    text: str
    content_hash: str
    reform: Reform


def canonical_text(text: str) -> str:
    """The text without a byte-order mark, with line feeds alone, and one of them at the end.

    >>> canonical_text("a: 1\\r\\nb: 2\\r\\n\\r\\n")
    'a: 1\\nb: 2\\n'
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return lines.rstrip("\n") + "\n"


def content_hash(text: str) -> str:
    """SHA-256 of a text in canonical form: words and notes are part of it, unlike `body_hash`."""
    return sha256(canonical_text(text))


def kept_text(text: str) -> str:
    """The text in canonical form, unless no store and no journal could hold it (ReformError)."""
    if unfit := character_fault(text, FILE):
        raise ReformError(unfit)
    kept = canonical_text(text)
    if len(kept.encode()) > TEXT_BYTES_MAX:
        raise ReformError(
            Fault("unreadable", "the text is too long", file=FILE, field="text",
                  seen=len(kept.encode()), expected=f"at most {TEXT_BYTES_MAX} bytes")
        )  # fmt: skip
    return kept


def read_draft(book: Book, text: str) -> Draft:
    """The reform that a text says. Raises ReformError with every fault."""
    kept = kept_text(text)
    try:
        reform = reform_of(book, yaml_reading(kept, FILE))
    except ReadError as error:
        raise ReformError(error.faults) from None
    if len(reform.id) > NAME_MAX:
        raise ReformError(
            Fault("wrong_value", "the id is too long", file=FILE, field="id", seen=reform.id,
                  expected=f"at most {NAME_MAX} characters")
        )  # fmt: skip
    return Draft(kept, content_hash(kept), reform)


def check_said(text: str, field: str) -> str:
    """What a person says, without the space around it. Raises ReformError for what is no text."""
    said = text.strip()
    fault = character_fault(said, "")
    if fault is not None:
        message = "holds a character that no text holds"
        raise ReformError(dataclasses.replace(fault, message=message, field=field, line=None))
    if not said or len(said) > SAID_MAX:
        raise ReformError(
            Fault("wrong_value", "says nothing" if not said else "is too long", field=field,
                  seen=len(said), expected=f"1 to {SAID_MAX} characters")
        )  # fmt: skip
    return said
