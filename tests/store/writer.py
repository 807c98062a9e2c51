"""A process that writes to a store until it is killed: `python -m tests.store.writer URL NAME`.

It asks calls `NAME-1`, `NAME-2`, ... and says each id on standard output after it was acknowledged.
It begins with a number given, so that a call that was not acknowledged is sent again. With `forced`
it forces a setting of SQLite on every connection, behind the back of the store.
"""

from __future__ import annotations

import argparse
import itertools
import sys

from sqlalchemy import event

from openzone.store.faults import StoreError
from openzone.store.store import Store
from tests.store import counting

TRANSIENT = ("store_gone", "store_busy")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("name")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--forced", action="append", default=[])
    given = parser.parse_args()
    counting.install()
    store = Store.opened(given.url)
    if given.forced:
        store.engine.dispose()
        event.listen(store.engine, "connect", lambda connection, _: force(connection, given.forced))
    say("ready")
    for number in itertools.islice(itertools.count(given.first), given.most):
        id = f"{given.name}-{number}"
        while True:
            try:
                counting.ask(store, id, 1, subject=given.name)
            except StoreError as error:
                if error.code not in TRANSIENT:
                    raise
                continue
            break
        say(id)


def force(connection, settings) -> None:
    for one in settings:
        connection.execute(f"PRAGMA {one}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
