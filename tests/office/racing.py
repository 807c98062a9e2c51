"""Officials who race: threads that approve, edit, submit, revoke and withdraw as they come.

`python -m tests.office.racing URL SEED CALLS` races in a process of its own and prints how often
each act was done and refused.
"""

from __future__ import annotations

import collections
import json
import random
import sys
import threading
from collections.abc import Callable

from openzone.errors import OpenZoneError
from openzone.office.callers import Caller
from openzone.office.reforms import Reforms
from openzone.store.chain import Event
from openzone.store.store import Store, Writing
from openzone.store.tables.people import GRANTED, grants
from tests.office.people_made import user_with
from tests.office.reforms_made import book, seen, session, text

DRAFTERS, APPROVERS, BOTH = 2, 3, 1
NEEDED = 1
REFUSALS = {
    "stale_approval", "stale_revision", "wrong_state", "not_allowed", "own_work", "same_text",
    "approved_before", "duplicate",
}  # fmt: skip
WEIGHTS = {
    "approve": 45, "revise": 25, "submit": 8, "roles": 10, "withdraw": 4, "reject": 4, "comment": 4,
}  # fmt: skip
Counts = collections.Counter[str]


def people(store: Store) -> None:
    """The officials, once for all who race, and a first reform."""
    for roles, count in (
        (("reform_officer",), DRAFTERS), (("approver",), APPROVERS),
        (("reform_officer", "approver"), BOTH),
    ):  # fmt: skip
        for _ in range(count):
            user_with(store, *roles)
    Reforms(store, book()).draft(session(store, "reform_officer"), "first", text("RACE"))


class Racer:
    """One thread of calls by any of the officials."""

    def __init__(self, store: Store, office: Reforms, name: str, seed: str) -> None:
        self.store, self.office, self.name = store, office, name
        self.random = random.Random(seed)
        self.counts: Counts = collections.Counter()
        self.number = 0
        with store.reading() as connection:
            rows = connection.execute(grants.select().order_by(grants.c.user_id)).all()
        of = collections.defaultdict(set)
        for row in rows:
            of[row.user_id].add(row.role)
        self.officers = sorted(user for user, held in of.items() if "reform_officer" in held)
        self.approvers = sorted(user for user, held in of.items() if "approver" in held)

    def call(self) -> str:
        self.number += 1
        return f"{self.name}-{self.number}"

    def somebody(self, users: list[str]) -> Caller:
        user = self.random.choice(users)
        roles = frozenset({"visitor", "reform_officer", "approver"})
        return Caller(user, user, roles, "session", second_factor=True)

    def race(self, calls: int) -> None:
        """So many acts; what is refused for a reason of the race is counted."""
        for _ in range(calls):
            (act,) = self.random.choices(list(WEIGHTS), list(WEIGHTS.values()))
            try:
                getattr(self, act)()
            except OpenZoneError as error:
                if error.code not in REFUSALS:
                    raise
                self.counts[f"{act}: {error.code}"] += 1
            else:
                self.counts[act] += 1

    def reform(self) -> dict:
        """The open reform as it stands, or a new one."""
        page = self.office.listed(limit=100)["reforms"]
        live = [one for one in page if one["state"] != "withdrawn"]
        if not live:
            return self.office.draft(self.somebody(self.officers), self.call(), self.words())
        return self.office.one(self.random.choice(live)["id"])

    def words(self) -> str:
        return text("RACE", cap=self.random.choice((None, 10, 20)),
                    note=f"by {self.name} {self.number}")  # fmt: skip

    # ---- acts ------------------------------------------------------------------------------------

    def approve(self) -> None:
        found = self.reform()
        if found["state"] != "submitted" and self.random.random() < 0.5:
            officer = self.somebody(self.officers)
            found = self.office.revise(
                officer, self.call(), found["id"], self.words(), found["tag"]
            )
        if found["state"] == "draft":
            officer = self.somebody(self.officers)
            found = self.office.submit(officer, self.call(), found["id"], found["revision"])
        self.office.approve(self.somebody(self.approvers), self.call(), found["id"], seen(found))

    def reject(self) -> None:
        found = self.reform()
        approver = self.somebody(self.approvers)
        self.office.reject(approver, self.call(), found["id"], found["revision"], "No.")

    def revise(self) -> None:
        found = self.reform()
        self.office.revise(
            self.somebody(self.officers), self.call(), found["id"], self.words(), found["tag"]
        )

    def submit(self) -> None:
        found = self.reform()
        self.office.submit(
            self.somebody(self.officers), self.call(), found["id"], found["revision"]
        )

    def withdraw(self) -> None:
        found = self.reform()
        officer = self.somebody(self.officers)
        self.office.withdraw(officer, self.call(), found["id"], found["revision"], "No.")

    def comment(self) -> None:
        found = self.reform()
        self.office.comment(self.somebody(self.officers), self.call(), found["id"], "Hm.")

    def roles(self) -> None:
        """Revoke the role of an approver, or grant it again."""
        user, call = self.random.choice(self.approvers), self.call()
        with self.store.writing() as writing:
            writing.lock()
            spared = self.random.random() < 0.5  # else most approvals would find no approver
            if not _revoked(writing, user, call, spared):
                told = {"grant": f"g-{call}", "role": "approver"}
                writing.append(Event(f"{call}/1", "u-one", "role.proposed", user, told))
                writing.append(Event(f"{call}/2", "u-two", "role.granted", user, told))


def _revoked(writing: Writing, user: str, call: str, spared: bool) -> bool:
    """Revoke the role where the user has it and is not spared; gives whether the user had it."""
    query = grants.select().where(
        grants.c.user_id == user, grants.c.role == "approver", grants.c.state == GRANTED
    )
    held = writing.connection.execute(query).all()
    for number, row in enumerate(() if spared else held):
        told = {"grant": row.id, "role": row.role}
        writing.append(Event(f"{call}/r{number}", "u-one", "role.revoked", user, told))
    return bool(held)


def race(url: str, seed: str, calls: int, threads: int = 4) -> Counts:
    """Race in some threads of this process; gives what was done and refused."""
    store = Store.opened(url)
    office = Reforms(store, book(), approvals_needed=NEEDED)
    racers = [Racer(store, office, f"{seed}-{n}", f"{seed}-{n}") for n in range(threads)]
    broken: list[BaseException] = []

    def run(act: Callable[[int], None], share: int) -> None:
        try:
            act(share)
        except BaseException as error:
            broken.append(error)

    shares = [calls // threads + (n < calls % threads) for n in range(threads)]
    workers = [
        threading.Thread(target=run, args=(racer.race, share))
        for racer, share in zip(racers, shares, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    store.close()
    if broken:
        raise broken[0]
    return sum((racer.counts for racer in racers), collections.Counter())


if __name__ == "__main__":
    _, url, seed, calls = sys.argv
    print(json.dumps(race(url, seed, int(calls), threads=2)))
