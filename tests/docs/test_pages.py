"""The documentation is true: commands run, links lead somewhere, pages have their companions."""

import doctest
import re

import pytest

from tests.docs import console
from tests.docs.test_service_page import PAGES as SERVICE_PAGES
from tests.tidy import tree

PAGES = [path for path in tree.files() if path.endswith(".md")]
OURS = [path for path in PAGES if path.startswith(("docs/", "openzone/"))]
# A replay takes seconds, whatever it draws; the READMEs and these pages run theirs.
REPLAYS = ("docs/start/first-reform.md", "docs/how-to/researcher.md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize(
    "path", [path for path in OURS if any(map(console.runs, console.page(path).commands))]
)
def test_every_command_runs_and_prints_what_is_shown(path, tmp_path, cache):
    read, today = console.page(path), console.stated_day()
    faults = console.faults(read, tmp_path, cache, today, replay=path in REPLAYS, quick=True)
    assert not faults, "\n".join(faults)


# What is typed against a service that runs is tried with one, in test_service_page.
ALONE = [path for path in OURS if ">>> " in (tree.text(path) or "") and path not in SERVICE_PAGES]


@pytest.mark.parametrize("path", ALONE)
def test_every_example_in_python_gives_what_is_shown(path, tmp_path, monkeypatch):
    read = console.page(path)
    for name, text in read.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = doctest.testfile(
        str(tree.ROOT / path), module_relative=False,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )  # fmt: skip
    assert ran.attempted and not ran.failed


def anchors(path):
    """The anchors of a page, as GitHub makes them from its headings."""
    text = CODE.sub("", tree.text(path) or "")
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text)]
    return {heading.strip().replace(" ", "-") for heading in plain}


def test_every_link_leads_somewhere():
    faults = []
    for path in PAGES:
        text = CODE.sub("", tree.text(path) or "")
        for target in LINK.findall(text):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            place = (tree.ROOT / path).parent / name if name else tree.ROOT / path
            if not place.exists():
                faults.append(f"{path}: {target} leads nowhere")
            elif anchor and anchor not in anchors(place.resolve().relative_to(tree.ROOT)):
                faults.append(f"{path}: {target} has no such heading")
    assert not faults, "\n".join(faults)


def test_every_page_can_be_reached_from_the_index():
    reached, left = set(), ["docs/README.md", "README.md"]
    while left:
        path = left.pop()
        if path in reached:
            continue
        reached.add(path)
        for target in LINK.findall(tree.text(path) or ""):
            name = target.partition("#")[0]
            place = ((tree.ROOT / path).parent / name).resolve()
            if name.endswith(".md") and place.is_file():
                left.append(str(place.relative_to(tree.ROOT)))
            elif name.endswith("/") and (place / "README.md").is_file():
                left.append(str((place / "README.md").relative_to(tree.ROOT)))
    records = {path for path in PAGES if path.startswith("docs/decisions/")}
    lost = {path for path in PAGES if path.startswith("docs/")} - reached - records
    assert not lost, f"no page links to {sorted(lost)}"


@pytest.mark.parametrize("door", ["start", "concepts"])
def test_a_page_of_the_first_two_doors_has_its_chinese_companion(door):
    pages = {path for path in PAGES if path.startswith(f"docs/{door}/")}
    english = {path for path in pages if not path.endswith(".zh-CN.md")}
    both_in_one = {path for path in english if "## 中文" in (tree.text(path) or "")}
    wanted = {path.removesuffix(".md") + ".zh-CN.md" for path in english - both_in_one}
    assert wanted <= pages, f"missing: {sorted(wanted - pages)}"
