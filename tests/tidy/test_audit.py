"""The audit of packages tells faults, and what it could not ask, apart."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

from tests.tidy import tree

FILE = tree.ROOT / ".ci" / "audit.py"
ONE = {"name": "one", "version": "1.0", "vulns": []}
BAD = {"name": "bad", "version": "2.0", "vulns": [
    {"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": [], "description": ""}
]}  # fmt: skip
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI"}


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        ([ONE], 0, []),
        ([ONE, BAD], 1, ["bad 2.0: PYSEC-1; mended in 2.1"]),
        ([UNKNOWN], 0, ["openzone: pip-audit: not run: unknown: Dependency not found on PyPI"]),
    ],
)
def test_what_was_found_is_told(audit, found, status, said):
    assert audit.told(json.dumps({"dependencies": found, "fixes": []})) == (status, said)


def test_a_service_out_of_reach_is_told_and_fails_nothing(tmp_path):
    importlib.util.find_spec("pip_audit") or pytest.skip("pip-audit is not installed")
    nowhere = "http://127.0.0.1:9"
    env = os.environ | dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy"), nowhere)
    env |= {"NO_PROXY": "", "no_proxy": "", "XDG_CACHE_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, str(FILE)], env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("openzone: pip-audit: not run: its service cannot be reached")
