"""Pages that stand alone: one file, no network, readable in light and dark, printable."""

from __future__ import annotations

import html
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_STYLE = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 72rem;
       margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem;
         border-bottom: 1px solid var(--line); }
code { font-size: .85em; }
@media print { body { margin: 0; max-width: none; } }
"""


def page(title: str, body: str, lang: str) -> str:
    """A whole page of its own around `body` (already HTML)."""
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<main>\n<h1>{html.escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def text_page(title: str, text: str, lang: str) -> str:
    """Text of a terminal as a page to print."""
    return page(title, f"<pre>{html.escape(text)}</pre>", lang)


def diff_page(data: Mapping[str, Any], lang: str) -> str:
    """The difference of two laws as a page."""
    zh = lang == "zh"
    title = f"{data['before']} → {data['after']}"
    heads = ("变化", "原依据", "新依据") if zh else ("Change", "Rested on", "Rests on")
    rows = [
        "<tr><td>{}</td><td>{}</td><td>{}</td></tr>".format(
            html.escape(one[lang]), _codes(one["rows_before"]), _codes(one["rows_after"])
        )
        for one in data["statements"]
    ]
    law = data["law"]
    stamp = f"{law['book']} {law['hash']} · known {law['known']} · {data['regime']}"
    nothing = "没有任何情形的答案发生变化。" if zh else "No answer changes."
    table = (
        "<table>\n<thead><tr>"
        + "".join(f'<th scope="col">{h}</th>' for h in heads)
        + "</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody>\n</table>"
        if rows
        else f"<p>{nothing}</p>"
    )
    return page(title, f"{table}\n<p><small>{html.escape(stamp)}</small></p>", lang)


def duty_page(answer: Mapping[str, Any], lang: str) -> str:
    """An answer about goods as a page to print: the sheet, the rates, what it rests on."""
    from openzone.regimes.goods.rates import STATES
    from openzone.regimes.goods.wording import HEADS, OUTCOMES, rate_name

    zh = lang == "zh"
    total = answer["effects"].get("total")
    title = OUTCOMES[answer["outcome"]].lang(lang) + (f": {total} CNY" if total else "")
    sheet = [
        (one["title"][lang], one["result"], one["formula"], ", ".join(one["basis"]))
        for one in answer.get("sheet", ())
    ]
    rates = [
        (rate_name(one, lang), one["rate"] or "–", one["duty"] or "–",
         STATES[one["state"]].lang(lang), one.get("saves", ""))
        for one in answer.get("candidates", ())
    ]  # fmt: skip
    grounds = [(one["row"], one["cite"], one["evidence"]) for one in answer["because"]]
    parts = [
        _table(HEADS[name].lang(lang), DUTY_COLUMNS[name][zh], rows)
        for name, rows in (("sheet", sheet), ("rates", rates), ("grounds", grounds))
        if rows
    ]
    missing = ", ".join(answer["needs"])
    if missing:
        parts.insert(0, f"<p>{HEADS['needs'].lang(lang)}: {html.escape(missing)}</p>")
    parts += [f"<p>{html.escape(one)}</p>" for one in answer.get("said", ())]
    law = answer["law"]
    stamp = f"{law['book']} {law['hash']} · {law['on']} · known {law['known']}"
    parts.append(f"<p><small>{html.escape(stamp)}</small></p>")
    return page(title, "\n".join(parts), lang)


DUTY_COLUMNS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "sheet": (("step", "yuan", "formula", "ground"), ("步骤", "金额（元）", "公式", "依据")),
    "rates": (
        ("column", "rate", "duty (yuan)", "result", "a proof would save (yuan)"),
        ("税率栏", "税率", "关税（元）", "结果", "提交证明可少缴（元）"),
    ),
    "grounds": (("row", "citation", "evidence"), ("行", "出处", "核实程度")),
}
"""The heads of the tables of a sheet: in English, in Chinese."""


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table under a heading; figures stand to the right."""
    head = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in heads)
    lines = [
        "<tr>" + "".join(f"<td{_figure(cell)}>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    ]
    return (
        f"<h2>{html.escape(title)}</h2>\n<table><thead><tr>{head}</tr></thead><tbody>\n"
        + "\n".join(lines)
        + "\n</tbody></table>"
    )


def _figure(cell: str) -> str:
    plain = cell.replace(".", "", 1).replace("%", "")
    return ' style="text-align:right;font-variant-numeric:tabular-nums"' if plain.isdigit() else ""


def _codes(rows: list[str]) -> str:
    silent = "–"
    return " ".join(f"<code>{html.escape(row)}</code>" for row in rows) or silent


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
