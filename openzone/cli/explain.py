"""`openzone explain`: why the answer to one case is what it is, and why it is nothing else."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from openzone.cli.options import book_option, known_option, lang_option, reform_option, today
from openzone.errors import CaseError, Fault

if TYPE_CHECKING:
    from openzone.regimes.registry import Decider

SHOWN_IDS_MAX = 12


@click.command(name="explain")
@click.argument("case", nargs=-1, required=True, metavar="CASE")
@click.option("--id", "wanted", help="The case of a file to explain.")
@click.option("--regime", help="The regime of a case that names none: capital, services, ...")
@click.option("--json", "as_json", is_flag=True, help="The trace as JSON, schema trace/1.")
@known_option
@reform_option
@book_option
@lang_option
def command(
    case: tuple[str, ...],
    wanted: str | None,
    regime: str | None,
    as_json: bool,
    known: dt.date | None,
    reforms: tuple[str, ...],
    book_name: str,
    lang: str,
) -> None:
    """Why, and why not: the rows that bind, those that came close, the condition that failed.

    CASE is a file with one case ('-' for standard input; --id chooses one of several), or the
    fields themselves as key=value. Exit: 1 when the case is refused, 2 when the command cannot
    run.

    \b
      openzone explain case.yaml --lang zh
      openzone explain regime=capital activity=telecom.vas.idc foreign_share=1 \\
        place=city:zhengzhou date=2025-01-10
    """
    from openzone.decide.explain.explain import explain
    from openzone.regimes.asking import Desk
    from openzone.regimes.registry import OWN_ENGINE
    from openzone.rulebook.books import load_book
    from openzone.rulebook.reform_files import load_reforms

    book = load_book(book_name)
    named = load_reforms(book, reforms)
    desk = Desk(book, known=known or today(), reforms=named, today=today(), regime=regime)
    raw: Mapping[str, Any] | None = None
    try:
        raw = given(case, wanted)
        name = desk.regime_of(raw)
        if isinstance(name, str) and name in OWN_ENGINE:
            _own(desk.own(name), raw, desk.today, as_json, lang)
            return
        explanation = explain(desk.decision(raw))
    except CaseError as error:
        _refused(raw, error, regime, as_json)
    if as_json:
        click.echo(json.dumps(explanation.as_dict(), ensure_ascii=False, indent=2))
        return
    from openzone.cli.terminal import terminal
    from openzone.decide.words.explanations import wording

    width, paint = terminal()
    click.echo(wording(explanation, lang, width, paint), nl=False)


def _own(engine: Decider, raw: Mapping[str, Any], day: dt.date, as_json: bool, lang: str) -> None:
    """The explanation of a regime with an engine of its own."""
    from openzone.cli.terminal import terminal

    decision = engine.decision(raw, day)
    if as_json:
        traced = engine.traced(decision)
        click.echo(json.dumps(traced, ensure_ascii=False, indent=2, default=str))
        return
    click.echo(engine.explained(decision, lang, *terminal()), nl=False)


def _refused(
    raw: Mapping[str, Any] | None, error: CaseError, regime: str | None, as_json: bool
) -> None:
    from openzone.decide.answer import refusal

    if as_json:
        named = (raw or {}).get("regime") or regime
        answer = refusal(raw, error, str(named) if named else None)
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
    for fault in error.faults:
        click.echo(str(fault), err=True)
    sys.exit(1)


def given(case: tuple[str, ...], wanted: str | None) -> Mapping[str, Any]:
    """The case as its fields: written as key=value, or read from a file."""
    if len(case) == 1 and ("=" not in case[0] or Path(case[0]).is_file()):
        return _from_file(case[0], wanted)
    if wanted is not None:
        raise click.UsageError("--id chooses a case of a file; here the fields are given")
    return inline(case)


def inline(pairs: tuple[str, ...]) -> dict[str, Any]:
    """The fields of key=value pairs. A place given twice is two places; lists may be JSON."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, mark, text = pair.partition("=")
        if not mark or not name.strip():
            raise click.UsageError(
                f"'{pair}' is no field; write key=value, or name one file ('-' for standard input)"
            )
        name, value = name.strip(), _value(name, text)
        if name == "place" and name in found:
            found[name] = f"{found[name]};{value}"
        elif name in found:
            raise CaseError(Fault("duplicate", "the field is given twice", field=name, seen=text))
        else:
            found[name] = value
    return found


def _value(name: str, text: str) -> Any:
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text, parse_float=str)
    except ValueError as error:
        fault = Fault(
            "wrong_value",
            f"the value begins like JSON and is not: {error}",
            field=name,
            seen=text,
            expected='for example [{"nationality": "US", "share": "0.5"}]',
        )
        raise CaseError(fault) from None


def _from_file(path: str, wanted: str | None) -> Mapping[str, Any]:
    """The one case of a file, or the one that `wanted` names."""
    from openzone.cli.case_input import read_cases

    ids: list[str] = []
    chosen: list[Mapping[str, Any]] = []
    with closing(read_cases(path)) as lines:
        for line in lines:
            raw = line.raw or {}
            ids.append(str(raw.get("id", f"line {line.line}")))
            if wanted is not None and str(raw.get("id")) != wanted:
                continue
            if line.fault is not None:
                raise CaseError(line.fault)
            chosen.append(raw)
            if wanted is not None:
                break
    if not chosen:
        raise click.UsageError(f"no case of {path} has the id '{wanted}': {_some(ids)}")
    if len(chosen) > 1:
        raise click.UsageError(f"{path} holds {len(chosen)} cases; name one by --id: {_some(ids)}")
    return chosen[0]


def _some(ids: list[str]) -> str:
    more = f" and {len(ids) - SHOWN_IDS_MAX} more" if len(ids) > SHOWN_IDS_MAX else ""
    return ", ".join(ids[:SHOWN_IDS_MAX]) + more


__all__ = ["command"]
