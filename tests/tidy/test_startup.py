"""The program starts: what `openzone --help` runs answers with its usage."""

import subprocess
import sys
import tomllib

from tests.tidy import tree


def test_help_answers():
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, function = project["scripts"]["openzone"].split(":")
    code = f"import sys; from {module} import {function} as run; sys.exit(run())"
    ran = subprocess.run(
        [sys.executable, "-c", code, "--help"],
        cwd=tree.ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.lower().startswith("usage:"), ran.stdout
