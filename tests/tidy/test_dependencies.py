"""Dependencies are few, bounded, explained, and the heavy ones are loaded only where used."""

import ast
import functools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

from tests.tidy import tree

# The distribution that brings a module, where the names differ.
BROUGHT_BY = {
    "argon2": "argon2-cffi",
    "chinese_calendar": "chinesecalendar",
    "ibis": "ibis-framework",
    "pydantic_core": "pydantic",
    "vl_convert": "vl-convert-python",
    "yaml": "pyyaml",
    "zen": "zen-engine",
}
# Asking one question must start fast: none of these before it is needed.
LOADED_LATE = {
    "altair", "duckdb", "ibis", "numpy", "pandas", "pyarrow", "pydantic", "pyspark", "sqlglot",
    "vl_convert",
}  # fmt: skip
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([^;]*)")
PAGE = "docs/dependencies.md"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.cache
def declared() -> dict[tuple[str, str], str]:
    """Answer the version bounds of each (distribution, extra) in pyproject.toml."""
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"core": project["dependencies"], **project["optional-dependencies"]}
    found = {}
    for extra, requirements in groups.items():
        for requirement in requirements:
            match = REQUIREMENT.match(requirement)
            assert match, requirement
            found[normal(match[1]), extra] = match[2]
    return found


@functools.cache
def explained() -> tuple[tuple[str, ...], ...]:
    """Answer the rows of the table in docs/dependencies.md, as cells."""
    lines = (tree.text(PAGE) or "").splitlines()
    rows = [tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in lines]
    return tuple(row for row, line in zip(rows, lines, strict=True) if line.startswith("| `"))


def is_room(name: str) -> bool:
    place = tree.ROOT / "openzone" / name
    return place.is_dir() or place.with_suffix(".py").is_file()


def third_party_imports() -> Iterator[tuple[str, str]]:
    """Answer each import in openzone/ from outside it and the standard library, with its place."""
    for path in tree.python_files("openzone"):
        for node in ast.walk(tree.syntax(path)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                given = node.args[0] if node.args else None
                names = [str(given.value)] if isinstance(given, ast.Constant) else []
            else:
                continue
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names | {"", "openzone"}:
                    yield top, f"{path}:{node.lineno}"


def test_every_third_party_import_is_declared():
    known = {name for name, _ in declared()}
    faults = [
        f"{place}: {module} is in no list of pyproject.toml"
        for module, place in third_party_imports()
        if normal(BROUGHT_BY.get(module, module)) not in known
    ]
    assert not faults, "\n".join(faults)


def test_every_dependency_has_a_lower_and_an_upper_bound():
    faults = [key for key, bounds in declared().items() if ">=" not in bounds or "<" not in bounds]
    assert not faults, faults


def test_every_dependency_is_explained_and_every_explanation_is_of_a_dependency():
    rows = [(normal(row[0].strip("`")), row[1]) for row in explained()]
    assert sorted(rows) == sorted(declared()), f"{PAGE} and pyproject.toml differ"


def test_every_explanation_is_complete():
    faults = [row for row in explained() if len(row) != 5 or not all(row)]
    assert not faults, f"package, extra, why, upper bound, without it: {faults}"


def test_rooms_take_nothing_but_the_version_from_the_door_above_them():
    faults = [
        f"{path}:{node.lineno}: {alias.name}"
        for path in tree.python_files("openzone")
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.ImportFrom) and node.module == "openzone" and not node.level
        for alias in node.names
        if alias.name != "__version__" and not is_room(alias.name)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("module", ["openzone", "openzone.cli.main"])
def test_heavy_packages_are_not_loaded_by_importing(module):
    code = f"import {module}, sys; print(*(name.split('.')[0] for name in sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert not (loaded := LOADED_LATE & set(ran.stdout.split())), f"{module} loads {loaded}"
