"""A missing part of the machine skips a test on a desk, and fails it in continuous integration."""

import os
import subprocess
import sys

import pytest

from tests.tidy import tree

SUITE = """
import pytest

@pytest.mark.chromium
def test_marked(): pass

def test_known_to_fail(): pytest.xfail("known")

@pytest.mark.soak
def test_long(): pass

def test_skips_itself(): pytest.skip("not here")

def test_passes(): pass
"""
SKIPPING_FILE = "import pytest; pytest.importorskip('no_such_package')"


def run_suite(folder, text, *, ci):
    (folder / "test_suite.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  chromium\n  soak\n")
    env = {key: value for key, value in os.environ.items() if not key.startswith("OPENZONE_")}
    env |= {"PYTHONPATH": str(tree.ROOT), "OPENZONE_CI": "1" if ci else "0", "PATH": str(folder)}
    command = [sys.executable, "-m", "pytest", "-p", "tests.parts", "-p", "no:cacheprovider"]
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return ran.stdout.strip().splitlines()


@pytest.mark.parametrize(
    ("ci", "closing"),
    [(False, "1 passed, 3 skipped, 1 xfailed"), (True, "1 passed, 2 skipped, 1 xfailed, 1 error")],
)
def test_a_missing_part(tmp_path, ci, closing):
    lines = run_suite(tmp_path, SUITE, ci=ci)
    assert closing in lines[-1], "\n".join(lines)
    assert "1 skipped: not here" in lines, "\n".join(lines)
    assert "1 skipped: soak: long; `make soak` runs it" in lines, "\n".join(lines)


@pytest.mark.parametrize(("ci", "closing"), [(False, "1 skipped"), (True, "1 error")])
def test_a_file_that_skips_itself(tmp_path, ci, closing):
    lines = run_suite(tmp_path, SKIPPING_FILE, ci=ci)
    assert closing in lines[-1], "\n".join(lines)
