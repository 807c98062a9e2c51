"""Statements of a difference in words: who, where, from when, what it was and what it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from openzone.decide.compare.boxes import Range
from openzone.decide.compare.difference import OUTSIDE, Difference, Statement
from openzone.decide.compare.situations import HOST_LEADS
from openzone.rulebook.book import Book
from openzone.rulebook.model import MILLION, Interval, Text
from openzone.rulebook.territories import Territories

OUTCOMES: Mapping[str, Text] = {
    "prohibited": Text("禁止", "prohibited"),
    "denied_share": Text("股比超限，不允许", "denied by share"),
    "denied_vehicle": Text("合伙形式不允许", "denied as a partnership"),
    "denied_relative_control": Text("中方未相对控股，不允许", "denied by relative control"),
    "denied_single_cap": Text("单一外资超限，不允许", "denied by the cap per investor"),
    "denied_condition": Text("人员条件不符，不允许", "denied by a condition on persons"),
    "not_on_record": Text("未收录", "not on record"),
    "allowed_with_approval": Text("经批准允许", "allowed with approval"),
    "allowed_on_conditions": Text("按条件允许", "allowed on conditions"),
    "allowed_within_limits": Text("限额内允许", "allowed within limits"),
    "allowed": Text("允许", "allowed"),
    "local_presence_required": Text("须在境内设机构", "local presence required"),
    "look_up": Text("须查阅原文", "look it up"),
    "qualification_required": Text("须具备资格", "qualification required"),
    "on_conditions": Text("附条件", "on conditions"),
    "declare": Text("须申报", "to be declared"),
    "consult": Text("须咨询", "to be asked of the office"),
    "not_required": Text("无须申报", "no declaration"),
    "unknown": Text("事实不足", "facts missing"),
}

FACTS: Mapping[str, Text] = {
    "foreign_share": Text("外方合计持股", "foreign share"),
    "largest_single_foreign": Text("单一外资持股", "largest single foreign share"),
    "legal_rep_nationality": Text("法定代表人国籍", "nationality of the legal representative"),
    "manager_nationality": Text("主要负责人国籍", "nationality of the manager"),
    "board_host_share": Text("决策机构中方比例", "host share of the board"),
    "vehicle": Text("组织形式", "vehicle"),
    "form": Text("设立方式", "form"),
    "mode": Text("提供模式", "mode"),
    HOST_LEADS.name: HOST_LEADS.title,
}

WORDS: Mapping[str, Text] = {
    "company": Text("公司", "company"),
    "partnership": Text("合伙企业", "partnership"),
    "new": Text("新设", "new"),
    "acquisition": Text("并购", "acquisition"),
    "True": Text("是", "yes"),
    "False": Text("否", "no"),
}


def text_of(statement: Statement, book: Book, places: Territories, lang: str = "en") -> str:
    """One statement as a sentence."""
    conditions = [_fact(one, book, lang) for one in statement.ranges]
    where = place_words(statement.places, places, lang)
    if statement.except_places:
        less = place_words(statement.except_places, places, lang)
        where += f"（{less}除外）" if lang == "zh" else f" (except {less})"
    what = activity_words(statement, book, lang)
    before = OUTCOMES.get(statement.before, Text(statement.before, statement.before)).lang(lang)
    after = OUTCOMES.get(statement.after, Text(statement.after, statement.after)).lang(lang)
    days = (
        "；".join(_days(one, lang) for one in statement.days)
        if lang == "zh"
        else "; ".join(_days(one, lang) for one in statement.days)
    )
    if lang == "zh":
        head = "，".join([what, where, *conditions])
        return f"{head}：{before} → {after}" + (f"，{days}" if days else "")
    head = "; ".join([f"{what}, {where}", *conditions])
    return f"{head}: {before} → {after}" + (f", {days}" if days else "")


def activity_words(statement: Statement, book: Book, lang: str) -> str:
    """The activities of a statement by their titles."""
    names = [book.vocabulary[tag].title.lang(lang) for tag in statement.activities]
    joined = ("、" if lang == "zh" else ", ").join(names)
    if statement.except_activities:
        less = ("、" if lang == "zh" else ", ").join(
            book.vocabulary[tag].title.lang(lang) for tag in statement.except_activities
        )
        joined += f"（{less}除外）" if lang == "zh" else f" (except {less})"
    return joined


def place_words(names: Iterable[str], places: Territories, lang: str) -> str:
    """The places of a statement by their names."""
    said = []
    for name in names:
        if name == OUTSIDE:
            said.append("区外" if lang == "zh" else "outside zones")
        else:
            said.append(places[name].name.lang(lang))
    return ("、" if lang == "zh" else ", ").join(said)


def _days(span: Interval, lang: str) -> str:
    if lang == "zh":
        end = f"至{span.end}前" if span.end else ""
        return f"自{span.start}起{end}" if span.start else end
    end = f" until {span.end}" if span.end else ""
    return f"from {span.start}{end}" if span.start else end.strip()


def _fact(said: tuple[Range, ...], book: Book, lang: str) -> str:
    name = said[0].fact
    title = FACTS.get(name)
    if title is None:
        declared = [f for table in book.tables.values() for f in table.facts if f.fact == name]
        title = declared[0].title if declared else Text(name, name)
    words = (" 或 " if lang == "zh" else " or ").join(_range(one, book, lang) for one in said)
    if name == "foreign_share" and words == "100%":
        return "外商独资" if lang == "zh" else "wholly foreign-owned"
    return f"{title.lang(lang)}{'' if lang == 'zh' else ' '}{words}"


def _range(one: Range, book: Book, lang: str) -> str:
    zh = lang == "zh"
    if one.words:
        return _word_range(one, book.info.host_names, lang)
    share = one.fact.endswith(("share", "foreign"))
    low, high = (_number(v, share) for v in (one.low, one.high))
    if one.low is not None and one.low == one.high:
        return low
    if one.low is None:
        word = (
            ("低于" if one.open_high else "不超过")
            if zh
            else ("below" if one.open_high else "at most")
        )
        return f"{word}{high}" if zh else f"{word} {high}"
    if one.high is None or (share and one.high == MILLION and not one.open_high):
        word = (
            ("高于" if one.open_low else "不低于")
            if zh
            else ("above" if one.open_low else "at least")
        )
        return f"{word}{low}" if zh else f"{word} {low}"
    above = ("高于" if one.open_low else "不低于") if zh else ("above" if one.open_low else "from")
    below = ("低于" if one.open_high else "不超过") if zh else ("below" if one.open_high else "to")
    return f"{above}{low}且{below}{high}" if zh else f"{above} {low} {below} {high}"


def _word_range(one: Range, host: frozenset[str], lang: str) -> str:
    zh = lang == "zh"
    parts = [
        WORDS.get(str(word), Text(str(word), str(word))).lang(lang)
        for word in one.words
        if word not in host
    ]
    if len(parts) < len(one.words):
        parts.insert(0, ("本国" if one.but else "为本国") if zh else "of the host")
    if one.but:
        return "非" + "、非".join(parts) if zh else "not " + " nor ".join(parts)
    return ("、" if zh else " or ").join(parts)


def _number(value: int | None, share: bool) -> str:
    if value is None:
        return ""
    if not share:
        return str(value)
    percent = value * 100 / MILLION
    return f"{percent:.4f}".rstrip("0").rstrip(".") + "%"


def as_data(found: Difference, book: Book, places: Territories) -> dict[str, Any]:
    """A difference as plain data, with its sentences in both languages."""
    return {
        "schema": "openzone/diff/1",
        "regime": found.regime,
        "situations_compared": found.situations,
        "cells_changed": found.cells_changed,
        "statements": [
            {
                "zh": text_of(one, book, places, "zh"),
                "en": text_of(one, book, places, "en"),
                "activities": list(one.activities),
                "except_activities": list(one.except_activities),
                "places": [place or "outside" for place in one.places],
                "except_places": list(one.except_places),
                "days": [
                    {
                        "from": day.start and day.start.isoformat(),
                        "to": day.end and day.end.isoformat(),
                    }
                    for day in one.days
                ],
                "facts": [[each.as_dict() for each in fact] for fact in one.ranges],
                "before": one.before,
                "after": one.after,
                "rows_before": list(one.rows_before),
                "rows_after": list(one.rows_after),
            }
            for one in found.statements
        ],
    }
