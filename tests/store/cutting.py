"""The cut of power of `cut.c`, compiled: what a process wrote and did not sync is lost."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

SHIM = Path(__file__).with_name("cut.c")
CUT = 137
"""The exit status of a process whose power was cut."""


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file that LD_PRELOAD takes."""
    made = tmp_path_factory.mktemp("cut") / "cut.so"
    compiler = shutil.which("cc") or "cc"
    flags = ("-O1", "-Wall", "-Werror", "-fPIC", "-shared")
    subprocess.run([compiler, *flags, "-o", made, SHIM, "-ldl", "-lpthread"], check=True)
    return str(made)


def cut(shim: str, folder: Path, at: int, draw: random.Random) -> dict[str, str]:
    """The environment of a process whose power is cut at the write number `at` under `folder`."""
    return {"LD_PRELOAD": shim, "CUT_UNDER": str(folder), "CUT_AT": str(at),
            "CUT_SEED": str(draw.randrange(1 << 30))}  # fmt: skip
