"""What the tidy tests read: the files that belong to the project, and their Python syntax."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"__pycache__", "build", "dist", "node_modules"}
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def files() -> tuple[str, ...]:
    """Answer the paths of all files git tracks or would track; without git, all visible files."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(_walk()))
    names = set(listed.stdout.split("\0")) - {""}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def _walk() -> Iterator[str]:
    for folder, folders, names in os.walk(ROOT):
        at = Path(folder)
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS and (not name.startswith(".") or name == ".ci")
        ]
        yield from ((at / name).relative_to(ROOT).as_posix() for name in names)


def python_files(*rooms: str) -> list[str]:
    """Answer the Python files under the top folders `rooms`."""
    return [name for name in files() if name.endswith(".py") and name.split("/")[0] in rooms]


def text(path: str) -> str | None:
    """Answer the text of a file, or nothing when it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@functools.cache
def syntax(path: str) -> ast.Module:
    """Answer the syntax tree of a Python file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=path)


def definitions(node: ast.AST, within: str = "") -> Iterator[tuple[str, Definition]]:
    """Answer every class and function under `node` with its dotted name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            name = f"{within}{child.name}"
            yield name, child
            yield from definitions(child, f"{name}.")
        else:
            yield from definitions(child, within)
