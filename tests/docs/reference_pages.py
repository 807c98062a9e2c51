"""Pages, and parts of pages, that are made from the program.

`python -m tests.docs.reference_pages` writes them; test_reference_pages.py compares.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import get_args

import click
from pydantic import SecretStr

from openzone.api.settings import SECRETS, Settings, beside
from openzone.cli.main import VERBS, openzone
from openzone.decide.axes import frame_facts
from openzone.decide.dmn.reading import declared, read
from openzone.decide.dmn.regime import TableRegime
from openzone.decide.facts import ASK, Fact
from openzone.decide.frame import Frame
from openzone.decide.words.sentences import SENTENCES
from openzone.decide.words.sentences.terms import TERMS
from openzone.errors import CaseError
from openzone.regimes.capital.outcome import EFFECTS
from openzone.regimes.registry import REGIMES, TABLES, table_regime
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.model import DeclaredFact, Text
from tests.tidy import tree

CLI_PAGE = "docs/reference/cli.md"
SETTINGS_PAGE = "docs/reference/settings.md"
SETTINGS_PAGE_ZH = "docs/reference/settings.zh-CN.md"
FIELDS_PAGE = "docs/reference/case-fields.md"
REGIME_PAGES = [f"openzone/regimes/{name}/README.md" for name in REGIMES]
PARTED = ["docs/reference/case-format.md", *REGIME_PAGES]
PART = re.compile(r"(<!-- made: (\w+) (\w+) -->\n).*?(<!-- made: end -->)", re.DOTALL)
UNITS = {
    "share": "decimal fraction from 0 to 1, at most six places",
    "nation": "a country, best as two letters",
    "flag": "`true` or `false`",
    "count": "a whole number, 0 or more",
}
FORMS = UNITS | {
    "number": "a decimal, 0 or more, at most six places",
    "money": "an amount, as a decimal with at most six places",
    "text": "words, at most 200 characters",
    "country": "two letters (ISO 3166)",
    "day": "YYYY-MM-DD",
}
"""What a declared fact looks like, by its kind."""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    lines = [list(head), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


# ---- the command line ------------------------------------------------------------------------


def cli_page() -> str:
    """Every command with its help, arguments and options."""
    parts = [
        "# Commands\n\n<!-- made from the program by `python -m tests.docs.reference_pages` -->\n\n"
        "Exit status of every command: 0 when it did what was asked, 2 when it could not run, 130\n"
        "when it was interrupted. Other numbers stand with the command. Days are written\n"
        "YYYY-MM-DD. `-h` or `--help` prints what stands here.\n",
        table(
            ("command", "does"),
            ((f"[`{name}`](#openzone-{name})", does) for name, does in VERBS.items()),
        ),
    ]
    context = click.Context(openzone, info_name="openzone")
    for name in VERBS:
        command = openzone.get_command(context, name)
        assert command is not None
        parts += _command(command, context, name, "##")
    return "\n".join(parts)


def _command(command: click.Command, parent: click.Context, name: str, level: str) -> Iterable[str]:
    context = click.Context(command, info_name=name, parent=parent)
    yield f"{level} {context.command_path}\n"
    yield _prose(command.help or command.callback.__doc__ or "") + "\n"
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"```text\n{usage}\n```\n"
    options = [one for one in command.params if isinstance(one, click.Option)]
    if options:
        yield table(("option", "meaning"), (map(_cell, _option(one, context)) for one in options))
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _command(found, context, inner, level + "#")


def _prose(text: str) -> str:
    """The help of a command; what must not be rewrapped is a block of code."""
    parts = []
    for part in inspect.cleandoc(text).split("\n\n"):
        lines = part.splitlines()
        if lines and lines[0].strip() == "\b":
            code = inspect.cleandoc("\n" + "\n".join(lines[1:]))
            parts.append(f"```sh\n{code}\n```")
        else:
            parts.append(part.strip())
    return "\n\n".join(parts)


def _option(option: click.Option, context: click.Context) -> tuple[str, str]:
    name = ", ".join(f"`{one}`" for one in (*option.opts, *option.secondary_opts))
    if not option.is_flag:
        words = getattr(option.type, "choices", None)
        value = "|".join(map(str, words)) if words else option.make_metavar(context).strip("[]")
        name += f" `{value}`"
    said = (option.help or "").strip()
    notes = []
    if option.required:
        notes.append("Required.")
    if option.multiple and "epeatable" not in said:
        notes.append("Repeatable.")
    if option.show_default and not option.is_flag:
        told = option.show_default
        worked_out = isinstance(told, str)
        notes.append(f"Default: {told}." if worked_out else f"Default: `{option.default}`.")
    if option.envvar:
        notes.append(f"Also from `{option.envvar}`.")
    return name, " ".join([said, *notes]).strip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or "–"


# ---- the settings of the service ---------------------------------------------------------------

SETTINGS_HEAD = """# Settings of the service

