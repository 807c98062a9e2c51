"""Limits: functions to 60 lines, modules to 400, lines to 100 columns."""

import ast
import unicodedata
from collections.abc import Iterator

from tests.tidy import tree

ROOMS = ("openzone", "tests", "benchmarks")
FUNCTION_LINES_MAX = 60
MODULE_LINES_MAX = 400
LINE_COLUMNS_MAX = 100
DRAFTED = "openzone/store/migrations/versions/"  # by Alembic, from the tables, one after the other

# What may be larger, and why: "path" for a module, "path::Class.function" for a function,
# "path:columns" for the lines of a file.
EXCEPTIONS: dict[str, str] = {
    "openzone/rulebook/model.py": "the nouns of the rulebook, few lines each, read side by side",
}


def measured() -> list[str]:
    return [path for path in tree.python_files(*ROOMS) if not path.startswith(DRAFTED)]


def columns(line: str) -> int:
    """Answer the width of a line as ruff counts it: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def modules_too_long() -> Iterator[tuple[str, str]]:
    for path in measured():
        count = len((tree.text(path) or "").splitlines())
        if count > MODULE_LINES_MAX:
            yield path, f"{path}: {count} lines, at most {MODULE_LINES_MAX}"


def functions_too_long() -> Iterator[tuple[str, str]]:
    for path in measured():
        for name, node in tree.definitions(tree.syntax(path)):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if not isinstance(node, ast.ClassDef) and count > FUNCTION_LINES_MAX:
                said = f"{path}:{node.lineno}: {name} has {count} lines"
                yield f"{path}::{name}", f"{said}, at most {FUNCTION_LINES_MAX}"


def lines_too_wide() -> Iterator[tuple[str, str]]:
    for path in measured():
        for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
            if (width := columns(line)) > LINE_COLUMNS_MAX:
                said = f"{path}:{number}: {width} columns, at most {LINE_COLUMNS_MAX}"
                yield f"{path}:columns", said


def unexcused(found: Iterator[tuple[str, str]]) -> str:
    return "\n".join(fault for key, fault in found if key not in EXCEPTIONS)


def test_no_module_is_longer_than_400_lines():
    assert not (faults := unexcused(modules_too_long())), faults


def test_no_function_is_longer_than_60_lines():
    assert not (faults := unexcused(functions_too_long())), faults


def test_no_line_is_wider_than_100_columns():
    assert not (faults := unexcused(lines_too_wide())), faults


def test_every_exception_is_still_needed_and_says_why():
    found = [*modules_too_long(), *functions_too_long(), *lines_too_wide()]
    unused = EXCEPTIONS.keys() - {key for key, _ in found}
    assert not unused, f"no longer needed: {sorted(unused)}"
    assert all(reason.strip() for reason in EXCEPTIONS.values())


def test_there_is_something_to_measure():
    assert tree.python_files("openzone")
    assert tree.python_files("tests")
