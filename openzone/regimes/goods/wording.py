"""An answer about goods in words, Chinese or English: outcome, sheet, rates, controls, grounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from openzone.decide.words.lines import aligned
from openzone.regimes.goods.rates import STATES
from openzone.rulebook.model import Text

OUTCOMES: Mapping[str, Text] = {
    "payable": Text("应缴税款", "payable"),
    "free": Text("本次无应缴税款", "nothing is due now"),
    "not_admissible": Text("不得进出境", "not admissible"),
    "asks_proof": Text("须提交证件", "a paper is needed"),
    "ask": Text("还须说明事实", "facts are missing"),
    "look_up": Text(
        "须查阅未收录的目录或者税目", "a list or line that is not held decides: look it up"
    ),
}
COLUMNS: Mapping[str, Text] = {
    "in_quota": Text("配额内税率", "in-quota rate"),
    "in_quota_provisional": Text("配额内暂定税率", "provisional in-quota rate"),
    "sliding": Text("滑准税", "sliding duty"),
}
CONTROLS: Mapping[str, Text] = {
    "not_admissible": Text("禁止或者证件被拒", "banned, or a paper was refused"),
    "asks_proof": Text("须凭证件", "papers are needed"),
    "look_up": Text("收录不全，须核对监管条件", "the record is partial: check the control codes"),
    "admissible": Text("收录范围内无限制", "nothing on a complete record"),
}
HEADS: Mapping[str, Text] = {
    "sheet": Text("计算单", "Calculation"),
    "rates": Text("税率比较", "Rates"),
    "controls": Text("进出境管制", "May it cross"),
    "grounds": Text("依据", "Rests on"),
    "remarks": Text("说明", "Remarks"),
    "needs": Text("所缺", "Missing"),
    "saves": Text("提交证明可少缴", "with this proof"),
    "less": Text("元", "yuan less duty"),
    "papers": Text("须有证件", "papers"),
    "facts": Text("须说明", "facts that decide"),
}


def wording(answer: Mapping[str, Any], lang: str = "en") -> str:
    """An answer as text that ends with a line break."""
    return "\n".join(_lines(answer, lang)) + "\n"


def _lines(answer: Mapping[str, Any], lang: str) -> Iterable[str]:
    effects = answer["effects"]
    head = OUTCOMES[answer["outcome"]].lang(lang)
    if "total" in effects:
        head += f": {effects['total']} CNY" if lang == "en" else f"：{effects['total']}元"
    law = answer["law"]
    yield f"{head}   ({law['book']} {law['hash'][:8]}, {law['on']})"
    if answer["needs"]:
        yield f"{HEADS['needs'].lang(lang)}: " + ", ".join(answer["needs"])
    yield from _sheet(answer.get("sheet", ()), lang)
    yield from _rates(answer.get("candidates", ()), lang)
    if "admissibility" in effects:
        yield ""
        yield HEADS["controls"].lang(lang)
        said = CONTROLS[effects["admissibility"]].lang(lang)
        papers = ", ".join(effects.get("papers", ()))
        named = f"  {HEADS['papers'].lang(lang)}: {papers}" if papers else ""
        asked = ", ".join(effects.get("open_facts", ()))
        facts = f"  {HEADS['facts'].lang(lang)}: {asked}" if asked else ""
        yield f"  {said}{named}{facts}"
    if answer["because"]:
        yield ""
        yield HEADS["grounds"].lang(lang)
        for one in answer["because"]:
            yield f"  {one['row']}  {one['evidence']}  {one['cite']}"
    remarks = answer.get("said", ())
    if remarks:
        yield ""
        yield HEADS["remarks"].lang(lang)
        yield from (f"  {one}" for one in remarks)


def _sheet(steps: Iterable[Mapping[str, Any]], lang: str) -> Iterable[str]:
    rows = []
    for one in steps:
        basis = f"  [{', '.join(one['basis'])}]" if one["basis"] else ""
        rows.append((one["title"][lang], one["result"], f"= {one['formula']}{basis}"))
    if rows:
        yield ""
        yield HEADS["sheet"].lang(lang)
        yield from aligned(rows, {1}, indent="  ")


def _rates(candidates: Iterable[Mapping[str, Any]], lang: str) -> Iterable[str]:
    rows = []
    for one in candidates:
        why = STATES[one["state"]].lang(lang)
        if "saves" in one:
            saved, less = HEADS["saves"].lang(lang), HEADS["less"].lang(lang)
            amount = one["saves"]
            why += f"; {saved} {amount} {less}" if lang == "en" else f"；{saved}{amount}{less}"
        rows.append((rate_name(one, lang), one["rate"] or "-", one["duty"] or "-", why))
    if rows:
        yield ""
        yield HEADS["rates"].lang(lang)
        yield from aligned(rows, {1, 2}, indent="  ")


def rate_name(one: Mapping[str, Any], lang: str) -> str:
    """A column of the tariff by its id and title."""
    title = one["title"][lang] if one["title"] else ""
    known = COLUMNS.get(one["column"])
    title = title or (known.lang(lang) if known else "")
    return f"{one['column']} {title}".strip()
