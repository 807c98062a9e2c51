"""The console blocks of a page: the commands that a reader may type, and the lines they print.

In a fenced `console` block a line that begins with `$ ` is a command (a `\\` at its end goes on
below); the lines under it are its output, in which `…` stands for what is left out. A fenced block
of another kind with a file name behind its language (```yaml case.yaml) is a file of the reader's
folder.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from openzone.cli.main import main
from tests.tidy import tree

FENCE = re.compile(r"^```(\w+)? ?(\S+)?$")
STATED_DAY = re.compile(r"OPENZONE_TODAY=(\d{4}-\d{2}-\d{2})")
LEFT_OUT = "…"
# What a page shows and a test does not run: it installs, takes minutes, or needs another machine.
NOT_RUN = re.compile(r"^(make|git|pip|cd|export|\.venv/)|openzone tour|engine spark|--out report")
RUN = re.compile(r"\bopenzone\b|^(cat|cp|echo|head|ls|mkdir|python|sed|tail) ")
PLAIN = re.compile(r"openzone [^|&;<>$*?`\\]*")  # nothing that a shell would make something of
DRAWN = 2_000


@dataclass(frozen=True)
class Command:
    """A command of a page, the line it stands on, and the lines shown under it."""

    line: int
    text: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """What a reader of a page types, and the files that the page gives."""

    path: str
    commands: tuple[Command, ...]
    files: dict[str, str]


def page(path: str) -> Page:
    """Read a page of the project."""
    commands: list[Command] = []
    files: dict[str, str] = {}
    for language, name, start, lines in blocks(tree.text(path) or ""):
        if language == "console":
            commands += commands_of(start, lines)
        elif name:
            files[name] = "\n".join(lines) + "\n"
    return Page(path, tuple(commands), files)


def blocks(text: str) -> Iterator[tuple[str, str, int, list[str]]]:
    """Give language, file name, first line and lines of each fenced block."""
    open_: tuple[str, str] | None = None
    start = 0
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        fence = FENCE.match(line)
        if open_ is None:
            if fence:
                open_, start, lines = (fence[1] or "", fence[2] or ""), number + 1, []
        elif line == "```":
            yield *open_, start, lines
            open_ = None
        else:
            lines.append(line)


def commands_of(start: int, lines: list[str]) -> Iterator[Command]:
    """Give the commands of a console block with what is shown under each."""
    at = 0
    while at < len(lines):
        first = at
        text = lines[at].removeprefix("$ ")
        assert text != lines[at], f"line {start + at}: a console block begins with '$ '"
        while text.endswith("\\"):
            at += 1
            text = text[:-1] + lines[at].strip()
        at += 1
        shown = []
        while at < len(lines) and not lines[at].startswith("$ "):
            shown.append(lines[at])
            at += 1
        yield Command(start + first, text, tuple(shown))


def runs(command: Command) -> bool:
    """Say whether a test runs the command."""
    return not NOT_RUN.search(command.text) and bool(RUN.search(command.text))


def faults(
    read: Page, folder: Path, cache: Path, today: str, replay: bool = True, quick: bool = False
) -> list[str]:
    """Run the commands of a page in order in `folder`; give what is not as the page shows it.

    `quick`: plain commands of ours run in this process, which has the books already.
    """
    for name, text in read.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    found = []
    for command in filter(runs, read.commands):
        text = command.text
        if "openzone replay" in text:
            if not replay:
                continue
            text += "" if "--draw" in text else f" --draw {DRAWN}"
        run = ran_here if quick and PLAIN.fullmatch(text) else ran_by_bash
        code, output = run(text, folder, surroundings(cache, today))
        if code:
            found.append(f"{read.path}:{command.line}: exit {code}: {text}\n{output[-2000:]}")
            continue
        printed = [" ".join(line.split()) for line in output.splitlines()]
        for number, line in enumerate(command.shown, start=command.line + 1):
            if not any(shows(line, one) for one in printed):
                found.append(f"{read.path}: under line {number - 1}: not printed: {line}")
    return found


def ran_by_bash(text: str, folder: Path, env: dict[str, str]) -> tuple[int, str]:
    """The exit code of a command line and what it prints."""
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", text], cwd=folder, env=env,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stdout


def ran_here(text: str, folder: Path, env: dict[str, str]) -> tuple[int, str]:
    """The same for a plain command of ours, without a process of its own."""
    output = io.BytesIO()
    stream = io.TextIOWrapper(output, encoding="utf-8", write_through=True)
    code: object = 0
    with (
        mock.patch.dict(os.environ, env, clear=True), contextlib.chdir(folder),
        mock.patch.object(sys, "argv", shlex.split(text, comments=True)),
        contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream),
    ):  # fmt: skip
        try:
            main()
        except SystemExit as end:
            code = end.code
    return int(bool(code)), output.getvalue().decode()


def shows(line: str, printed: str) -> bool:
    """Say whether a printed line has all parts of a shown line, in their order."""
    at = 0
    for part in line.split(LEFT_OUT):
        words = " ".join(part.split())
        at = printed.find(words, at)
        if at < 0:
            return False
        at += len(words)
    return True


def surroundings(cache: Path, today: str) -> dict[str, str]:
    """The environment of a reader: this program first on the path, a cache and a day of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENZONE_")}
    programs = os.pathsep.join((str(Path(sys.executable).parent), kept.get("PATH", "")))
    ours = {"PATH": programs, "OPENZONE_CACHE": str(cache), "OPENZONE_TODAY": today}
    return kept | ours | {"PYTHONPATH": str(tree.ROOT), "PYTHONIOENCODING": "utf-8"}


def stated_day() -> str:
    """The day that README.md gives for everything it shows."""
    found = STATED_DAY.search(tree.text("README.md") or "")
    assert found, "README.md states no OPENZONE_TODAY"
    return found[1]
