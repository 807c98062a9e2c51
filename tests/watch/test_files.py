"""The command and its files: they parse, say the same, and carry words beside the picture."""

import csv
import datetime as dt
import functools
import io
import json
import struct
import xml.etree.ElementTree as ET
import zlib
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from openzone.cli.openness import command
from openzone.rulebook.books import load_book
from openzone.watch.openness import openness
from openzone.watch.page import openness_pictures
from openzone.watch.pictures import draws_chinese
from openzone.watch.words import WORDS, decimal, in_words

KNOWN = dt.date(2026, 10, 1)
SVG = "{http://www.w3.org/2000/svg}"


@functools.cache
def measured():
    return openness(load_book("cn"), known=KNOWN)


@functools.cache
def drawn(lang):
    return openness_pictures(measured(), (".svg", ".png", ".html"), lang)


def run(*arguments):
    result = CliRunner().invoke(command, ["--known", KNOWN.isoformat(), *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def chunks(png):
    at = 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        (check,) = struct.unpack(">I", png[at + 8 + size : at + 12 + size])
        assert check == zlib.crc32(kind + body)
        yield kind, body
        at += 12 + size


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_svg_parses_and_describes_itself(lang):
    root = ET.fromstring(drawn(lang)[0][".svg"].decode("utf-8"))
    assert root.get("role") == "img"
    title, told = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert title is not None
    assert told is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    assert told.text == in_words(measured(), lang)
    assert WORDS["score"].lang(lang) in "".join(root.itertext())


def test_the_png_is_whole_and_carries_the_words():
    png = drawn("en")[0][".png"]
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found = list(chunks(png))
    assert [kind for kind, _ in (found[0], found[-1])] == [b"IHDR", b"IEND"]
    width, _ = struct.unpack(">II", found[0][1][:8])
    assert width > 1400  # twice the pixels of a page of 800
    texts = dict(body.split(b"\0", 1) for kind, body in found if kind == b"iTXt")
    assert texts[b"Description"].endswith(in_words(measured(), "en").encode())


def test_a_png_in_chinese_says_so_where_no_font_has_chinese():
    _, notices = drawn("zh")
    assert notices == ([] if draws_chinese() else [WORDS["no_font"].zh])


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.roles, self.cells, self.captions = [], [], 0, 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given[name] for name in ("src", "href") if name in given]
        self.cells += tag == "td"
        self.captions += tag == "caption"
        if given.get("role") == "img":
            self.roles.append(given.get("aria-label"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_no_other_file_and_has_the_numbers(lang):
    text = drawn(lang)[0][".html"].decode("utf-8")
    page = Page()
    page.feed(text)
    assert page.links == []
    assert page.roles == [in_words(measured(), lang)]
    assert page.captions == 2
    assert page.cells == 11 * len(measured().figures) + 5 * len(measured().counts)
    assert "prefers-color-scheme: dark" in text
    assert "vegaEmbed" in text


def test_words_have_both_languages():
    assert all(text.zh and text.en for text in WORDS.values())


def test_a_folder_gets_every_file_and_their_paths_are_printed(tmp_path):
    said = run("--out", str(tmp_path), "--on", "2025-06-01")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"openness.{end}" for end in ("csv", "html", "json", "png", "svg")]
    assert all(str(tmp_path / name) in said for name in names)


def test_csv_and_json_say_the_same(tmp_path):
    for name in ("o.csv", "o.json"):
        run("--out", str(tmp_path / name))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "o.csv").read_text("utf-8"))))
    record = json.loads((tmp_path / "o.json").read_text("utf-8"))
    totals = [row for row in rows if not row["section"]]
    assert len(totals) == len(record["figures"]) == len(measured().figures)
    for row, figure in zip(totals, record["figures"], strict=True):
        assert (row["place"], row["on"]) == (figure["place"], figure["on"])
        assert int(row["closed"]) == figure["total"]["closed"]
        assert float(row["score"]) == figure["total"]["score"]
        assert len(figure["sections"]) == 20
    assert record["covered_from"] == "2020-07-23"
    assert record["firm"]["foreign_share"] == 1.0


def test_the_table_says_what_is_not_measured():
    said = run("--on", "2018-01-01", "--place", "ftz")
    assert "nothing measured" in said
    assert " 95 " in said


def test_sections_are_listed_where_asked():
    said = run("--by-section", "--place", "hainan", "--lang", "zh")
    assert "制造业" in said
    assert "合计" in said


def test_a_reform_shows_before_and_after():
    said = run("--reform", "PO-2025-SVC-TEL", "--place", "city:suzhou", "--on", "2026-01-01")
    assert "PO-2025-SVC-TEL" in said
    assert "Classes that the reform changes" in said


def test_an_unknown_kind_of_file_is_refused(tmp_path):
    result = CliRunner().invoke(command, ["--out", str(tmp_path / "o.pdf")])
    assert result.exit_code != 0
    assert ".pdf" in result.output


@pytest.mark.parametrize(
    ("micro", "places", "shown"),
    [(55438, 4, "0.0554"), (55450, 4, "0.0555"), (1_000_000, 4, "1.0000"), (None, 4, "–"),
     (999_999, 4, "1.0000"), (49642, 6, "0.049642")],
)  # fmt: skip
def test_decimals_are_rounded_half_up(micro, places, shown):
    assert decimal(micro, places) == shown
