"""Names that say nothing, and words that talk down to the reader, stay out."""

import ast
import functools
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.tidy import tree

ROOMS = ("openzone", "tests", "benchmarks")
EMPTY_NAMES = {"utils", "util", "helpers", "misc", "base", "common"}
TALKS_DOWN = re.compile(r"\b(simply|just|obviously)\b", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(TODO|FIXME)\b")

# "path: word" that may stay, and why.
EXCEPTIONS: dict[str, str] = {}


def docstrings(path: str) -> Iterator[tuple[int, str]]:
    module = tree.syntax(path)
    for node in [module, *(node for _, node in tree.definitions(module))]:
        if (said := ast.get_docstring(node, clean=False)) is not None:
            start = node.body[0].lineno
            yield from enumerate(said.splitlines(), start=start)


def comments(path: str) -> Iterator[tuple[int, str]]:
    source = io.StringIO(tree.text(path) or "")
    for token in tokenize.generate_tokens(source.readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@functools.cache
def prose() -> tuple[tuple[str, int, str], ...]:
    """Answer every line of the documentation, the docstrings and the comments, with its place."""
    return tuple(_prose())


def _prose() -> Iterator[tuple[str, int, str]]:
    for path in tree.files():
        if path.endswith((".md", ".rst")):
            for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
                yield path, number, line
    for path in tree.python_files(*ROOMS):
        for number, line in [*docstrings(path), *comments(path)]:
            yield path, number, line


def banned_words() -> Iterator[tuple[str, str]]:
    for path, number, line in prose():
        for pattern in (TALKS_DOWN, UNFINISHED):
            for word in pattern.findall(line):
                yield f"{path}: {word}", f"{path}:{number}: {word!r} in {line.strip()!r}"


def test_no_module_has_an_empty_name():
    faults = [
        path
        for path in tree.python_files(*ROOMS)
        if EMPTY_NAMES & set(PurePosixPath(path).with_suffix("").parts)
    ]
    assert not faults, f"say what they hold instead: {faults}"


def test_no_banned_word_in_documentation_docstrings_and_comments():
    faults = [fault for key, fault in banned_words() if key not in EXCEPTIONS]
    assert not faults, "\n".join(faults)


def test_every_exception_is_still_needed_and_says_why():
    unused = EXCEPTIONS.keys() - {key for key, _ in banned_words()}
    assert not unused, f"no longer needed: {sorted(unused)}"
    assert all(reason.strip() for reason in EXCEPTIONS.values())


def test_there_is_something_to_read():
    assert {path for path, _, _ in prose()} >= {"ARCHITECTURE.md", "openzone/__init__.py"}
