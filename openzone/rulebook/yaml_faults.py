"""What a YAML parser complains of, in the words of a reader: what is wrong, where, what to do."""

from __future__ import annotations

import re
from typing import Any

from openzone.errors import Fault

# What YAML allows in a text (YAML 1.2, section 5.1), without the byte-order mark.
_NOT_ALLOWED = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_QUOTE_IT = "put the text in quotes"
_INDENT = "check the indentation of this line and of the one above"

# The parser's words: ours ({} is the line on which the part began), the next step, and whether the
# fault lies there.
_WORDS: dict[str, tuple[str, str, bool]] = {
    "did not find expected ',' or ']'": (
        "the list that begins on line {} is not closed, or lacks a comma",
        "close it with ']'",
        False,
    ),
    "did not find expected ',' or '}'": (
        "the mapping that begins on line {} is not closed, or lacks a comma",
        "close it with '}'",
        False,
    ),
    "found unexpected end of stream": (
        "the quote that begins here is not closed",
        "close it; inside single quotes write '' for '",
        True,
    ),
    "mapping values are not allowed in this context": (
        "a colon stands where no key can stand",
        f"{_INDENT}; {_QUOTE_IT} if it holds a colon",
        False,
    ),
    "could not find expected ':'": (
        "a key has no colon after it",
        f"write 'key: value', or {_QUOTE_IT}",
        True,
    ),
    "found character that cannot start any token": (
        "text begins with a character that has a meaning in YAML",
        _QUOTE_IT,
        False,
    ),
    "did not find expected key": ("no key stands where one must stand", _INDENT, False),
    "did not find expected '-' indicator": (
        "the list goes on without '-', or a key stands too far to the left",
        _INDENT,
        False,
    ),
}


def character_fault(text: str, file: str) -> Fault | None:
    """The first character that YAML does not allow, if there is one."""
    found = _NOT_ALLOWED.search(text)
    if found is None:
        return None
    return Fault(
        "unreadable",
        "holds a character that YAML does not allow",
        file=file,
        line=text.count("\n", 0, found.start()) + 1,
        seen=f"U+{ord(found[0]):04X}",
        next="delete it; such characters come from copying out of other programs",
    )


def parser_fault(error: Any, text: str, file: str) -> Fault:
    """The fault at which the parser stopped; `error` is a yaml.MarkedYAMLError."""
    problem = str(error.problem or error)
    at, began = error.problem_mark or error.context_mark, error.context_mark
    line = at.line + 1 if at else None
    if _tab_at(text, line):
        return Fault(
            "unreadable",
            "a tab stands where spaces must stand",
            file=file,
            line=line,
            expected="indentation by spaces",
            next="replace each tab by two spaces",
        )
    message, step, where_it_began = _WORDS.get(
        problem, (f"is not YAML: {problem}", "check colons, quotes and indentation here", False)
    )
    if where_it_began and began:
        line = began.line + 1
    message = message.replace("{}", str(began.line + 1) if began else "?")
    return Fault("unreadable", message, file=file, line=line, next=step)


def _tab_at(text: str, line: int | None) -> bool:
    lines = text.splitlines()
    if line is None or line > len(lines):
        return False
    here = lines[line - 1]
    return "\t" in here[: len(here) - len(here.lstrip())]
