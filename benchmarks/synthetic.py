"""A made-up book of any size, in our file format, to see how time grows with the number of rows.

Two lists (nation and zones), half of the rows each, with the mix of effects of a real list; ten
activities to a group; four editions' worth of dates. It loads through the same checks as any book.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openzone.decide.facts import Case

EVIDENCE = "evidence: {status: memory, confidence: low, note: made up}"
ZONES = 10
FIRST = dt.date(2020, 1, 1)
EFFECTS = (
    ("prohibited", ""),
    ("share_cap", "foreign_total_max_percent: 50"),
    ("host_share_min", "host_total_min_percent: 34"),
    ("prohibited", ""),
    ("joint_venture_only", "foreign_total_below_percent: 100"),
    ("host_relative_control", ""),
    ("nationality_of_legal_rep", "nationality: host"),
    ("single_investor_cap", "single_foreign_max_percent: 25"),
)
BOOK = """\
schema: openzone/book/1
id: synthetic
title: {zh: 虚构, en: Made up}
version: '1'
as_of: 2026-01-01
host: CN
host_names: [CN]
licence: Apache-2.0
"""
TABLE = """\
schema: openzone/table/1
id: capital
title: {zh: 外商投资准入, en: Access of foreign investment}
regime: capital
hit_policy: COLLECT
inputs: [date, place, activity, industry, foreign_share]
outcomes: [prohibited, denied_share, denied_vehicle, denied_relative_control, denied_single_cap,
  denied_condition, not_on_record, allowed_with_approval, allowed_on_conditions,
  allowed_within_limits, allowed]
lists:
  - {id: ftz, title: {zh: 区, en: Zones}, under: [ftz], replaces: [national]}
  - {id: national, title: {zh: 国, en: Nation}}
silence: {complete: allowed, partial: not_on_record, before_record: not_on_record}
effects:
  - {effect: prohibited, title: {zh: 禁止, en: Closed}}
  - {effect: share_cap, title: {zh: 上限, en: Cap}, requires: [foreign_total_max_percent]}
  - {effect: host_share_min, title: {zh: 下限, en: Least}, requires: [host_total_min_percent]}
  - effect: joint_venture_only
    title: {zh: 合资, en: Joint venture}
    requires: [foreign_total_below_percent]
  - {effect: host_relative_control, title: {zh: 相对控股, en: Relative control}}
  - {effect: nationality_of_legal_rep, title: {zh: 法人, en: Person}, requires: [nationality]}
  - effect: single_investor_cap
    title: {zh: 单一上限, en: Single cap}
    requires: [single_foreign_max_percent]
"""
POWERS = """\
schema: openzone/powers/1
levels:
  - id: law
    name: {zh: 法律, en: Law}
    rank: 1
    issuer: {zh: 立法机关, en: Parliament}
    changed_by: {zh: 立法机关, en: Parliament}
"""
CLASSIFICATION = f"""\
schema: openzone/classification/1
id: codes
title: {{zh: 分类, en: Codes}}
edition: '1'
in_force: {{from: 2000-01-01, to: null}}
codes: codes.csv
{EVIDENCE}
"""
CODES = """\
code,level,parent,title_zh,title_en,note
A,section,,门类,Section,
01,division,A,大类,Division,
"""


def write_book(folder: Path, rows: int) -> Path:
    """Write a book of `rows` rows into a folder; give the folder."""
    written = {
        "book.yaml": BOOK,
        "powers.yaml": POWERS,
        "capital/table.yaml": TABLE,
        "classifications/codes.yaml": CLASSIFICATION,
        "classifications/codes.csv": CODES,
        "territories.yaml": _territories(),
        "documents.yaml": _documents(),
        "activities.yaml": _activities(rows),
        "measures.yaml": _measures(rows),
        "capital/rows.yaml": _rows(rows),
    }
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _title(name: str) -> str:
    return f"{{zh: {name}, en: {name}}}"


def _territories() -> str:
    lines = ["schema: openzone/territories/1", "territories:"]
    parents = {"cn": "", "ftz": "cn", **{f"ftz:z{number}": "ftz" for number in range(ZONES)}}
    for place, parent in parents.items():
        kind = "nation" if not parent else "ftz"
        lines.append(
            f"  - {{id: '{place}', kind: {kind}, name: {_title('place')}, parents: ["
            f"{parent}], valid: {{from: null, to: null}}}}"
        )
    return "\n".join(lines) + "\n"


def _documents() -> str:
    lines = ["schema: openzone/documents/1", "documents:"]
    for name in ("national", "ftz"):
        lines.append(
            f"  - {{id: DOC-{name}, title: {_title(name)}, level: law, table: capital,"
            f" list: {name}, published: {FIRST}, in_force: {{from: {FIRST}, to: null}},"
            f" record: {{state: complete}}, {EVIDENCE}}}"
        )
    return "\n".join(lines) + "\n"


def matters(rows: int) -> int:
    """How many activities the lists regulate: each is named once by either list."""
    return max(rows // 2, 1)


def tag(number: int) -> str:
    """The activity that a row binds."""
    return f"group_{number // 10}.matter_{number}"


def _activities(rows: int) -> str:
    lines = ["schema: openzone/activities/1", "activities:"]
    count = matters(rows)
    names = [f"group_{group}" for group in range((count - 1) // 10 + 1)]
    for name in (*names, *(tag(number) for number in range(count))):
        lines.append(f"  - {{tag: {name}, title: {_title(name)}}}")
    return "\n".join(lines) + "\n"


def _measures(rows: int) -> str:
    lines = ["schema: openzone/measures/1", "measures:"]
    lines += [
        f"  - {{id: measure.{number}, table: capital, title: {_title(f'measure {number}')}}}"
        for number in range(matters(rows))
    ]
    return "\n".join(lines) + "\n"


def _rows(rows: int) -> str:
    lines = ["schema: openzone/rows/1", "table: capital", "rows:"]
    for row in range(rows):
        listed, number = ("national", "ftz")[row % 2], row // 2 % matters(rows)
        effect, params = EFFECTS[(number + row % 2) % len(EFFECTS)]
        start = FIRST + dt.timedelta(days=365 * (number % 4))
        lines += [
            f"  - id: ROW-{row}",
            f"    measure: measure.{number}",
            f"    title: {_title(f'row {row}')}",
            "    section: A",
            f"    binds: {{activity: [{tag(number)}]}}",
            f"    effect: {effect}",
            f"    params: {{{params}}}",
            f"    {EVIDENCE}",
            "    versions:",
            f"      - {{document: DOC-{listed}, in_force: {{from: {start}, to: null}}}}",
        ]
    return "\n".join(lines) + "\n"


def cases(rows: int, count: int) -> list[Case]:
    """Cases over the matters of a book of `rows` rows, in the nation and in the zones."""
    found = []
    for number in range(count):
        matter = number * 7919 % matters(rows)
        facts = {
            "foreign_share": number % 21 * 50_000,
            "largest_single_foreign": number % 21 * 50_000,
            "legal_rep_nationality": ("CN", "US")[number % 2],
            "vehicle": "company",
        }
        place = (f"ftz:z{number // 2 % ZONES}",) if number % 2 else ()
        day = dt.date(2021, 6, 1) + dt.timedelta(days=number * 37 % 1500)
        found.append(Case("capital", day, place, tag(matter), None, facts))
    return found
