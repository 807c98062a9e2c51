"""`python -m benchmarks [NAMES...]`: measure, and write what was found to benchmarks/results."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from benchmarks.report import WORDS, Report, refresh_readme
from benchmarks.setting import Options, Setting

NAMES = {
    "single": "one case, beside zen-engine",
    "peers": "a table of cases, beside openfisca-core",
    "table": "a table of cases, beside SQL written by hand",
    "growth": "time against the number of rows, and of cases",
    "goods": "declaration lines, beside SQL written by hand",
    "journey": "a plan through every regime, one case of each regime of tables",
    "flat": "cases of decision tables, beside SQL written by hand",
    "store": "events into a store on both databases, beside bare inserts",
    "load": "loading the book, starting the program, the exact difference",
    "service": "one case over HTTP, beside a bare route",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks named, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="; ".join(f"{name}: {does}" for name, does in NAMES.items()),
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="few rounds, small tables: a look")
    parser.add_argument("--full", action="store_true", help="also 100 million cases")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    options = Options(quick=given.quick, full=given.full)
    setting = Setting()
    for name in given.names or NAMES:
        print(f"benchmarks: {name}", file=sys.stderr, flush=True)
        report: Report = import_module(f"benchmarks.{name}").run(setting, options)
        if options.quick:
            print(report.text())
            continue
        path = report.write()
        refresh_readme()
        print(f"benchmarks: wrote {path.name}", file=sys.stderr)
        for target in report.targets:
            print(f"  {WORDS[target.met]}: {target.promise}: {target.measured}")
        for reason in report.skipped:
            print(f"  not measured: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
