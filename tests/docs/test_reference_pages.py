"""What is made from the program is what the program says today."""

import pytest

from openzone.api.settings import Settings
from openzone.cli.main import VERBS
from openzone.regimes.registry import REGIMES, TABLES, table_regime
from tests.docs import reference_pages
from tests.tidy import tree

WRITE = "write them anew: .venv/bin/python -m tests.docs.reference_pages"


MADE = [
    reference_pages.CLI_PAGE, reference_pages.FIELDS_PAGE, reference_pages.SETTINGS_PAGE,
    reference_pages.SETTINGS_PAGE_ZH, *reference_pages.PARTED,
]  # fmt: skip


@pytest.mark.parametrize("path", MADE)
def test_the_page_is_what_the_program_says(path):
    assert tree.text(path) == reference_pages.pages()[path], WRITE


@pytest.mark.parametrize("name", REGIMES)
def test_each_regime_says_its_facts_and_outcomes_twice_alike(name):
    for path in (f"openzone/regimes/{name}/README.md", "docs/reference/case-format.md"):
        made = {found[1:3] for found in reference_pages.PART.findall(tree.text(path) or "")}
        assert {("facts", name), ("outcomes", name)} <= made


def test_every_command_stands_on_the_page():
    text = tree.text(reference_pages.CLI_PAGE) or ""
    assert all(f"## openzone {name}\n" in text for name in VERBS)
    assert all(f"### openzone reform {name}\n" in text for name in ("new", "check", "list", "hash"))


def test_every_setting_stands_on_both_pages_with_its_meaning():
    for path in (reference_pages.SETTINGS_PAGE, reference_pages.SETTINGS_PAGE_ZH):
        lines = [line for line in (tree.text(path) or "").splitlines() if line.startswith("| `")]
        told = {line.split("`")[1]: [cell.strip() for cell in line.split(" | ")] for line in lines}
        assert list(told) == list(Settings.model_fields)
        assert all(len(cells) == 4 and cells[3] for cells in told.values())


@pytest.mark.parametrize("name", TABLES)
def test_each_regime_of_tables_has_its_section_with_every_field_and_outcome(name):
    text = tree.text(reference_pages.FIELDS_PAGE) or ""
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    regime = table_regime(name)
    assert all(f"| `{field}` |" in section for field in (*regime.own, *regime.verdicts))
    assert all(f"| `{table}` |" in section for table in regime.tables)


def test_a_field_without_which_a_case_is_refused_says_so():
    lines = reference_pages.fields_page().splitlines()
    for start in ("| `kind` | one of `transfer`", "| `question` | one of `entry`"):
        (line,) = (one for one in lines if one.startswith(start))
        assert line.split("|")[3].strip() == "refused"
