"""The map in ARCHITECTURE.md is the tree of openzone/: nothing missing, nothing left over."""

import ast
import re
from collections import Counter
from pathlib import PurePosixPath

from tests.tidy import tree

PAGE = "ARCHITECTURE.md"
BETWEEN_MARKERS = re.compile(r"<!-- map: begin -->\n(.*?)<!-- map: end -->", re.DOTALL)
ROW = re.compile(r"^\| `([^`]+)` \| (.*?) \|$", re.MULTILINE)


def in_tree() -> dict[str, str]:
    """Answer each folder, module and book, with the file whose docstring says its purpose."""
    found = {}
    for path in tree.python_files("openzone"):
        place = PurePosixPath(path)
        found[f"{place.parent}/" if place.name == "__init__.py" else path] = path
    for path in tree.files():
        if path.startswith("openzone/books/") and len(parts := path.split("/")) > 3:
            found.setdefault("/".join(parts[:3]) + "/", "")
    return found


def in_map() -> list[tuple[str, str]]:
    found = BETWEEN_MARKERS.search(tree.text(PAGE) or "")
    assert found, f"{PAGE} has no map between its two markers"
    return ROW.findall(found[1])


def row(place: str, source: str) -> str:
    said = ast.get_docstring(tree.syntax(source)) if source else None
    return f"| `{place}` | {said.splitlines()[0] if said else '...'} |"


def test_the_map_names_everything_in_the_tree():
    sources = in_tree()
    missing = sorted(sources.keys() - {place for place, _ in in_map()})
    rows = "\n".join(row(place, sources[place]) for place in missing)
    assert not missing, f"missing from the map in {PAGE}; to add:\n{rows}"


def test_the_map_names_nothing_else():
    extra = sorted({place for place, _ in in_map()} - in_tree().keys())
    assert not extra, f"in the map of {PAGE}, not in the tree: {extra}"


def test_the_map_names_each_place_once_with_its_purpose():
    places = Counter(place for place, _ in in_map())
    twice = [place for place, count in places.items() if count > 1]
    assert not twice, f"named more than once: {twice}"
    unclear = [place for place, purpose in in_map() if len(purpose.strip(". ")) < 3]
    assert not unclear, f"say what they hold: {unclear}"


def test_the_map_reads_in_the_order_of_the_tree():
    places = [place for place, _ in in_map()]
    assert places == sorted(places)
