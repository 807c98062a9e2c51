"""A plan's permits, its timeline and a service card in words, Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openzone.decide.explain.trace import Figure
from openzone.decide.words.lines import aligned
from openzone.decide.words.rows import demand
from openzone.decide.words.sentences import joined, say, term, word_of
from openzone.regimes.licences.card import CONDITIONS
from openzone.rulebook.model import Text

HEADS: Mapping[str, Text] = {
    "plan": Text("开业要求", "To open"),
    "permits": Text("许可事项", "Permits"),
    "timeline": Text("时间表（按最长期限）", "Timeline, each step at its longest"),
    "card": Text("办事指南", "Service card"),
    "authority": Text("办理机关", "Authority"),
    "basis": Text("设定依据", "Basis"),
    "mode": Text("改革方式", "Mode"),
    "conditions": Text("条件", "Conditions"),
    "papers": Text("材料", "Papers"),
    "steps": Text("步骤", "Steps"),
    "before_opening": Text("开业前", "Before opening"),
    "after_opening": Text("开业后监管", "After opening"),
    "time": Text("时限", "Time"),
    "fee": Text("收费", "Fee"),
    "result": Text("办理结果", "Result"),
    "if_false": Text("不实承诺、虚假材料的后果", "If what is stated is false"),
    "evidence": Text("核实程度", "Evidence"),
    "remarks": Text("说明", "Remarks"),
    "needs": Text("还须说明", "Missing"),
    "weak": Text("可能涉及，请确认", "perhaps, please confirm"),
    "to_confirm": Text("方式待核实", "mode to be confirmed"),
    "pre_licence": Text("须在登记前办理", "before registration"),
    "none": Text("无须提交", "none"),
    "fallback": Text("不承诺的，按一般程序", "without a commitment, the ordinary procedure"),
    "merged": Text("多证合一", "Merged into the licence"),
    "further": Text("变更、歇业、退出", "Changes, dormancy, exit"),
    "not_on_record": Text("未收录", "not on record"),
}
STAGES: Mapping[str, Text] = {
    "before_registration": Text("登记前", "before registration"),
    "register": Text("登记", "registration"),
    "before_opening": Text("开业前", "before opening"),
    "opening": Text("开业", "opening"),
    "after_registration": Text("登记后", "after registration"),
    "after_opening": Text("开业后", "after opening"),
}
RESULTS: Mapping[str, Text] = {
    "none": Text("无须领取", "nothing to collect"),
    "filing_receipt": Text("备案回执", "receipt of the filing"),
    "permit": Text("许可证件", "the permit"),
}
DAYS: Mapping[str, Text] = {
    "deadline": Text("备案截止", "file by"),
    "decision_due": Text("决定期限", "decision by"),
    "decision_latest": Text("延长后", "extended, by"),
    "operate_from": Text("可以经营", "operate from"),
    "may_apply_from": Text("可以申请", "apply from"),
}
WORDS: Mapping[str, Text] = {
    "ask": Text("待说明", "to be told"),
    "look_up": Text("须查阅", "look it up"),
}


def plan_wording(
    answer: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], titles: Mapping[str, Text],
    lang: str,
) -> str:  # fmt: skip
    """An answer with its timeline as text that ends with a line break. `titles`: of the permits."""
    return "\n".join(_plan(answer, steps, titles, lang)) + "\n"


def card_wording(card: Mapping[str, Any], lang: str) -> str:
    """A service card as text to print, which ends with a line break."""
    return "\n".join(_card(card, lang)) + "\n"


def _head(name: str, lang: str) -> str:
    return HEADS[name].lang(lang)


def _said(name: str, text: str, lang: str) -> str:
    mark = "：" if lang == "zh" else ": "
    return f"{_head(name, lang)}{mark}{text}"


def outcome(word: str, lang: str) -> str:
    """An outcome in words."""
    return term("outcome.licences", word, lang)


def clock(value: Any, lang: str) -> str:
    """A clock: its days, their unit, and from what it is counted."""
    if not isinstance(value, Mapping):
        return WORDS["look_up"].lang(lang) if value else ""
    unit = word_of("licences", value["unit"], lang)
    told = f"{value['value']}{'个' if lang == 'zh' else ' '}{unit}"
    event = value.get("from")
    if not event:
        return told
    name = word_of("licences", event, lang)
    return f"{name}起{told}" if lang == "zh" else f"{told} from {name}"


def _day(value: Any, lang: str) -> str:
    return WORDS[value].lang(lang) if value in WORDS else str(value)


def _plan(
    answer: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], titles: Mapping[str, Text],
    lang: str,
) -> Iterator[str]:  # fmt: skip
    law = answer["law"]
    stamp = f"   ({law['book']} {law['hash'][:8]}, {law['on']})"
    yield _said("plan", outcome(answer["outcome"], lang) + stamp, lang)
    if answer["needs"]:
        yield _said("needs", ", ".join(answer["needs"]), lang)
    permits = answer["effects"]["permits"]
    if permits:
        yield from ("", _head("permits", lang))
        yield from aligned(
            [(id, titles[id].lang(lang), outcome(one["outcome"], lang), _detail(one, lang))
             for id, one in permits.items()]
        )  # fmt: skip
    yield from ("", _head("timeline", lang))
    yield from aligned([_step(one, lang) for one in steps])
    for name in ("merged", "further"):
        if answer.get(name):
            yield from ("", _head(name, lang))
            yield from (f"  {_duty(one, lang)}" for one in answer[name])
    if answer.get("said"):
        yield from ("", _head("remarks", lang))
        yield from (f"  {one}" for one in answer["said"])


def _duty(one: Mapping[str, Any], lang: str) -> str:
    """A row of registration: its title and its figures."""
    figures = (Figure(name, value) for name, value in one["figures"].items())
    return demand(one["row"], Text(one["zh"], one["en"]), figures, lang)


def _detail(one: Mapping[str, Any], lang: str) -> str:
    """Authority, marks and days of a permit."""
    parts = [one["authority"][lang]]
    if one["hit"] == "weak":
        parts.append(_head("weak", lang))
    if one.get("before_registration"):
        parts.append(_head("pre_licence", lang))
    if one.get("to_confirm"):
        parts.append(_head("to_confirm", lang))
    if "asks" in one:
        parts.append(_said("needs", one["asks"], lang))
    return joined([*parts, *_time(one, lang)], lang)


def _days(one: Mapping[str, Any], lang: str) -> list[str]:
    return [
        f"{text.lang(lang)} {_day(one[name], lang)}" for name, text in DAYS.items() if name in one
    ]


def _step(one: Mapping[str, Any], lang: str) -> tuple[str, ...]:
    start, by = _day(one["start"], lang), _day(one["by"], lang)
    days = by if start == by else f"{start} – {by}"
    told = clock(one.get("clock"), lang)
    return (days, STAGES[one["stage"]].lang(lang), one["title"][lang], told)


# ---- the card ------------------------------------------------------------------------------------


def _card(card: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield _said("card", card["title"][lang], lang)
    yield f"{card['permit']}   ({card['on']} {', '.join(card['place'])})".rstrip()
    yield ""
    yield _said("plan", outcome(card["outcome"], lang), lang)
    levels = joined((word_of("licences", one, lang) for one in card["level"].split("/")), lang)
    yield _said("authority", f"{card['authority'][lang]}（{levels}）" if lang == "zh" else
                f"{card['authority'][lang]} ({levels})", lang)  # fmt: skip
    mode = word_of("licences", card["mode"], lang)
    if card.get("to_confirm"):
        mode += f"（{_head('to_confirm', lang)}）" if lang == "zh" else (
            f" ({_head('to_confirm', lang)})"
        )  # fmt: skip
    yield _said("mode", mode, lang)
    yield from _listed("basis", _basis(card, lang), lang)
    yield from _listed("conditions", _conditions(card, lang), lang)
    papers = [word_of("licences", one, lang) for one in card["papers"]]
    yield from _listed("papers", papers or [_head("none", lang)], lang)
    yield from _steps(card["steps"], lang)
    yield from _listed("time", _time(card["time"], lang), lang)
    fee = [one[lang] for one in card["fee"]] or [_head("not_on_record", lang)]
    yield from _listed("fee", fee, lang)
    yield from _listed("result", list(_result(card["result"], lang)), lang)
    yield from _listed("if_false", [one[lang] for one in card["if_false"]], lang)
    evidence = [f"{row}: {tag}" for row, tag in card["evidence"].items()]
    yield from _listed("evidence", evidence, lang)
    yield from _listed("remarks", card["remarks"], lang)
    law = card["law"]
    yield from ("", f"{law['book']} {law['hash']} · {law['on']} · known {law['known']}")


def _listed(name: str, lines: Iterable[str], lang: str) -> Iterator[str]:
    told = [line for line in lines if line]
    if told:
        yield from ("", _head(name, lang), *(f"  {line}" for line in told))


def _basis(card: Mapping[str, Any], lang: str) -> Iterator[str]:
    if card["basis"]["item"]:
        yield card["basis"]["item"]
    for one in card["basis"]["mode"]:
        number = "，".join(str(part) for part in (one["number"], one["item"]) if part)
        yield f"{one[lang]}{f' {number}' if number else ''}"


def _conditions(card: Mapping[str, Any], lang: str) -> Iterator[str]:
    held = card["conditions"]
    for name in CONDITIONS:
        if name in held:
            yield say(f"figure.{name}", lang, n=held[name])
    yield say("figure.scope_keywords", lang, n=joined(held["scope_keywords"], lang))


def _steps(steps: Mapping[str, Any], lang: str) -> Iterator[str]:
    if not steps:
        return
    yield from ("", _head("steps", lang))
    yield "  " + " → ".join(word_of("licences", one, lang) for one in steps["states"])
    for name in ("before_opening", "after_opening"):
        yield "  " + _said(name, steps[name][lang], lang)


def _time(time: Mapping[str, Any], lang: str) -> list[str]:
    told = [clock(time["clock"], lang)] if "clock" in time else []
    if "fallback" in time:
        told.append(_said("fallback", clock(time["fallback"], lang), lang))
    return [*told, *_days(time, lang)]


def _result(result: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield RESULTS[result["paper"]].lang(lang)
    if "validity_years" in result:
        yield say("figure.validity_years", lang, n=result["validity_years"])
    if "delivered_within_working_days" in result:
        yield say("figure.delivery_days", lang, n=result["delivered_within_working_days"])
