"""`openzone book`: hash, schema, cache, a new book, the pages made from the code."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from openzone.cli.book import command
from openzone.errors import OpenZoneError
from openzone.rulebook.books import load_book
from openzone.rulebook.schema_files import KINDS, file_name
from tests.tidy import tree


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENZONE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def run(*arguments):
    result = CliRunner().invoke(command, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def as_program(*arguments):
    line = [sys.executable, "-m", "openzone.cli.main", "book", *map(str, arguments)]
    return subprocess.run(
        line, cwd=tree.ROOT, capture_output=True, text=True, check=False, env=dict(os.environ)
    )


def test_hash_tells_the_hash_first_and_then_the_counts():
    book = load_book("cn")
    first, second, *rest = run("hash").splitlines()
    assert first == book.hash
    assert second == f"rows: {len(book.row_ids)} ({len(book.rows)} versions)"
    assert f"documents: {len(book.documents)}" in rest
    assert f"industry codes: {len(book.classification)}" in rest


def test_hash_of_a_folder_in_chinese(tmp_path):
    run("new", tmp_path / "law")
    lines = run("hash", tmp_path / "law", "--lang", "zh").splitlines()
    assert lines[0] == load_book("starter").hash
    assert lines[1] == "条文行: 3 (3 个版本)"


def test_list_names_the_bundled_books():
    lines = run("list").splitlines()
    assert [line.split()[0] for line in lines] == ["cn", "starter"]
    assert "China" in lines[0]
    assert "规则" in run("list", "--lang", "zh")


def test_schema_of_a_kind_is_printed():
    assert json.loads(run("schema", "rows"))["title"] == "OpenZone: rows"


def test_schema_alone_lists_the_kinds():
    assert [line.split()[0] for line in run("schema").splitlines()] == list(KINDS)


def test_schemas_are_written(tmp_path):
    run("schema", "--out", tmp_path / "all")
    assert {path.name for path in (tmp_path / "all").iterdir()} == {file_name(k) for k in KINDS}
    run("schema", "rows", "--out", tmp_path / "one")
    (one,) = (tmp_path / "one").iterdir()
    assert one.read_bytes() == (tmp_path / "all" / one.name).read_bytes()


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(OpenZoneError, match="did you mean 'rows'"):
        run("schema", "rowz")
    ran = as_program("schema", "rowz")
    assert ran.returncode == 2
    assert "did you mean 'rows'?" in ran.stderr


def test_an_unknown_book_is_refused():
    ran = as_program("hash", "nowhere")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "[no_book]" in ran.stderr


def test_a_broken_book_tells_every_fault(tmp_path):
    run("new", tmp_path / "law")
    for name in ("measures.yaml", "sources.yaml"):
        (tmp_path / "law" / name).write_text("schema: [\n")
    ran = as_program("hash", tmp_path / "law")
    assert ran.returncode == 2
    assert [line.split(":")[0] for line in ran.stderr.splitlines()] == [
        "measures.yaml", "sources.yaml",
    ]  # fmt: skip


def test_cache_is_told_and_cleared(folder):
    assert "0 compiled, 0 bytes" in run("cache")
    load_book("starter")
    from openzone.rulebook import books

    books._load.cache_clear()
    load_book("starter")
    assert f"{folder}: 1 compiled" in run("cache")
    assert f"{folder}: 1 removed" in run("cache", "--clear")
    assert not list(folder.glob("*.book"))


def test_a_cache_that_is_no_folder_is_told_in_a_line(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OPENZONE_CACHE", str(tmp_path / "file"))
    ran = as_program("cache", "--clear")
    assert ran.returncode == 2
    assert len(ran.stderr.strip().splitlines()) == 1


def test_a_new_book_lists_what_it_wrote(tmp_path):
    written = run("new", tmp_path / "law").splitlines()
    assert str(tmp_path / "law" / "book.yaml") in written
    ran = as_program("new", tmp_path / "law")
    assert ran.returncode == 2
    assert "something in this place" in ran.stderr


@pytest.mark.parametrize(("page", "start"), [("format", "# The format"), ("errors", "# Error")])
def test_pages_are_printed_and_written(tmp_path, page, start):
    text = run(page)
    assert text.startswith(start)
    run(page, "--out", tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == text


def test_help_of_every_command():
    for name in command.commands:
        assert run(name, "--help").startswith("Usage:")
