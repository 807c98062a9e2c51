"""Reforms in a zone office: drafted by some, approved by others, with every step in the journal.

Each write reads the roles, compares and records in one transaction that holds the head of the
journal, so acts that race take turns: whoever comes second sees what the first one did.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import func, select

from openzone.errors import Fault, ReformError
from openzone.office import reform_records
from openzone.office.callers import SYSTEM, Caller
from openzone.office.reform_acts import (
    Act,
    Seen,
    StateError,
    check_by_hand,
    check_four_eyes,
    check_name_free,
    check_revision,
    check_seen,
    check_state,
    check_tag,
    revision_payload,
)
from openzone.office.reform_effects import Effects
from openzone.office.reform_texts import Draft, check_said, kept_text, read_draft
from openzone.office.roles import check_standing
from openzone.regimes.reform_check import met
from openzone.rulebook.authority import authority
from openzone.rulebook.book import Book
from openzone.rulebook.model import Reform
from openzone.store.canonical import sha256
from openzone.store.store import Store, Writing
from openzone.store.tables.reforms import (
    APPROVED,
    DRAFT,
    REJECTED,
    SUBMITTED,
    WITHDRAWN,
    approvals,
)

EDITED = "edited"
Result = dict[str, Any]
Content = dict[str, Any]
Today = Callable[[], dt.date]


class Reforms:
    """The reforms of an office whose service runs on `book`. Threads may share it.

    `approvals_needed`: how many persons besides the authors must approve a revision. Every write
    takes the caller and the id of the call: a repeat is answered with the first result. It gives
    the reform as it stands then, and the approvals that the call made void.
    """

    def __init__(
        self, store: Store, book: Book, *, approvals_needed: int = 1, today: Today | None = None
    ) -> None:
        if approvals_needed < 1:
            raise StateError(
                Fault("out_of_range", "a reform is approved by one person at least",
                      field="approvals_needed", seen=approvals_needed, expected="1 or more")
            )  # fmt: skip
        self.store, self.book, self.needed = store, book, approvals_needed
        self.today = today or (lambda: store.clock().date())
        self.effects = Effects(book)

    # ---- reading ---------------------------------------------------------------------------------

    def one(self, id: str) -> Result:
        """A reform as it stands (see `reform_records.one`). Raises UnknownReformError."""
        with self.store.reading() as connection:
            return reform_records.one(connection, id, self.book.hash)

    def listed(self, state: str = "", after: int = 0, limit: int = 50) -> Result:
        """Reforms from the oldest, a page at a time (see `reform_records.listed`)."""
        with self.store.reading() as connection:
            return reform_records.listed(
                connection, self.book.hash, state=state, after=after, limit=limit
            )

    def revisions(self, id: str) -> list[Result]:
        """The revisions of a reform from the first, each with its text."""
        with self.store.reading() as connection:
            return reform_records.revisions_of(connection, id)

    def comments(self, id: str, after: int = 0, limit: int = 50) -> Result:
        """The comments on a reform, a page at a time."""
        with self.store.reading() as connection:
            return reform_records.comments_of(connection, id, after, limit)

    def effect(self, id: str, revision: int | None = None) -> Result:
        """What a revision (the current one by default) does to the book of the service, today:
        the exact difference, the power it needs, and the reforms that it meets: those in force in
        the book, and those of the office that were submitted or approved.

        Raises ReformError with every fault where it no longer fits, or changes nothing.
        """
        with self.store.reading() as connection:
            current = reform_records.row_of(connection, id).revision
            number = current if revision is None else revision
            beside = reform_records.laid_texts(connection, id)
        draft, worked_out = self._own_effect(id, number)
        others = [one for text in beside for one in self._fitting(text)]
        conflicts = met(self.book, [draft.reform], others)
        return {"revision": number, **worked_out, "conflicts": conflicts}

    def _own_effect(self, id: str, revision: int) -> tuple[Draft, Result]:
        """A revision, and what it does whatever other reforms do. Raises as `effect` does."""
        with self.store.reading() as connection:
            text = reform_records.revision_of(connection, id, revision).text
        draft = read_draft(self.book, text)
        return draft, self.effects.of(draft, self.today())

    def _fitting(self, text: str) -> Iterator[Reform]:
        """The reform of a text, where it still fits the book."""
        with contextlib.suppress(ReformError):
            yield read_draft(self.book, text).reform

    # ---- writing ---------------------------------------------------------------------------------

    def draft(self, caller: Caller, call: str, text: str) -> Result:
        """Begin a reform with a first revision.

        Raises ReformError with every fault of a text that is no reform of the book, StateError
        where another reform that was not withdrawn has the same id in its text.
        """
        content: Content = {"do": "reform.draft", "text": kept_text(text)}
        if (first := self._first(caller, call, content)) is not None:
            return first
        draft = read_draft(self.book, text)
        id = "r-" + sha256(call)[:16]

        def work(act: Act) -> None:
            check_name_free(act.connection, draft.reform.id, id)
            act.tell("drafted", **self._revision(draft, 1))

        return self._written(caller, call, content, id, work)

    def revise(self, caller: Caller, call: str, id: str, text: str, tag: str) -> Result:
        """Give a reform another text; `tag` is that of the reform as the caller saw it.

        Any edit ends the submission and voids every approval, and makes the caller an author.
        Raises StaleError where the reform is no longer as it was seen, ReformError as `draft` does.
        """
        content: Content = {
            "do": "reform.revise",
            "reform": id,
            "text": kept_text(text),
            "tag": tag,
        }
        if (first := self._first(caller, call, content)) is not None:
            return first
        draft = read_draft(self.book, text)

        def work(act: Act) -> None:
            row = act.open_row()
            check_tag(tag, reform_records.one(act.connection, id, self.book.hash)["tag"])
            _check_edit(draft, row.name, row.content_hash)
            act.void(EDITED)
            if row.state in (SUBMITTED, APPROVED):
                act.tell("returned", revision=row.revision, reason=EDITED)
            act.tell("revised", **self._revision(draft, row.revision + 1))

        return self._written(caller, call, content, id, work)

    def comment(self, caller: Caller, call: str, id: str, text: str, revision: int = 0) -> Result:
        """Say something of a revision; of the current one without a number."""
        said = check_said(text, "text")
        content: Content = {"do": "reform.comment", "reform": id, "text": text,
                            "revision": revision}  # fmt: skip

        def work(act: Act) -> None:
            number = revision or act.row().revision
            reform_records.revision_of(act.connection, id, number)
            act.tell("commented", revision=number, text=said)

        return self._written(caller, call, content, id, work)

    def submit(self, caller: Caller, call: str, id: str, revision: int) -> Result:
        """Lay the current revision before the approvers, with its effect, which is kept.

        Raises ReformError where the text no longer fits the book or changes no answer.
        """
        content: Content = {"do": "reform.submit", "reform": id, "revision": revision}
        if (first := self._first(caller, call, content)) is not None:
            return first
        check_revision(revision, self.one(id)["revision"])
        effect = self.effect(id, revision)

        def work(act: Act) -> None:
            row = act.row()
            check_state(row.state, (DRAFT,), "submitted")
            check_revision(revision, row.revision)
            act.tell(
                "submitted", revision=revision, content_hash=row.content_hash,
                book_hash=self.book.hash, effect=effect,
            )  # fmt: skip

        return self._written(caller, call, content, id, work)

    def approve(self, caller: Caller, call: str, id: str, seen: Seen) -> Result:
        """Approve what the caller saw: compared, inside the transaction, with what is there.

        Raises StaleError (`stale_approval`) where revision, text, book or state differ, AccessError
        for an author of any revision, an API key, or a session without a second factor,
        ReformError where the text does not fit the book of the service.
        """
        check_by_hand(caller)
        said = {"revision": seen.revision, "content_hash": seen.content_hash,
                "book_hash": seen.book_hash}  # fmt: skip
        content: Content = {"do": "reform.approve", "reform": id, **said}
        if (first := self._first(caller, call, content)) is not None:
            return first
        now = self.one(id)
        there = Seen(now["revision"], now["content_hash"], self.book.hash)
        check_seen(seen, there, now["state"])
        self._own_effect(id, seen.revision)

        def work(act: Act) -> None:
            row = act.row()
            there = Seen(row.revision, row.content_hash, self.book.hash)
            check_seen(seen, there, act.settled(row))
            check_four_eyes(act, caller.id)
            given = len(reform_records.standing(act.connection, id)) + 1
            state = APPROVED if given >= self.needed else SUBMITTED
            act.tell("approved", **said, given=given, needed=self.needed, state=state)

        return self._written(caller, call, content, id, work)

    def reject(self, caller: Caller, call: str, id: str, revision: int, reason: str) -> Result:
        """Turn a submitted revision down, with a reason; it may be revised."""
        said = check_said(reason, "reason")
        content: Content = {"do": "reform.reject", "reform": id, "revision": revision,
                            "reason": reason}  # fmt: skip

        def work(act: Act) -> None:
            row = act.row()
            check_state(act.settled(row), (SUBMITTED,), "rejected")
            check_revision(revision, row.revision)
            act.void(REJECTED)
            act.tell("rejected", revision=revision, reason=said)

        return self._written(caller, call, content, id, work)

    def withdraw(self, caller: Caller, call: str, id: str, revision: int, reason: str) -> Result:
        """Take a reform back for good, with a reason."""
        said = check_said(reason, "reason")
        content: Content = {"do": "reform.withdraw", "reform": id, "revision": revision,
                            "reason": reason}  # fmt: skip

        def work(act: Act) -> None:
            row = act.open_row()
            check_revision(revision, row.revision)
            act.void(WITHDRAWN)
            act.tell("withdrawn", revision=revision, reason=said)

        return self._written(caller, call, content, id, work)

    def settle(self) -> list[Result]:
        """Void every approval that was given on another book; the service does it as it starts.

        Gives what was made void. What is read says the same before this has been done.
        """
        query = (
            select(approvals.c.reform, func.max(approvals.c.seq))
            .where(approvals.c.voided_at.is_(None), approvals.c.book_hash != self.book.hash)
            .group_by(approvals.c.reform)
            .order_by(approvals.c.reform)
        )
        voided: list[Result] = []
        with self.store.writing() as writing:
            writing.lock()
            for id, last in writing.connection.execute(query).all():
                act = self._act(writing, SYSTEM, SYSTEM, id, f"{id}/settled/{last}")
                act.settled(act.row())
                voided += [{"reform": id, **one} for one in act.voided]
        return voided

    # ---- one frame for every write ---------------------------------------------------------------

    def _first(self, caller: Caller, call: str, content: Content) -> Result | None:
        """The result of the first call, before anything is worked out for a second one."""
        with self.store.writing() as writing:
            check_standing(writing, caller, content["do"])
            found: Result | None = writing.first_result(call, caller.actor, content)
        return found

    def _written(
        self, caller: Caller, call: str, content: Content, id: str, work: Callable[[Act], None]
    ) -> Result:
        with self.store.writing() as writing:
            check_standing(writing, caller, content["do"])
            first: Result | None = writing.first_result(call, caller.actor, content)
            if first is not None:
                return first
            act = self._act(writing, caller.actor, caller.id, id, call)
            work(act)
            found = reform_records.one(act.connection, id, self.book.hash)
            result = {**_answered(found, content["do"]), "voided": act.voided}
            writing.keep_result(call, caller.actor, content, result)
        return result

    def _act(self, writing: Writing, actor: str, person: str, id: str, prefix: str) -> Act:
        return Act(writing, actor, person, id, self.book.hash, lambda n: f"{prefix}/{n}")

    def _revision(self, draft: Draft, number: int) -> dict[str, Any]:
        payload = revision_payload(draft, number, self.book.hash)
        return {**payload, "authorised": authority(self.book, draft.reform).recorded}


def _answered(found: Result, do: str) -> Result:
    """A reform as a write answers it: without its text; the effect as the answer of `submit`."""
    kept = {name: value for name, value in found.items() if name != "text"}
    if do != "reform.submit" and (last := kept["submission"]) is not None:
        kept["submission"] = {name: value for name, value in last.items() if name != "effect"}
    return kept


def _check_edit(draft: Draft, name: str, content_hash: str) -> None:
    """Raises StateError where a new text is the old one, or another reform's."""
    if draft.reform.id != name:
        raise StateError(
            Fault("contradiction", "a reform keeps the id in its text", field="id",
                  seen=draft.reform.id, expected=name, next="draft another reform for another id")
        )  # fmt: skip
    if draft.content_hash == content_hash:
        raise StateError(
            Fault("same_text", "the text is that of the current revision", field="text",
                  expected="a text that differs")
        )  # fmt: skip
