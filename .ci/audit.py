"""Tell of known faults in the packages that are installed; what could not be asked is "not run".

pip-audit asks a service over the network. Where that cannot be reached, nothing was found out: this
says so and ends with 0. Known faults end with 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

COMMAND = [
    str(Path(sys.executable).parent / "pip-audit"), "--local", "--skip-editable",
    "--format", "json",
    "--progress-spinner", "off", "--timeout", "15",
]  # fmt: skip
OUT_OF_REACH = ("requests.exceptions.", "ConnectionError", "ServiceError", "urllib3.exceptions.")
NOT_RUN = "openzone: pip-audit: not run"


def told(found: str) -> tuple[int, list[str]]:
    """The exit status and the lines for what pip-audit found."""
    lines, faults = [], 0
    for one in json.loads(found)["dependencies"]:
        if "skip_reason" in one:
            lines.append(f"{NOT_RUN}: {one['name']}: {one['skip_reason']}")
        for fault in one.get("vulns", ()):
            faults += 1
            fixed = ", ".join(fault.get("fix_versions", ())) or "no version yet"
            lines.append(f"{one['name']} {one['version']}: {fault['id']}; mended in {fixed}")
    return (1 if faults else 0), lines


def main() -> int:
    """Ask, and tell."""
    ran = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    if ran.stdout.strip().startswith("{"):
        status, lines = told(ran.stdout)
    elif any(words in ran.stderr for words in OUT_OF_REACH):
        last = ran.stderr.strip().splitlines()[-1][:160]
        status, lines = 0, [f"{NOT_RUN}: its service cannot be reached: {last}"]
    else:
        status, lines = 1, [ran.stderr.strip() or f"pip-audit ended with {ran.returncode}"]
    print("\n".join(lines), end="\n" if lines else "")
    return status


if __name__ == "__main__":
    sys.exit(main())
