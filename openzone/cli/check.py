"""`openzone check [BOOK]`: does it load, how far is it verified, what does it not answer."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import click

from openzone.cli.options import known_option, today


@click.command(name="check")
@click.argument("book_name", metavar="[BOOK]", default="cn")
@click.option("--json", "as_json", is_flag=True, help="Everything found, as JSON.")
@click.option("--all", "whole", is_flag=True, help="Whole lists, not their first ten lines.")
@known_option
def command(book_name: str, as_json: bool, whole: bool, known: dt.date | None) -> None:
    """Load a book from its files and review it.

    Reports evidence, coverage and gaps, rows that overlap and disagree, rows that can never decide,
    worked cases that fail, the cells that no worked case touches, the unverified rows that most
    cells rest on, reforms that no longer fit and reforms in conflict. Exit 1 when a worked case
    fails, a reform does not fit, or rows conflict.
    """
    from openzone.decide.review import review, review_rows
    from openzone.regimes.asking import Desk
    from openzone.regimes.registry import OWN_ENGINE
    from openzone.regimes.working import worked
    from openzone.rulebook.books import book_folder
    from openzone.rulebook.loading import load_files
    from openzone.rulebook.stacking import conflicts, fits

    root = book_folder(book_name)
    book = load_files(root)
    desk = Desk(book, known=known, today=today())
    checked = worked(desk, root)
    failed = [one for one in checked if one.wrong]
    reviews = []
    for name, table in book.tables.items():
        if table.regime in OWN_ENGINE:
            answers = [one.answer for one in checked if one.case.regime == table.regime]
            rows = {
                entry.get("part") or entry["row"]
                for one in answers
                if one
                for entry in one["because"]
            }
            reviews.append(review_rows(desk.law, name, rows).as_dict())
            continue
        decisions = [one.decision for one in checked if one.case.regime == name and one.decision]
        reviews.append(review(desk.frame(name), decisions).as_dict())
    data: dict[str, Any] = {
        "book": book.info.id,
        "version": book.info.version,
        "hash": book.hash,
        "cases": {"total": len(checked), "failed": [one.as_dict() for one in failed]},
        "reforms": {
            "unfit": [fault.as_dict() for fault in fits(book)],
            "conflicts": [one.as_dict() for one in conflicts(book, desk.law.live)],
        },
        "tables": reviews,
    }
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(data, None if whole else 10)))
    bad = failed or data["reforms"]["unfit"] or any(one["overlaps"] for one in reviews)
    sys.exit(1 if bad else 0)


def _lines(data: dict[str, Any], most: int | None) -> list[str]:
    cases = data["cases"]
    good = cases["total"] - len(cases["failed"])
    lines = [
        f"book {data['book']} {data['version']}  hash {data['hash'][:16]}",
        f"worked cases: {good} of {cases['total']} give what they expect",
    ]
    lines += [f"  FAILED {one['id']}: {one['wrong']}" for one in cases["failed"]]
    reforms = data["reforms"]
    lines.append(
        f"reforms: {len(reforms['unfit'])} do not fit, {len(reforms['conflicts'])} conflicts"
    )
    lines += [f"  {one['message']}" for one in reforms["unfit"]]
    lines += [f"  {one['message']}" for one in reforms["conflicts"]]
    for table in data["tables"]:
        lines += ["", *_table_lines(table, most)]
    return lines


def _table_lines(table: dict[str, Any], most: int | None) -> list[str]:
    evidence = table["evidence"]
    total = sum(evidence.values()) or 1
    verified = evidence.get("verified", 0)
    partly = evidence.get("verified_in_part", 0)
    reported = evidence.get("verified_secondary", 0) + evidence.get("verified_title", 0)
    told = f" {reported * 100 // total}% in reports of it," if reported else ""
    share = table["cells_touched_by_cases"] * 100 // (table["cells"] or 1)
    lines = [
        f"{table['regime']}: {table['rows']} rows in {table['versions']} versions;"
        f" {verified * 100 // total}% verified, {partly * 100 // total}% in part,{told}"
        f" {(total - verified - partly - reported) * 100 // total}% from memory",
    ]
    if table["situations"]:
        lines.append(
            f"  {table['situations']} situations, {table['cells']} cells;"
            f" worked cases touch {table['cells_touched_by_cases']} ({share}%)"
        )
    lines += _part(
        "documents and gaps",
        [
            f"{one['document']:<18} {one['list'] or '-':<9} {one['from'] or '…'}"
            f" to {one['to'] or '…'}  {one['record']}, {one['rows_held']} rows held, official count"
            f" {one['official_count'] or '-'}" + (f"; {one['gap']}" if one["gap"] else "")
            for one in table["documents"]
        ],
        None,
    )
    lines += _part(
        "rows that overlap and disagree",
        [f"{one['row']} and {one['other']}: {one['why']}" for one in table["overlaps"]],
        most,
    )
    lines += _part(
        "rows that can never decide",
        [f"{one['row']} in {one['document']}: {one['why']}" for one in table["dead_rows"]],
        most,
    )
    lines += _part(
        "zone rows to look at again",
        [
            f"{one['row']} against {one['other']} ({one['list']}): {one['why']}"
            for one in table["zone_rows_standing"]
        ],
        most,
    )
    lines += _part("measures that no worked case touches", table["measures_untouched"], most)
    lines += _part(
        "unverified rows by the cells that rest on them",
        [
            f"{one['row']:<18} {one['evidence']:<14} {one['cells']} cells"
            for one in table["unverified"]
        ],
        most,
    )
    return lines


def _part(title: str, items: list[str], most: int | None) -> list[str]:
    if not items:
        return [f"  {title}: none"]
    shown = items if most is None else items[:most]
    lines = [f"  {title}: {len(items)}", *(f"    {item}" for item in shown)]
    if len(shown) < len(items):
        lines.append(f"    … {len(items) - len(shown)} more: --all")
    return lines
