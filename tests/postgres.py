"""PostgreSQL for tests: the server that OPENZONE_POSTGRES names, or a private one.

A private server stands in a temporary folder, listens on a socket in it and on no network, and ends
with the run. Each test has a database of its own.
"""

from __future__ import annotations

import functools
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER = "openzone"
PORT = 5432  # names the socket; nothing listens on the network
PROGRAMS = ("initdb", "pg_ctl")


@functools.cache
def programs() -> Path | None:
    """Answer the folder of the programs of a server, the newest where there are several."""
    if found := shutil.which("pg_ctl"):
        folder = Path(found).resolve().parent
        if all((folder / name).exists() for name in PROGRAMS):
            return folder
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    whole = [one for one in folders if all((one / name).exists() for name in PROGRAMS)]
    return max(whole, key=lambda one: float(one.parent.name), default=None)


def missing() -> str | None:
    """Answer why no server can be used, or nothing."""
    if os.environ.get("OPENZONE_POSTGRES") or programs():
        return None
    return "no PostgreSQL server: OPENZONE_POSTGRES names none, and initdb is not installed"


class Server:
    """A server for one run. `private`: it may be stopped and killed."""

    def __init__(self) -> None:
        self.given = os.environ.get("OPENZONE_POSTGRES", "")
        self.private = not self.given
        if not self.private:
            return
        # The path of a socket is short, at most some hundred bytes: not below pytest's folders.
        self.folder = Path(tempfile.mkdtemp(prefix="ozpg-"))
        self.data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, self._owner())
        self._run("initdb", "-D", self.data, "-U", USER, "-A", "trust", "-E", "UTF8",
                  "--locale=C", "--no-sync")  # fmt: skip
        self.start()

    @staticmethod
    def _owner() -> str:
        names = {one.pw_name for one in pwd.getpwall()}
        return "postgres" if "postgres" in names else "nobody"

    def _run(self, program: str, *arguments: object) -> None:
        folder = programs()
        assert folder is not None
        command = [str(folder / program), *map(str, arguments)]
        if os.geteuid() == 0:  # the server refuses to run as root
            command = ["runuser", "-u", self._owner(), "--", *command]
        with (self.folder / f"{program}.log").open("ab") as log:
            ran = subprocess.run(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
            )
        said = (self.folder / f"{program}.log").read_text(errors="replace")
        assert ran.returncode == 0, f"{' '.join(command)}\n{said[-2000:]}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self.folder} -p {PORT} -c listen_addresses= -c max_connections=60"
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-o", options,
                  "-l", self.folder / "server.log", "start")  # fmt: skip

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is a crash: what was not committed is gone."""
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-m", mode, "stop")

    def remove(self) -> None:
        """End it for good."""
        if self.private:
            self.stop("immediate")
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str = "postgres") -> str:
        """Answer the URL of one of its databases."""
        if self.given:
            from sqlalchemy import make_url

            return make_url(self.given).set(database=name).render_as_string(hide_password=False)
        return f"postgresql://{USER}@/{name}?host={self.folder}&port={PORT}"

    def execute(self, *statements: str, name: str = "postgres") -> None:
        """Run statements, each committed by itself."""
        import psycopg

        with psycopg.connect(self.url(name), autocommit=True) as connection:
            for one in statements:
                connection.execute(one.encode())

    @contextmanager
    def database(self, template: str = "") -> Iterator[str]:
        """The URL of a new database: empty, or a copy of another one of this server."""
        name = f"openzone_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        yield self.url(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def cut(self) -> None:
        """Let all clients lose their connection."""
        if self.private:
            self.stop("immediate")
            self.start()
        else:
            self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                         "WHERE pid <> pg_backend_pid() AND usename = current_user")  # fmt: skip


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A server; one for each worker of a run."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The URL of a new database."""
    with postgres_server.database() as url:
        yield url
