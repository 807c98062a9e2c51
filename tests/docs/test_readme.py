"""Both READMEs are true: every command in them runs and prints the lines shown under it."""

import pytest

from tests.docs import console
from tests.tidy import tree

PAGES = ("README.md", "README.zh-CN.md")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("path", PAGES)
def test_every_command_runs_and_prints_what_is_shown(path, tmp_path, cache):
    read, today = console.page(path), console.stated_day()
    # Each command of the English page is a process of its own; the other page has the same ones.
    faults = console.faults(read, tmp_path, cache, today, quick=path != PAGES[0])
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", PAGES)
def test_there_is_something_to_run(path):
    read = console.page(path)
    verbs = {command.text.split("openzone ")[-1].split()[0] for command in read.commands
             if console.runs(command)}  # fmt: skip
    assert verbs >= {"decide", "explain", "reform", "diff", "replay", "check"}
    assert {"make run", "make test"} <= {command.text for command in read.commands}


def test_both_show_the_same_commands():
    def typed(path):
        return [c.text.replace(" --lang zh", "") for c in console.page(path).commands]

    assert typed(PAGES[0]) == typed(PAGES[1])


def test_both_state_the_same_day():
    stated = [console.STATED_DAY.findall(tree.text(path) or "") for path in PAGES]
    assert all(stated) and len({day for days in stated for day in days}) == 1