[中文](settings.zh-CN.md) · what stands where: [settings and files](../operate/settings.md)

<!-- made from the program by `python -m tests.docs.reference_pages` -->

`openzone serve` takes its settings from a file in TOML (`--settings FILE`, or the variable
`OPENZONE_SETTINGS`), over that from variables of the environment, and over both from its options. A
setting has one name everywhere: `port = 8017` in the file, `OPENZONE_PORT=8017` in the environment,
`--port 8017` where there is an option. Lists are lists in the file, and parted by commas in the
environment. A name that is no setting is refused, with the nearest that is one.

A secret (marked so) may stand in a file of its own: `OPENZONE_OIDC_SECRET_FILE=/run/secrets/oidc`,
or `oidc_secret_file` in the file of settings. White space around it is left out.
"""
SETTINGS_HEAD_ZH = """# 服务的设置

[English](settings.md) · 文件在哪里：[设置与文件](../operate/settings.md)

<!-- made from the program by `python -m tests.docs.reference_pages` -->

`openzone serve` 依次读取 TOML 文件（`--settings FILE` 或变量 `OPENZONE_SETTINGS`）、
环境变量和命令选项，后者优先。每项设置在各处同名：文件中写 `port = 8017`，环境中写
`OPENZONE_PORT=8017`，有选项的写 `--port 8017`。列表在文件中写成列表，在环境变量中用逗号分隔。
不认识的名称会被拒绝，并给出最接近的名称。

标明为“密”的设置可以放在单独的文件中：`OPENZONE_OIDC_SECRET_FILE=/run/secrets/oidc`，
或在设置文件中写 `oidc_secret_file`。首尾空白会被去掉。
"""
WHERE = {
    "data": ("Where things are", "位置"),
    "host": ("Who can reach it", "谁能访问"),
    "body_bytes_max": ("Limits", "上限"),
    "session_idle_minutes": ("People", "人员"),
    "signing_key": ("Checkpoints of the journal", "日志检查点"),
    "log_level": ("What it tells", "运行信息"),
}
"""The first setting of each section, and the section's heading."""


def settings_page(zh: bool) -> str:
    """Every setting with its form, its default and what it means."""
    parts, lines = [SETTINGS_HEAD_ZH if zh else SETTINGS_HEAD], list[tuple[str, ...]]()
    head = ("设置", "默认", "形式", "含义") if zh else ("setting", "default", "form", "meaning")
    for name, field in Settings.model_fields.items():
        if name in WHERE:
            if lines:
                parts.append(table(head, lines))
            parts.append(f"## {WHERE[name][zh]}\n")
            lines = []
        secret = (" · 密" if zh else " · secret") if name in SECRETS else ""
        form = ", ".join(f"`{one}`" for one in get_args(field.annotation) if isinstance(one, str))
        form = form or beside(name)["unit"] or "text"
        meaning = beside(name)["zh"] if zh else field.description or ""
        lines.append((f"`{name}`{secret}", _default(field.default), _cell(form), _cell(meaning)))
    return "\n".join([*parts, table(head, lines)])


def _default(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "–" if value in ("", None, ()) else f"`{value}`"


# ---- regimes -----------------------------------------------------------------------------------


def facts(name: str) -> str:
    """The fields of a case of a regime: unit, what absence means, titles."""
    regime, book = REGIMES[name], load_book("cn")
    own = {fact.name for fact in regime.facts}
    rows = [
        _fact(fact, "" if fact.name in own else "; a fact of the bundled book")
        for fact in frame_facts(Frame(Law(book, book.info.as_of), regime))
    ]
    rows += [(f"`{field}`", says, "–", "–") for field, says in regime.fields().items()]
    return table(("field", "form", "when absent", "meaning"), rows)


def _fact(fact: Fact, note: str) -> tuple[str, str, str, str]:
    form = UNITS.get(fact.kind) or "one of " + ", ".join(f"`{value}`" for value in fact.values)
    if fact.assume == ASK:
        absent = "asked when it decides"
    elif fact.assume is None:
        absent = "taken as not stated"
    else:
        value = str(fact.assume).lower() if isinstance(fact.assume, bool) else fact.assume
        absent = f"assumed: `{value}`"
    return f"`{fact.name}`", form, absent, f"{fact.title.zh} · {fact.title.en}{note}"


def outcomes(name: str) -> str:
    """The outcomes of a regime in their order, with verdicts and sentences."""
    verdicts = import_module(f"openzone.regimes.{name}.outcome").VERDICTS
    rows = []
    for outcome, verdict in verdicts.items():
        text = TERMS[f"outcome.{name}.{outcome}"]
        rows.append((f"`{outcome}`", f"`{verdict}`", f"{text.zh} · {text.en}"))
    return table(("outcome", "verdict", "meaning"), rows)


def effects(name: str) -> str:
    """The effects that rows of the bundled book may have, with their parameters."""
    rows = []
    for effect, title, requires, allows in load_book("cn").tables[name].effects:
        figures = [f"`{one}`" for one in requires] + [f"`{one}` (may)" for one in allows]
        row = [f"`{effect}`", ", ".join(figures) or "–", f"{title.zh} · {title.en}"]
        if name == "capital":
            row.insert(1, _test(effect))
        rows.append(row)
    head = ["effect", "parameters", "meaning"]
    if name == "capital":
        head.insert(1, "tests")
    return table(head, rows)


def _test(effect: str) -> str:
    known = EFFECTS[effect]
    return {
        "never": "nothing passes",
        "share": "the foreign share",
        "single": "the largest foreign investor",
        "relative": "the host side against the largest foreign investor",
        "person": "a nationality",
        "board": "the host share of the board",
        "none": "nothing",
    }[known.test] + (", and bars a partnership" if known.equity else "")


# ---- regimes of decision tables ----------------------------------------------------------------


def fields_page() -> str:
    """The fields, outcomes and tables of every regime of decision tables."""
    parts = [
        "# Fields of the regimes of tables\n\n"
        "<!-- made from the program by `python -m tests.docs.reference_pages` -->\n\n"
        "What a case of each regime of decision tables may say, beside `regime`, `id`, `date` and\n"
        "`place`, which every case may ([the form of a case](case-format.md)). *Asked*: where it\n"
        "decides and is absent, the answer asks. *Looked up*: the list of the law that settles\n"
        "it is not held. *Assumed*: the value is taken and shown. *Refused*: where no other\n"
        "field tells what is asked, it is required. The page of a regime says where absence means\n"
        "something else. Every other field is refused by name.\n",
        table(
            ("regime", "question", "its page"),
            (
                (f"[`{name}`](#{name})", _both(table_regime(name).title), _readme(name))
                for name in TABLES
            ),
        ),
    ]
    for name in TABLES:
        parts += _table_regime(name)
    return "\n".join(parts)


def _table_regime(name: str) -> Iterable[str]:
    regime, book = table_regime(name), load_book("cn")
    yield f"## {name}\n"
    yield f"{_both(regime.title)}. More: {_readme(name)}.\n"
    if regime.selector is not None:
        field, words = regime.selector
        listed = ", ".join(f"`{word}`" for word in words)
        yield f"`{field}` says which question is asked: {listed}.\n"
    known = declared(Law(book, book.info.as_of), regime.tables)
    required = _required(regime)
    lines = (_declared(fact, fact.fact in required) for fact in known.values())
    yield table(("field", "form", "when absent", "meaning"), lines)
    own = [(f"`{field}`", _cell(says)) for field, says in regime.own.items() if field not in known]
    if own:
        yield "Fields that the regime reads itself:\n"
        yield table(("field", "meaning"), own)
    if regime.synonyms:
        told = ", ".join(f"`{one}` for `{field}`" for one, field in regime.synonyms.items())
        yield f"Other names: {told}.\n"
    yield table(("outcome", "verdict", "meaning"), _outcomes_of(regime))
    yield table(("table", "hit policy", "question", "its outcomes"), _tables_of(regime))


def _required(regime: TableRegime) -> set[str]:
    """The fields without which a case is refused."""
    book = load_book("cn")
    try:
        read(Law(book, book.info.as_of), regime, {}, book.info.as_of)
    except CaseError as refused:
        return {fault.field for fault in refused.faults}
    return set()


def _declared(fact: DeclaredFact, required: bool) -> tuple[str, str, str, str]:
    words = ", ".join(f"`{value}`" for value in fact.values)
    if fact.kind == "choice":
        form = f"one of {words}"
    else:
        form = FORMS[fact.kind] + (f", or {words}" if words else "")
    if required:
        absent = "refused"
    elif fact.assume is not None:
        shown = str(fact.assume).lower() if isinstance(fact.assume, bool) else fact.assume
        absent = f"assumed: `{shown}`"
    else:
        absent = "asked" if fact.list_on_record else "looked up"
    return f"`{fact.fact}`", form, absent, _cell(_both(fact.title))


def _outcomes_of(regime: TableRegime) -> Iterable[tuple[str, str, str]]:
    for outcome, verdict in regime.verdicts.items():
        said = SENTENCES[f"outcome.{regime.name}.{outcome}"]
        yield f"`{outcome}`", f"`{verdict}`", _cell(_both(said))


def _tables_of(regime: TableRegime) -> Iterable[tuple[str, str, str, str]]:
    tables = load_book("cn").tables
    for found in map(tables.__getitem__, regime.tables):
        outcomes = ", ".join(f"`{one}`" for one in found.outcomes)
        yield f"`{found.id}`", found.hit_policy, _cell(_both(found.title)), outcomes


def _both(title: Text) -> str:
    return f"{title.zh} · {title.en}"


def _readme(name: str) -> str:
    return f"[{name}](../../openzone/regimes/{name}/README.md)"


PARTS: dict[str, Callable[[str], str]] = {"facts": facts, "outcomes": outcomes, "effects": effects}


def with_parts(text: str) -> str:
    """A page with its made parts made anew."""
    return PART.sub(lambda m: f"{m[1]}{PARTS[m[2]](m[3])}{m[4]}", text)


def pages() -> dict[str, str]:
    """Every page with made parts, as it should be."""
    found = {path: with_parts((tree.ROOT / path).read_text(encoding="utf-8")) for path in PARTED}
    return {
        CLI_PAGE: cli_page(),
        FIELDS_PAGE: fields_page(),
        SETTINGS_PAGE: settings_page(zh=False),
        SETTINGS_PAGE_ZH: settings_page(zh=True),
        **found,
    }


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        (tree.ROOT / path).write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
