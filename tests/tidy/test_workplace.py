"""No file names the machine or the folders where it was written."""

import re

from tests.tidy import tree

URL = re.compile(r"https?://[^\s)\]>\"']+")
# Written in halves, so that this file does not name them itself.
WORKPLACE = re.compile(
    r"/wo" r"rk/|\.lib" r"rary\b|farm" r"-(?:bench|studio)"
    r"|/ho" r"me/\w|/Us" r"ers/\w|/ro" r"ot/|\b[A-Z]:\\Us" r"ers\\"
)  # fmt: skip


def test_no_file_names_the_place_where_it_was_written():
    faults = [
        f"{path}:{number}: {found[0]!r} in {line.strip()[:100]!r}"
        for path in tree.files()
        for number, line in enumerate((tree.text(path) or "").splitlines(), start=1)
        if (found := WORKPLACE.search(URL.sub("", line)))
    ]
    assert not faults, "\n".join(faults)


def test_there_is_something_to_read():
    assert {"pyproject.toml", "Makefile", ".ci/run"} <= set(tree.files())
