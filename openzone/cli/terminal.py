"""What text is written to: how wide it is, and whether headings may be bold."""

from __future__ import annotations

import os
import shutil
import sys

WIDTH_MAX = 100
WIDTH_MIN = 40


def terminal() -> tuple[int, bool]:
    """Columns to wrap at, and whether to paint: only on a terminal, and not with NO_COLOR."""
    if not sys.stdout.isatty():
        return WIDTH_MAX, False
    columns = shutil.get_terminal_size((WIDTH_MAX, 24)).columns
    width = max(WIDTH_MIN, min(WIDTH_MAX, columns))
    return width, "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
