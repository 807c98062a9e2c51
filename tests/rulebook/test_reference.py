"""The pages of docs/reference that are made from the code are those that the code makes."""

import re

import pytest

from openzone.errors import CODES
from openzone.rulebook import files
from openzone.rulebook.reference import errors_page, format_page
from openzone.rulebook.schema_files import KINDS, entries_of
from tests.tidy import tree

PAGES = {
    "docs/reference/book-format.md": ("format", format_page),
    "docs/reference/errors.md": ("errors", errors_page),
}


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_up_to_date(path):
    command, make = PAGES[path]
    told = f"to renew: openzone book {command} --out {path}"
    assert tree.text(path) == make(), told


def test_every_code_is_explained():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", errors_page(), re.MULTILINE)
    assert dict(rows) == CODES


def test_every_kind_of_file_and_every_entry_has_its_section():
    page = format_page()
    sections = re.findall(r"^##+ (.+)$", page, re.MULTILINE)
    entries = {e.__name__ for s in KINDS.values() for e in entries_of(s)[1:]}
    assert set(KINDS) | entries <= set(sections)
    assert len(sections) == len(set(sections))
    for schema in files.FILES:
        assert f"`{schema}`" in page


def test_every_link_of_the_page_leads_somewhere():
    page = format_page()
    anchors = {found.lower() for found in re.findall(r"^##+ ([\w-]+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors
