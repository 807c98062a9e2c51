"""Why rows that came close do not bind, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openzone.decide.explain.trace import Explanation, NearRow, Otherwise, Reason, RowSeen
from openzone.decide.words.lines import Line
from openzone.decide.words.questions import fact_title
from openzone.decide.words.rows import (
    condition_text,
    demand,
    fact_text,
    named,
    names,
    published,
    short,
    short_cite,
)
from openzone.decide.words.sentences import clauses, counted, joined, percent, say, shown, term
from openzone.rulebook.model import ALWAYS


def near_lines(seen: Explanation, lang: str) -> Iterator[Line]:
    """The rows that came close, each with the first condition that failed."""
    if not seen.near:
        yield Line(1, say("near.none", lang))
    twins = [near for near in seen.near if near.twin]
    for number, near in enumerate((n for n in seen.near if not n.twin), start=1):
        row = near.row
        if row.outcome:
            said = term(f"outcome.{seen.case.regime.id}", row.outcome, lang)
        else:
            said = demand(row.effect, row.effect_title, row.figures, lang)
        head = say("near.head", lang, row=row.name, title=row.title, demand=said)
        yield Line(1, head, f"{number}.")
        reason = reason_text(near.reasons[0], near, seen, lang)
        yield Line(3, say("near.why", lang, reason=reason))
        if len(near.reasons) > 1:
            yield Line(3, counted("near.more", lang, len(near.reasons) - 1))
        if near.otherwise is not None and not _idle(near.otherwise, seen):
            yield Line(3, otherwise_text(near.otherwise, seen, lang))
        yield Line(3, near_source(row, lang))
    if twins:
        yield Line(1, say("near.twins", lang, rows=_twins(twins, lang)))
    left = seen.near_total - len(seen.near)
    if left > 0:
        yield Line(1, say("near.rest", lang, n=left))


def near_source(row: RowSeen, lang: str) -> str:
    """Where the row stands, by number and item, and its days."""
    citation = short_cite(row.source, row.item, lang)
    if row.source.in_force == ALWAYS:
        return say("row.source_only", lang, cite=citation)
    days = clauses((published(row.source, lang), shown(row.source.in_force, lang)), lang)
    return say("row.source", lang, cite=citation, days=days)


def _twins(twins: Iterable[NearRow], lang: str) -> str:
    """The same rule elsewhere, list by list."""
    found: dict[str, list[str]] = {}
    for near in twins:
        where = near.row.list.name.lang(lang) if near.row.list else short(near.row.source, lang)
        found.setdefault(where, []).append(near.row.name)
    told = (
        say("near.twin", lang, list=where, rows=joined(rows, lang)) for where, rows in found.items()
    )
    return ("；" if lang == "zh" else "; ").join(told)


def _idle(then: Otherwise, seen: Explanation) -> bool:
    """Say whether nothing would be settled that is not settled now."""
    return bool(then.needs) and bool(seen.needs)


def place_text(seen: Explanation, lang: str) -> str:
    """The places of the case in a sentence."""
    if not seen.case.places:
        return say("case.nowhere", lang)
    if len(seen.case.places) > 1:
        return say("places.named", lang)
    return names(seen.case.places, lang)


def reason_text(reason: Reason, near: NearRow, seen: Explanation, lang: str) -> str:
    """The condition that failed, precisely."""
    key = f"reason.{reason.kind}"
    values: dict[str, Any] = {
        "named": names(reason.named, lang),
        "place": place_text(seen, lang),
        "list": named(near.row.list, lang, ids=False),
        "activity": _activity(seen, lang),
        "day": reason.day,
        "days": reason.days,
        "text": (reason.text or "").rstrip("."),
        "rows": joined(reason.rows, lang),
        "known": seen.case.known,
    }
    if reason.other is not None:
        values |= {"row": reason.other.id, "other": reason.other.name}
    if reason.kind == "no_longer" and reason.other is not None:
        key = "reason.no_longer_by"
    elif reason.kind == "reform_not_yet" and reason.days and reason.days.start:
        key = "reason.reform_not_yet_announced"
        values["announced"] = reason.days.start
    elif reason.kind == "lifted" and reason.text in ("repeal", "suspend"):
        key = f"reason.lifted_{reason.text}"
    elif reason.kind == "displaced" and reason.text:
        key = "reason.displaced_why"
    elif reason.condition is not None:
        return _condition(key, reason, values, lang)
    return say(key, lang, **values)


def _condition(key: str, reason: Reason, values: Mapping[str, Any], lang: str) -> str:
    condition = reason.condition
    assert condition is not None
    wanted = condition_text(condition, lang)
    if reason.kind == "place":
        return say(key, lang, condition=wanted)
    if condition.given is None:
        return say("reason.fact_missing", lang, wanted=wanted)
    given = fact_text(condition.fact_kind, condition.given, lang)
    return say(key, lang, wanted=wanted, given=given)


def _activity(seen: Explanation, lang: str) -> str:
    one = seen.case.activity or seen.case.industry
    return named(one, lang, ids=False)


def otherwise_text(then: Otherwise, seen: Explanation, lang: str) -> str:
    """What the answer would be if that condition had held."""
    answer = term("verdict", then.verdict, lang)
    if then.needs:
        titles = (fact_title(seen, name, lang) for name in then.needs)
        answer = say("otherwise.ask", lang, facts=joined(titles, lang))
    share = then.max_foreign_share
    allowed = then.verdict not in ("no", "look_up", "ask")
    if isinstance(share, Mapping) and allowed:
        answer = say("otherwise.share_below", lang, verdict=answer, n=percent(share["below"]))
    elif isinstance(share, (int, float)) and allowed:
        answer = say("otherwise.share", lang, verdict=answer, n=percent(share))
    if then.outcome == seen.outcome and then.verdict == seen.verdict:
        answer = say("otherwise.same", lang, verdict=answer)
    if then.fact == "place":
        if then.value is None:
            return say("otherwise.outside", lang, answer=answer)
        value = named(then.value, lang)
        return say("otherwise.place", lang, value=value, answer=answer)
    if then.fact == "date":
        return say("otherwise.date", lang, value=shown(then.value, lang), answer=answer)
    condition = fact_text(_kind(then, seen), then.value, lang)
    return say("otherwise.fact", lang, title=then.title, value=condition, answer=answer)


def _kind(then: Otherwise, seen: Explanation) -> str:
    for near in seen.near:
        for reason in near.reasons:
            if reason.condition is not None and reason.condition.fact == then.fact:
                return reason.condition.fact_kind
    return "text"
