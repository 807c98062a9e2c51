"""Lines for a terminal: no wider than asked, marks hang, punctuation never begins a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.decide.words.lines import Line, Lines, columns, wrapped

ZH = (
    "外国投资者不得投资该领域（prohibited）。"
    "《外商投资准入特别管理措施（负面清单）（2024年版）》，第12项。"
)
EN = "Foreign investors may not invest in this activity (prohibited), whatever the share they hold."


@pytest.mark.parametrize("text", [ZH, EN, ZH + EN])
@pytest.mark.parametrize("width", [24, 40, 61, 100])
def test_lines_keep_within_the_width(text, width):
    rows = list(wrapped(Line(1, text, "-"), width))
    assert all(columns(row) <= width for row in rows)
    assert "".join(rows).replace(" ", "") == f"-{text}".replace(" ", "")


def test_the_second_line_hangs_under_the_text():
    first, second, *_ = wrapped(Line(1, EN, "12."), 40)
    assert first.startswith("  12. Foreign")
    assert second.startswith("      ")
    assert second[6] != " "


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    for width in range(20, 90):
        for row in wrapped(Line(0, ZH), width):
            assert row.strip()[0] not in "，。）》、；："
            assert row.strip()[-1] not in "（《"


def test_a_chinese_character_takes_two_columns():
    assert columns("中a，") == 5


def test_headings_are_bold_only_when_painted():
    lines = Lines()
    lines.add(0, "first")
    lines.head("结论")
    lines.add(1, "")
    assert lines.text() == "first\n\n结论\n"
    assert lines.text(paint=True) == "first\n\n\033[1m结论\033[0m\n"


@given(st.text(alphabet="ab ，。（）中文《》,.", min_size=1).filter(str.strip), st.integers(20, 60))
def test_nothing_is_lost_in_wrapping(text, width):
    rows = list(wrapped(Line(0, text), width))
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
