"""Everything that OpenZone refuses: one root, few codes, each fault with place and next step.

The codes are listed in `CODES`; docs/reference/errors.md is made from that table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CODES: dict[str, str] = {
    "unreadable": "The file is missing, not UTF-8, not YAML/CSV/JSON, or too large a line.",
    "alias": "YAML anchors, aliases and tags are refused: they can expand without bound.",
    "unknown_field": "The field is not part of the shape; the nearest known name is given.",
    "missing_field": "A required field is absent; citation and evidence are always required.",
    "wrong_value": "The value has the wrong type, form or word.",
    "out_of_range": "The number lies outside the range that its meaning allows.",
    "dates_reversed": "An interval ends on or before the day it begins.",
    "unknown_reference": "A name refers to a row, document, measure or place that does not exist.",
    "unknown_code": "The code is in no edition of the classification that is on record.",
    "code_edition": "The code meant another trade in the edition in force on the day.",
    "empty_prefix": "The code stands for no class of the classification: it can bind nothing.",
    "unknown_activity": "The activity tag is under no known root.",
    "unknown_place": "The territory is not on record.",
    "place_not_valid": "The territory did not exist on the day of the facts.",
    "duplicate": "The same id or key stands twice.",
    "overlap": "Two versions of a row in one list hold on the same day.",
    "cycle": "Parents or displacements form a circle.",
    "contradiction": "Facts of the case cannot all be true together.",
    "unknown_regime": "There is no such regime.",
    "wrong_mode": "The mode of supply belongs to another regime.",
    "does_not_fit": "The patch was written for rows that have changed or are gone.",
    "changes_nothing": "The patch alters no answer in its scope.",
    "conflict": "Two reforms change the same rows in overlapping places and days.",
    "no_extra": "An optional part of the package is not installed.",
    "no_book": "There is no such book.",
    "store_full": "The disk of the store is full; nothing of the request was written.",
    "store_read_only": "The store cannot be written; nothing of the request was written.",
    "store_busy": "Another writer holds the store; the same request may be sent again.",
    "store_gone": "The database of the store cannot be reached.",
    "store_weak": "The settings of the database could lose acknowledged writes.",
    "store_version": "The tables of the store are of another version than the program's.",
    "port_taken": "The address and port of the service are taken, or are not of this machine.",
    "unknown_host": "The service does not answer under the name that the request was sent to.",
    "not_local": "Others could reach the service without TLS in front of it.",
    "store_damaged": "Part of the store is missing or wrong; a backup has it.",
    "backup_damaged": "The backup is cut off or altered; nothing was restored from it.",
    "repeat_differs": "The id of a request was used before, for something else.",
    "erased": "What was asked for was erased with its owner; the journal shows that it was there.",
    "share_ended": "The link has expired, or was revoked.",
    "job_not_done": "The job has no result: it is not done, has failed or was cancelled.",
    "job_died": "The work of a job ended without an answer, as often as it may be tried.",
    "not_signed_in": "The request needs somebody who has signed in, or a valid API key.",
    "not_allowed": "The roles of the caller do not allow this.",
    "four_eyes": "Another person than this one has to do it.",
    "last_administrator": "The last administrator cannot be revoked, closed or erased.",
    "wrong_state": "What the request is about is not in the state for this.",
    "csrf": "A request with a session's cookie did not come from a page of the service.",
    "second_factor_needed": "The session has not proved a second factor.",
    "password_change_needed": "A one-time password opens nothing but its own change.",
    "sign_in_refused": "Login, password or code are not right, or the account is closed.",
    "identity_provider": "The provider of identities did not answer as it should.",
    "too_many_attempts": "Too many failed attempts: the login is closed for a while.",
    "not_found": "There is nothing at this address.",
    "method_not_allowed": "The address does not take this method.",
    "not_acceptable": "The answer is not given in the form asked for.",
    "too_large": "The request is larger than the service takes at once.",
    "media_type": "This kind of content is not taken here.",
    "too_many": "More requests than one caller may send in a minute.",
    "busy": "Too many requests for long work wait already; this one was not begun.",
    "took_too_long": "The work takes longer than one request may; it was given up.",
    "internal": "The service failed; its log tells what happened, under the id of the request.",
    "no_reform": "There is no such reform in the office, or no such revision of it.",
    "stale_revision": "The reform has changed since the caller read it.",
    "stale_approval": "Text, book or state are not what the approver saw.",
    "same_text": "The new text of a reform is the one that it has.",
    "own_work": "An author of a reform cannot approve it.",
    "approved_before": "The caller has approved this revision already.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it is, what was seen, what was expected, what to do next."""

    code: str
    message: str
    file: str = ""
    line: int | None = None
    field: str = ""
    seen: Any = None
    expected: str = ""
    next: str = ""

    def __str__(self) -> str:
        where = self.file + (f":{self.line}" if self.line else "")
        parts = [f"{where}: " if where else "", f"[{self.code}] "]
        if self.field:
            parts.append(f"{self.field}: ")
        parts.append(self.message)
        if self.seen is not None:
            parts.append(f"; seen {_short(self.seen)}")
        if self.expected:
            parts.append(f"; expected {self.expected}")
        if self.next:
            parts.append(f". Next: {self.next}")
        return "".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Give the fault as plain data for JSON output; empty parts are left out."""
        full: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "field": self.field,
            "seen": None if self.seen is None else _short(self.seen),
            "expected": self.expected,
            "next": self.next,
        }
        return {key: value for key, value in full.items() if value not in (None, "")}


def _short(value: Any) -> str:
    try:
        text = str(value) if isinstance(value, (dt.date, Decimal)) else repr(value)
    except ValueError:  # a whole number of thousands of digits is not written out
        text = f"a {type(value).__name__} too long to show"
    return text if len(text) <= 80 else text[:77] + "..."


class OpenZoneError(Exception):
    """The root of all errors of OpenZone; `faults` says each thing that is wrong."""

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @property
    def code(self) -> str:
        """The code of the first fault."""
        return self.faults[0].code if self.faults else ""


class BookError(OpenZoneError):
    """A rulebook that does not load: all faults of all its files at once."""


class CaseError(OpenZoneError, ValueError):
    """A case that is refused. Other cases beside it are still answered."""


class ReformError(OpenZoneError):
    """A reform that is not well formed, no longer fits, or changes nothing."""


class MissingExtraError(OpenZoneError, ImportError):
    """An optional part is needed; the fault names the install command."""


def missing_extra(extra: str, purpose: str) -> MissingExtraError:
    """Say which extra of the package is needed for `purpose`, and how to install it."""
    return MissingExtraError(
        Fault(
            "no_extra",
            f"{purpose} needs the optional part '{extra}'",
            next=f"install it: pip install 'openzone[{extra}]'",
        )
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Give 'did you mean' text for the known name closest to `name`, or an empty string."""
    import difflib

    match = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{match[0]}'?" if match else ""
