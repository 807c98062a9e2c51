"""The script of a new version, drafted from the tables: `python -m tests.store.drafting WORDS`.

It is to be read before it is kept: Alembic sees tables, columns, keys and indexes, not what is to
become of rows. `--first` writes the first version anew; that is for a release nobody has run.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from openzone.store import tables
from openzone.store.upgrades import SCRIPTS, config

assert tables.PROJECTED, "the tables are known once their modules are loaded"
VERSIONS = SCRIPTS / "versions"
COMMENT = re.compile(r"^ *# (###|end Alembic|please adjust).*\n", re.MULTILINE)
FIRST = "The first tables."


def draft(words: str, first: bool = False) -> Path:
    """Write the script, and give its file."""
    scripts = sorted(VERSIONS.glob("[0-9]*.py"))
    if first:
        for path in scripts:
            path.unlink()
    number = f"{1 if first else len(scripts) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        with engine.begin() as connection:
            held = config()
            held.attributes["connection"] = connection
            if not first:
                command.upgrade(held, "head")
            command.revision(held, words, autogenerate=True, rev_id=number)
        engine.dispose()
    (made,) = VERSIONS.glob(f"{number}_*.py")
    path = made.with_name(re.sub(r"\W+", "_", f"{number} {words}".lower()).strip("_") + ".py")
    made.rename(path)
    path.write_text(COMMENT.sub("", path.read_text("utf-8")), "utf-8")
    for arguments in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, str(path)], check=True)
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="?", default=FIRST)
    parser.add_argument("--first", action="store_true")
    given = parser.parse_args()
    print(draft(given.words, given.first))
