"""The process that decides tables, as the service sees it: started, asked, stopped when it breaks.

What strangers send may be damaged, may unpack to more than there is memory, may take for ever. So
it is read and decided in a process with bounds of memory and time, and DuckDB inside it reaches
nothing outside.
"""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404  # starts this Python with this package, never a shell
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import openzone
from openzone.api.problems import HttpError
from openzone.api.workers import overdue
from openzone.errors import Fault

TABLES_MAX = 500
PROCESS = "openzone.api.table_process"
ROOT = Path(openzone.__file__).resolve().parent.parent


class Tables:
    """One process that decides tables, one after the other; it is started when it is needed.

    It keeps what it compiled of the law for the next table. It is stopped when a table takes too
    long or breaks it, and after so many tables; the next table finds a new one.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._decided = 0

    def decide(self, spec: Mapping[str, Any], data: bytes) -> bytes:
        """The bytes of the answer to a table.

        Raises HttpError where it is refused, takes too long or needs too much memory.
        """
        seconds = float(spec["seconds"])
        if not self._turn.acquire(timeout=seconds):
            raise overdue(seconds)
        try:
            with tempfile.TemporaryDirectory(prefix="openzone-table-") as folder:
                cases, answers = Path(folder, "cases"), Path(folder, "answers")
                cases.write_bytes(data)
                told = self._asked({**spec, "cases": str(cases), "answers": str(answers)}, seconds)
                if not told["faults"]:
                    return answers.read_bytes()
            raise HttpError([Fault(**fault) for fault in told["faults"]], told["status"])
        finally:
            self._turn.release()

    def close(self) -> None:
        """Stop the process; the next table starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _asked(self, spec: Mapping[str, Any], seconds: float) -> Any:
        process = self._running(int(spec["memory"]))
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            process.stdin.write(json.dumps(spec).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if not line:
            raise self._broken(process, late.is_set(), seconds)
        self._decided += 1
        if self._decided >= TABLES_MAX:
            self.close()
        return json.loads(line)

    def _running(self, memory: int) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._decided = 0
            self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
            self._process = subprocess.Popen(  # nosec B603  # nothing of a request is in it
                [sys.executable, "-P", "-m", PROCESS, str(memory)], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=self._log, env=_environment(),
            )  # fmt: skip
        return self._process

    def _broken(self, process: subprocess.Popen[bytes], late: bool, seconds: float) -> Exception:
        """What to tell where the process ended without an answer."""
        process.wait()
        said = b""
        if self._log is not None:
            self._log.seek(0)
            said = self._log.read()[-4000:]
        self.close()
        if late:
            return overdue(seconds)
        if process.returncode < 0 or b"MemoryError" in said or b"bad_alloc" in said:
            return HttpError(
                Fault("too_large",
                      "the table is damaged, or needs more memory than a request may take",
                      next="write it again, or send fewer rows at once"), 422,
            )  # fmt: skip
        return RuntimeError(said.decode("utf-8", "replace"))


def _environment() -> dict[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
