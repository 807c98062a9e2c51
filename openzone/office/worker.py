"""A worker: takes jobs one after the other, and does each in a process of its own.

That process can be stopped at any moment, so a job is cancelled at once, and what it does to the
memory of the machine ends with it. A worker that dies leaves nothing behind but a lease that runs
out; another worker then takes the job up from its start.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import secrets
import shutil
import subprocess  # nosec B404  # starts this Python with this package, never a shell
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openzone.errors import OpenZoneError
from openzone.office import claims, contents
from openzone.office.claims import Claim
from openzone.office.job_work import OUTCOME, PROGRESS, TASK
from openzone.office.laws import Laws
from openzone.office.media import SUFFIX
from openzone.rulebook.books import book_folder
from openzone.store.faults import StoreError
from openzone.store.store import Store
from openzone.store.tables.attachments import attachments

LOOK_S, IDLE_S = 0.2, 1.0
BEAT_S = 2.0
HANDED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "XDG_CACHE_HOME", "OPENZONE_CACHE")
"""What the process of a job sees of the environment: no setting of the service, no secret."""
GIB = 1 << 30
log = logging.getLogger("openzone.jobs")


@dataclass(frozen=True, slots=True)
class Means:
    """What one job may use: memory and processor time of its process, threads of its tables.

    `table_bytes` is what the engine of tables may fill before it turns to the disk.
    """

    memory_bytes: int = 8 * GIB
    table_bytes: int = 2 * GIB
    cpu_seconds: int = 4 * 3600
    threads: int = 2


class Worker:
    """Takes jobs from a store. `book`: the name or the folder of the book of `laws`.

    `folder`: where each job gets a folder of its own, for the time of its work.
    """

    def __init__(
        self,
        store: Store,
        laws: Laws,
        book: str,
        *,
        folder: Path | None = None,
        means: Means | None = None,
        lease: dt.timedelta = claims.LEASE,
    ) -> None:
        self.store, self.laws, self.book = store, laws, str(book_folder(book))
        self.name = f"w-{os.getpid()}-{secrets.token_hex(4)}"
        self.folder = folder or Path(tempfile.gettempdir())
        self.means = means or Means()
        self.lease = lease

    def run(self, stop: threading.Event) -> None:
        """Do jobs until `stop`; a fault of the store is waited out."""
        while not stop.is_set():
            try:
                busy = self.once(stop)
            except StoreError as error:
                log.warning("the store cannot be used: %s", error)
                busy = False
            if not busy:
                stop.wait(IDLE_S)

    def once(self, stop: threading.Event | None = None) -> bool:
        """Do one job that waits; False where none does."""
        claim = claims.claim(self.store, self.name, self.lease)
        if claim is None:
            return False
        log.info("job %s (%s), try %d", claim.job, claim.kind, claim.tries)
        place = self._place(claim)
        try:
            self._work(claim, place, stop or threading.Event())
        finally:
            shutil.rmtree(place, ignore_errors=True)
        return True

    def _place(self, claim: Claim) -> Path:
        """A new folder for a try; what a try before it left behind is removed."""
        for old in self.folder.glob(f"openzone-{claim.job}-*"):
            shutil.rmtree(old, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=f"openzone-{claim.job}-", dir=self.folder))

    def _work(self, claim: Claim, place: Path, stop: threading.Event) -> None:
        try:
            self._lay_out(claim, place)
        except StoreError:
            raise
        except OpenZoneError as error:
            claims.fail(self.store, claim, [fault.as_dict() for fault in error.faults])
            return
        child = self._child(place)
        try:
            ended = self._watch(claim, place, child, stop)
        finally:
            child.kill()
            child.wait()
            if child.stdin:
                child.stdin.close()
        if not ended:
            if stop.is_set():
                claims.release(self.store, claim, counted=False)
            return
        self._settle(claim, place, child.returncode)

    def _lay_out(self, claim: Claim, place: Path) -> None:
        """Write the task and the attachment into the folder."""
        named = claim.parameters.get("attachment")
        attached = None
        if named is not None:
            attached = self._attachment(named, place)
        ids = claim.parameters.get("reforms", [])
        own = self.laws.book.reforms
        drafted = {id: self.laws.drafted(id) for id in ids if id not in own}
        task = {
            "kind": claim.kind, "parameters": claim.parameters, "book": self.book,
            "today": claim.today.isoformat(), "attachment": attached, "drafted": drafted,
            "memory_bytes": self.means.memory_bytes, "table_bytes": self.means.table_bytes,
            "cpu_seconds": self.means.cpu_seconds, "threads": self.means.threads,
        }  # fmt: skip
        (place / TASK).write_text(json.dumps(task, ensure_ascii=False), encoding="utf-8")

    def _attachment(self, id: str, place: Path) -> str:
        from openzone.office.belongings import erased, found

        with self.store.reading() as connection:
            row = found(connection, attachments, id, None)
            if not contents.stands(connection, row.hash):
                raise erased(id)
        name = f"attachment{SUFFIX[row.media_type]}"
        contents.written(self.store, row.hash, place / name)
        return name

    def _child(self, place: Path) -> subprocess.Popen[bytes]:
        """Start the process of a job."""
        held = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
        paths = os.pathsep.join(path for path in sys.path if path)
        held |= {"PYTHONPATH": paths, "TMPDIR": str(place)}
        with (place / "errors.txt").open("wb") as errors:
            return subprocess.Popen(  # nosec B603  # nothing of a request is in it
                [sys.executable, "-m", "openzone.office.job_child", str(place)],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=held,
                cwd=place,
            )  # fmt: skip

    def _watch(
        self, claim: Claim, place: Path, child: subprocess.Popen[bytes], stop: threading.Event
    ) -> bool:
        """Wait for the end of the process; False where the job is no longer wanted.

        A store at fault is waited out: what the process does is not lost for it.
        """
        beat = min(self.lease.total_seconds() / 3, BEAT_S)
        due = 0.0
        while child.poll() is None:
            if stop.wait(LOOK_S):
                return False
            try:
                if not claims.wanted(self.store, claim):
                    return False
                if time.monotonic() >= due:
                    due = time.monotonic() + beat
                    if not claims.held(self.store, claim, _progress(place), self.lease):
                        return False
            except StoreError as error:
                log.warning("job %s goes on while the store cannot be used: %s", claim.job, error)
        return True

    def _settle(self, claim: Claim, place: Path, code: int) -> None:
        outcome = _read(place / OUTCOME)
        if outcome is None:
            errors = (place / "errors.txt").read_text(encoding="utf-8", errors="replace")
            log.warning("job %s ended with %d and no answer: %s", claim.job, code, errors[-2000:])
            claims.release(self.store, claim, counted=True)
        elif "faults" in outcome:
            claims.fail(self.store, claim, outcome["faults"])
        else:
            path = place / outcome["result"]
            claims.finish(self.store, claim, path, outcome["media_type"], outcome["book_hash"])


def _progress(place: Path) -> dict[str, Any] | None:
    """How far the work is; None where nothing is told yet."""
    told = _read(place / PROGRESS)
    return told and {name: told[name] for name in ("done", "total", "stage")}


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found
