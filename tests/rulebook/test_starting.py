"""The book that a new author begins with: small, commented, and it loads."""

import re

import pytest

from openzone.errors import BookError
from openzone.regimes.asking import decide
from openzone.rulebook.books import BUNDLED, book_folder, bundled_books, load_book
from openzone.rulebook.loading import read_cases
from openzone.rulebook.patching import fit_faults
from openzone.rulebook.schema_files import KINDS, file_name
from openzone.rulebook.starting import STARTER, start_book


@pytest.fixture
def new(tmp_path):
    start_book(tmp_path / "law")
    return tmp_path / "law"


def test_a_new_book_loads_and_says_what_the_starter_says(new):
    book = load_book(new, cached=False)
    assert book.hash == load_book("starter", cached=False).hash
    assert book.rows
    assert book.reforms


def test_every_file_begins_with_its_schema_and_a_comment(new):
    for path in new.rglob("*.yaml"):
        line, comment = path.read_text(encoding="utf-8").splitlines()[:2]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", line)
        assert found, path
        assert (path.parent / found[1]).resolve().is_file(), path
        assert comment.startswith("# "), path


def test_the_schemas_are_beside_it(new):
    assert {path.name for path in (new / "schema").iterdir()} == {file_name(k) for k in KINDS}


def test_its_worked_cases_come_out():
    book = load_book("starter")
    cases = read_cases(book_folder("starter"))
    assert len(cases) == 3
    for case in cases:
        found = decide(book, case.given, regime=case.regime)
        assert found["outcome"] == case.expect["outcome"], case.id
        assert set(case.expect["rests_on"]) <= {one["row"] for one in found["because"]}, case.id


def test_its_reform_still_fits_its_rows():
    book = load_book("starter")
    for reform in book.reforms.values():
        assert not fit_faults(book, reform)


def test_it_names_no_country():
    assert load_book("starter").info.host == "XX"


@pytest.mark.parametrize("kind", ["file", "full folder"])
def test_nothing_is_written_over(tmp_path, kind):
    place = tmp_path / "here"
    if kind == "file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    with pytest.raises(BookError, match="something in this place"):
        start_book(place)
    assert len(list(tmp_path.rglob("*"))) == (1 if kind == "file" else 2)


def test_the_starter_is_a_bundled_book():
    assert STARTER == BUNDLED / "starter"
    assert set(bundled_books()) >= {"cn", "starter"}
