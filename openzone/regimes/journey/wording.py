"""A journey in words, Chinese or English: the verdict, what blocks, steps, who could change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openzone.decide.words.lines import Lines, aligned
from openzone.decide.words.sentences import counted, joined, say, term
from openzone.regimes.goods.wording import OUTCOMES as GOODS_OUTCOMES
from openzone.regimes.journey.asked_of import asked_of
from openzone.regimes.journey.compare import Compared, differing
from openzone.regimes.journey.path import Path
from openzone.regimes.journey.saved import Changed
from openzone.regimes.journey.steps import CALENDAR, Dated
from openzone.regimes.journey.unblock import Search
from openzone.regimes.journey.walk import Asked, Journey
from openzone.rulebook.authority import Need, issuer_of
from openzone.rulebook.changers import changers
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row, Text

Found = Sequence[Search]
UNBLOCKINGS_SHOWN = 3


def wording(
    journey: Journey, path: Path, lang: str, found: Found | None = None, width: int = 100,
    paint: bool = False,
) -> str:  # fmt: skip
    """The journey as text. `found`: what would unblock each blocked part, where it was searched."""
    lines = Lines()
    law = journey.desk.law
    lines.head(journey.plan.words().lang(lang))
    place = place_name(law, journey.place, lang)
    lines.add(1, say("journey.asked", lang, on=journey.on, place=place))
    lines.head(say("journey.verdict", lang))
    for text in verdict(journey, path, lang):
        lines.add(1, text)
    for asked in journey.blocked:
        lines.add(1, say("journey.blocked", lang, part=part_name(asked, lang),
                         outcome=outcome(asked, lang)), "-")  # fmt: skip
        lines.add(2, say("journey.rests", lang, rows=_rows(law, asked.rows, lang)))
        lines.add(2, say("journey.decides", lang, who=_who(journey, asked.rows, lang)))
    for asked in journey.asked:
        asks = [one.title.lang(lang) for one in asked_of(asked)]
        if asks:
            part, needs = part_name(asked, lang), joined(asks, lang)
            lines.add(1, say("journey.asks", lang, part=part, needs=needs), "-")
        elif asked.verdict == "look_up":
            needs = joined(asked.answer["needs"], lang) or outcome(asked, lang)
            lines.add(
                1, say("journey.look_up", lang, part=part_name(asked, lang), needs=needs), "-"
            )
    lines.head(say("journey.answers", lang))
    for asked in journey.asked:
        lines.add(1, _answer(asked, lang), "-")
    for title in dict.fromkeys(_own_remarks(journey)):
        lines.add(1, say("journey.remark", lang, text=title.lang(lang)), "!")
    text = lines.text(width, paint)
    if path.steps:
        heads = say("journey.step.heads", lang).split("|")
        rows = [heads, *(_step(one, lang) for one in path.steps)]
        text += "\n" + _head(say("journey.steps", lang), paint)
        text += "\n".join(aligned(rows, (), "  ")) + "\n"
    if found:
        text += "\n" + _unblocked(found, lang, width, paint)
    return text + "\n" + _checked(journey, lang, width, paint)


def verdict(journey: Journey, path: Path, lang: str) -> Iterator[str]:
    """The verdict in a few sentences: enter, operate, when, what is due on goods."""
    yield say("journey.enter", lang, verdict=_verdict(journey.enter, lang))
    yield say("journey.operate", lang, verdict=_verdict(journey.operate, lang))
    if path.steps:
        yield _opens(journey, path, lang)
        wish = journey.plan.firm.opens_on
        if wish is not None and path.opens is not None and wish < path.opens:
            yield say("journey.late", lang, wish=wish)
    goods = [one for one in journey.asked if one.part.regime == "goods"]
    if len(goods) > len(journey.unpriced):
        sums = {name: f"{value:,.2f}" for name, value in journey.amounts.items()}
        yield say("journey.amounts", lang, **sums)
    if journey.unpriced:
        yield counted("journey.unpriced", lang, len(journey.unpriced))


def _verdict(verdict: str | None, lang: str) -> str:
    """A verdict in words; what nothing in the plan asks is said so."""
    return say("journey.not_asked", lang) if verdict is None else term("verdict", verdict, lang)


def _opens(journey: Journey, path: Path, lang: str) -> str:
    if path.opens is None:
        return say("journey.opens_unknown", lang)
    values: dict[str, Any] = {"day": path.opens, "days": path.days}
    if not path.at_least:
        return say("journey.opens", lang, **values)
    unknown = sum(one.step.days is None and one.critical for one in path.steps)
    return counted("journey.opens_at_least", lang, unknown, **values)


def part_name(asked: Asked, lang: str) -> str:
    """The regime and the part of the plan, in words; a part without a name by its number."""
    regime = say(f"journey.regime.{asked.part.regime}", lang)
    if asked.part.title:
        return f"{regime} · {asked.part.title.lang(lang)}"
    number = asked.part.number
    return regime if number is None else f"{regime} {number}"


def outcome(asked: Asked, lang: str) -> str:
    """The outcome in words."""
    if asked.part.regime == "goods":
        return GOODS_OUTCOMES[asked.outcome].lang(lang)
    return term(f"outcome.{asked.part.regime}", asked.outcome, lang)


def place_name(law: Law, place: Iterable[str], lang: str) -> str:
    """The places named; outside zones where there is none."""
    names = [law.territories[id].name.lang(lang) for id in place if id in law.territories]
    return joined(names, lang) or say("journey.outside", lang)


def _rows(law: Law, rows: Iterable[Row], lang: str) -> str:
    return joined([f"{row.id} {row.title.lang(lang)}" for row in rows], lang)


def _who(journey: Journey, rows: Iterable[Row], lang: str) -> str:
    """Who may change the rules in the place, by the documents in which they stand."""
    law = journey.desk.law
    inside = law.territories.around(journey.place, journey.on, law.known)
    names: dict[str, None] = {}
    for row in rows:
        document = law.book.documents.get(row.document)
        if document is None:
            continue
        found = changers(law.book, document, inside)
        holder = found.power.holder if found.power else None
        bodies = [holder] if holder else [body.body for body in found.bodies]
        bodies = bodies or [issuer_of(document) or found.changed_by]
        names.update(dict.fromkeys(body.lang(lang) for body in bodies))
    return joined(names, lang) or "–"


def _answer(asked: Asked, lang: str) -> str:
    rows = joined(dict.fromkeys(row.id for row in asked.rows), lang)
    short = say(f"journey.short.{asked.verdict}", lang)
    key = "journey.answer.rows" if rows else "journey.answer"
    values = {"part": part_name(asked, lang), "outcome": outcome(asked, lang)}
    return say(key, lang, short=short, rows=rows, **values)


def _own_remarks(journey: Journey) -> Iterator[Text]:
    """What the book says of itself where an answer rests on it: rows that are no law."""
    for asked in journey.asked:
        for row in asked.rows:
            if row.evidence.status == "none" and row.document in journey.desk.law.book.documents:
                yield row.title


def _step(one: Dated, lang: str) -> list[str]:
    step = one.step
    unknown = say("journey.step.unknown", lang)
    if step.days is None:
        length = unknown
    elif not step.days:
        length = say("journey.step.spot", lang)
    else:
        key = "calendar" if step.unit == CALENDAR else "working"
        length = say(f"journey.step.{key}", lang, n=step.days)
    ends = one.ends.isoformat() if one.ends else unknown
    ends = "≥ " + ends if (one.at_least or step.days is None) and one.ends else ends
    if step.due_from is not None:
        ends = say("journey.step.deadline", lang, day=ends)
    return [
        one.starts.isoformat() if one.starts else unknown,
        ends,
        length,
        "●" if one.critical else "",
        step.what.lang(lang),
        step.by.lang(lang) if step.by else "",
    ]


def _head(text: str, paint: bool) -> str:
    return (f"\033[1m{text}\033[0m" if paint else text) + "\n"


def _unblocked(found: Found, lang: str, width: int, paint: bool) -> str:
    lines = Lines()
    lines.head(say("journey.unblock", lang))
    for search in found:
        asked = search.asked
        lines.add(1, say("journey.unblock.for", lang, part=_searched(search, lang)), "-")
        if not search.found:
            lines.add(2, say("journey.unblock.none", lang))
        for one in search.found[:UNBLOCKINGS_SHOWN]:
            group = f"outcome.{asked.part.regime}"
            power = joined([_power(need, asked, lang) for need in one.needs], lang)
            lines.add(2, say("journey.unblock.one", lang, change=one.said()[lang],
                             outcome=term(group, one.outcome, lang), power=power))  # fmt: skip
    return lines.text(width, paint)


def _searched(search: Search, lang: str) -> str:
    """The part, and the permit of it, for which a reform was searched."""
    if search.permit is None:
        return part_name(search.asked, lang)
    rows = search.asked.desk.law.book.versions(search.permit)
    title = rows[-1].title.lang(lang) if rows else search.permit
    return f"{say('journey.regime.licences', lang)} · {title}"


def _power(need: Need, asked: Asked, lang: str) -> str:
    """Who holds the power over a rule, with the document in which the rule stands."""
    document = asked.desk.law.book.documents[need.document]
    values = {"holder": need.holder, "document": document.title}
    return say("journey.power", lang, **values)


def _checked(journey: Journey, lang: str, width: int, paint: bool) -> str:
    """How far the rows of all answers were checked."""
    rows = {row.key: row for asked in journey.asked for row in asked.rows}
    counts = Counter(row.evidence.tag() for row in rows.values())
    lines = Lines()
    lines.head(say("journey.evidence", lang))
    for tag, number in counts.most_common():
        said = term("evidence", tag, lang)
        lines.add(1, counted("journey.evidence.line", lang, number, tag=said))
    return lines.text(width, paint) if counts else ""


def compared_wording(law: Law, compared: Sequence[Compared], lang: str) -> str:
    """The comparison as a table, best place first, and the parts that differ by place."""
    rows: list[Sequence[str]] = [say("journey.compare.heads", lang).split("|")]
    rows += [_compared(law, one, lang) for one in compared]
    text = "\n".join(aligned(rows, (3, 4, 5, 6), "")) + "\n"
    answered = [one for one in compared if one.journey is not None]
    if len(answered) < 2:
        return text
    parts = differing(compared)
    if not parts:
        return text + "\n" + say("journey.compare.same", lang) + "\n"
    journey = answered[0].journey
    named = {one.part.id: part_name(one, lang) for one in journey.asked} if journey else {}
    told = joined([named.get(id, id) for id in parts], lang)
    return text + "\n" + say("journey.compare.differ", lang, parts=told) + "\n"


def _compared(law: Law, one: Compared, lang: str) -> list[str]:
    name = place_name(law, one.place, lang)
    if one.journey is None or one.path is None:
        return [name, say("journey.short.refused", lang), "", "", "", "", ""]
    journey, path = one.journey, one.path
    days = "–" if path.days is None else f"{'≥ ' if path.at_least else ''}{path.days}"
    return [
        name,
        say(f"journey.short.{journey.enter}", lang) if journey.enter else "–",
        say(f"journey.short.{journey.operate}", lang) if journey.operate else "–",
        str(len(journey.blocked)),
        str(len(journey.open)),
        days,
        _money(journey, lang),
    ]


def _money(journey: Journey, lang: str) -> str:
    """What is due on the goods; a dash where none of them has an amount."""
    goods = sum(one.part.regime == "goods" for one in journey.asked)
    total = f"{journey.amounts['total']:,.2f}"
    if goods == len(journey.unpriced):
        return "–"
    return say("journey.amounts.partial", lang, total=total) if journey.unpriced else total


def changed_wording(changes: Iterable[Changed], lang: str) -> Iterator[str]:
    """What is otherwise than it was saved, one line each."""
    for one in changes:
        yield say("journey.changed", lang, name=one.name, part=one.part, what=one.what,
                  was=_shown(one.was), now=_shown(one.now))  # fmt: skip


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None else str(value)
