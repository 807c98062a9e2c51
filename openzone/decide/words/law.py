"""The pages of the law in words: what the page of each noun says, in its order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from openzone.decide.words.lines import WIDTH
from openzone.decide.words.pages import CONTENT, INNER, FactsOf, PageWords
from openzone.decide.words.rows import named, names
from openzone.decide.words.sentences import joined, shown, term
from openzone.rulebook import pages
from openzone.rulebook.model import Text


def page_text(
    page: pages.Page,
    lang: str,
    facts: Mapping[str, FactsOf],
    places: Mapping[str, Text],
    documents: Mapping[str, str],
    width: int = WIDTH,
    paint: bool = False,
) -> str:
    """A page as text. `facts`: by table and by row; places are named, documents cited by id."""
    words = PageWords(lang, facts, places, documents)
    WRITERS[type(page)](words, page)
    return words.lines.text(width, paint)


def overview(words: PageWords, page: pages.OverviewPage) -> None:
    """The documents in force on a day at a place."""
    words.head("page.overview", on=page.on, known=page.known)
    told = names(page.places, words.lang, ids=True) or words.say("case.nowhere")
    words.add(1, words.say("case.place", named=told))
    words.lists(page.tables)
    words.reforms(page.reforms, "page.reforms_here")


def row(words: PageWords, page: pages.RowPage) -> None:
    """A row: content, versions, displacement, reforms, who may change it."""
    say, add, lang = words.say, words.add, words.lang
    words.lines.head(say("page.title", id=page.row, title=page.title))
    add(1, say("page.measure", named=named(page.measure, lang)))
    add(1, say("page.table", named=named(page.table, lang)))
    if page.list:
        add(1, say("page.list", named=named(page.list, lang)))
    numbers = joined((str(number + 1) for number in page.now), lang)
    add(1, say("page.now" if page.now else "page.not_now", on=page.on, n=numbers))
    words.head("page.content")
    row_content(words, page)
    words.head("page.versions")
    words.versions(page.versions)
    words.reforms(page.reforms)
    words.who(page.changers)


def row_content(words: PageWords, page: pages.RowPage) -> None:
    """What a row binds, demands and leaves out."""
    say, add, lang = words.say, words.add, words.lang
    version = page.versions[page.now[0] if page.now else -1]
    if not version.outcome:
        add(CONTENT, say("row.demand", demand=words.said(version)))
    else:
        said = words.demand(version.effect, version.effect_title, version.params)
        add(CONTENT, say("row.measure", demand=said))
        outcome = term(f"outcome.{page.table.id}", version.outcome, lang)
        add(CONTENT, say("row.gives", outcome=outcome))
    if page.activity:
        add(CONTENT, say("row.binds", named=names(page.activity, lang, ids=True)))
    elif page.hs:
        add(CONTENT, say("row.binds_goods", codes=", ".join(page.hs)))
    elif not page.industry:
        add(CONTENT, say("row.binds_all"))
    if page.not_hs:
        add(CONTENT, say("row.leaves_out", named=", ".join(page.not_hs)))
    if page.not_activity:
        add(CONTENT, say("row.leaves_out", named=names(page.not_activity, lang, ids=True)))
    if page.industry:
        codes = words.codes(page.industry)
        if page.code_confidence:
            level = term("level", page.code_confidence, lang)
            add(CONTENT, say("row.codes_confidence", codes=codes, level=level))
        else:
            add(CONTENT, say("row.codes", codes=codes))
    for condition in page.conditions:
        add(CONTENT, say("row.applies", conditions=words.condition(condition, page.table.id)))
    if page.requires:
        told = joined((term("requires", one, lang) for one in page.requires), lang)
        add(CONTENT, say("row.requires", requires=told))
    row_displaces(words, page)
    row_notes(words, page)


def row_displaces(words: PageWords, page: pages.RowPage) -> None:
    """What a row stands instead of, and what stands instead of it."""
    say, add = words.say, words.add
    if page.displaces:
        rows = joined(page.displaces, words.lang)
        key = "row.instead_reason" if page.displaces_reason else "row.instead"
        add(CONTENT, say(key, rows=rows, reason=page.displaces_reason))
    for other, reason in page.displaced_by:
        key = "row.displaced_by_why" if reason else "row.displaced_by"
        add(CONTENT, say(key, row=other.id, reason=reason))


def row_notes(words: PageWords, page: pages.RowPage) -> None:
    """What must be read with a row, and its sources."""
    for key, texts in (
        ("row.doubt", (page.doubt,)),
        ("row.basis", (page.legal_basis,)),
        ("row.carve", page.carve_outs),
        ("row.note", page.notes),
        ("row.evidence", (page.evidence_note,)),
    ):
        for text in texts:
            if text:
                words.add(CONTENT, words.say(key, text=text, evidence=text))
    for source in page.sources:
        words.add(CONTENT, words.say("row.sources", source=source))


def measure(words: PageWords, page: pages.MeasurePage) -> None:
    """A measure: its versions in every list, reforms, precedents."""
    say, lang = words.say, words.lang
    words.lines.head(say("page.title", id=page.measure.id, title=page.measure.name))
    words.add(1, say("page.table", named=named(page.table, lang)))
    words.head("page.versions")
    words.versions(page.versions)
    if not page.versions:
        words.add(1, say("page.nothing"))
    words.reforms(page.reforms)
    if page.precedents:
        words.head("page.precedents")
    for one in page.precedents:
        words.add(1, say("precedent.line", id=one.id, title=one.title), "-")
        if one.lesson:
            words.add(INNER, say("precedent.lesson", text=one.lesson))


def document(words: PageWords, page: pages.DocumentPage) -> None:
    """A document: days, record, rows, what it replaced and what replaced it."""
    say, add, lang, line = words.say, words.add, words.lang, page.line
    words.lines.head(say("page.title", id=line.document.id, title=line.document.name))
    add(
        1,
        say(
            "reform.number",
            number=line.number or say("cite.no_number"),
            published=(
                say("row.published", day=line.published)
                if line.published
                else say("row.unpublished")
            ),
        ),
    )
    add(1, shown(line.in_force, lang))
    add(1, say("document.level", level=named(page.level, lang)))
    if page.issuer:
        add(1, say("document.issuer", issuer=page.issuer))
    if page.issued:
        add(1, say("document.issued", day=page.issued))
    words.held(line, 1)
    evidence = term("evidence", page.evidence, lang)
    add(1, say("document.itself", evidence=evidence))
    for note in (
        page.published_note,
        page.in_force_note,
        page.count_note,
        page.record_note,
        page.evidence_note,
    ):
        if note:
            add(1, say("document.note", text=note))
    words.head("page.before")
    if not page.before:
        add(1, say("document.first"))
    for older in page.before:
        add(1, say("document.before", document=words.cited(older.older.id)))
        words.difference(older)
    words.head("page.after")
    if page.after is None:
        add(1, say("document.last"))
    else:
        add(1, say("document.after", document=words.cited(page.after.newer.id)))
        words.difference(page.after)
    if page.versions:
        words.head("page.rows")
        words.held_rows(line, page.versions)
    words.who(page.changers)


def reform(words: PageWords, page: pages.ReformPage) -> None:
    """A reform: body, scope, authorisation."""
    say, add, lang, one = words.say, words.add, words.lang, page.reform
    words.lines.head(say("page.title", id=one.id, title=one.title))
    if one.purpose:
        add(1, say("reform.purpose", text=one.purpose))
    add(1, say("reform.status", status=term("status_word", one.status, lang)))
    number = one.number or say("cite.no_number")
    published = say("row.published", day=one.published) if one.published else say("row.unpublished")
    add(1, say("reform.number", number=number, published=published))
    add(1, say("reform.body", hash=one.body_hash))
    if one.evidence:
        add(1, say("reform.evidence", evidence=term("evidence", one.evidence.tag(), lang)))
    words.head("page.scope")
    if page.changes:
        add(1, words.state(page.changes[0]))
    words.head("page.changes")
    for line, change in zip(page.changes, one.changes, strict=True):
        add(1, words.change(line), "-")
        if line.rows:
            add(INNER, say("reform.touches", rows=joined(line.rows, lang)))
        of = change.table or next(iter(change.rows), "")
        for condition in change.conditions:
            add(INNER, say("row.applies", conditions=words.condition(condition, of)))
        if change.on_approval:
            add(INNER, say("reform.condition"))
        for text in change.on_approval:
            add(4, text.lang(lang), "-")
    words.head("page.rests")
    rests, unknown = one.authorisation, say("unknown")
    add(
        1,
        say(
            "reform.instrument",
            instrument=rests.instrument or unknown,
            issuer=rests.issuer or unknown,
            level=page.level or unknown,
        ),
    )
    evidence = term("evidence", rests.evidence.tag() if rests.evidence else "none", lang)
    add(1, say("changers.reform_basis", basis=rests.basis or unknown, evidence=evidence))
    if rests.expiry:
        add(1, say("changers.reform_until", expiry=rests.expiry))
    if one.approver:
        add(1, say("changers.approver", approver=one.approver))
    if rests.note:
        add(1, say("document.note", text=rests.note))


def parameter(words: PageWords, page: pages.ParameterPage) -> None:
    """A figure of the law over time, and the rows that take it."""
    say, add, lang = words.say, words.add, words.lang
    words.lines.head(say("page.title", id=page.id, title=page.title))
    if page.unit:
        add(1, say("parameter.unit", unit=page.unit))
    if page.basis:
        add(1, say("parameter.basis", basis=page.basis))
    words.head("page.values")
    for value in page.values:
        evidence = term("evidence", value.evidence, lang)
        text = say(
            "parameter.value",
            value=value.value,
            days=value.in_force,
            document=words.cited(value.document),
            evidence=evidence,
        )
        add(1, text, "-")
    words.head("page.users")
    for one in page.rows:
        add(1, say("page.title", id=one.id, title=one.name), "-")


def place(words: PageWords, page: pages.PlacePage) -> None:
    """A place: what it lies in, the lists that apply, the reforms that reach it."""
    say, add, lang = words.say, words.add, words.lang
    words.lines.head(say("page.title", id=page.place.id, title=page.place.name))
    add(1, say("page.kind", kind=term("place_kind", page.kind, lang)))
    add(1, say("place.valid", days=page.valid))
    if not page.exists:
        add(1, say("place.gone", on=page.on))
    for note in page.notes:
        add(1, say("document.note", text=note))
    words.head("page.around")
    add(1, names(page.lies_in, lang, ids=True) or say("page.nothing"))
    words.head("page.lists")
    words.lists(page.tables)
    words.reforms(page.reforms, "page.reforms_here")
    for inner, reform_ in page.inside:
        add(1, say("place.inside", place=named(inner, lang), reform=reform_), "-")


def activity(words: PageWords, page: pages.ActivityPage) -> None:
    """An activity: the rows that bind it, today and before, list by list."""
    say, add, lang = words.say, words.add, words.lang
    words.lines.head(say("page.title", id=page.activity.id, title=page.activity.name))
    if page.groups:
        add(1, say("activity.groups", named=names(page.groups, lang, ids=True)))
    if page.codes:
        add(1, say("activity.codes", codes=words.codes(page.codes)))
    words.head("page.today", on=page.on)
    if not page.today:
        add(1, say("page.silence"))
    words.versions(page.today, titled=True)
    if page.before:
        words.head("page.earlier")
    words.versions(page.before, page.today, titled=True)
    words.reforms(page.reforms)
    if page.inside:
        words.head("page.inside")
        add(1, names(page.inside, lang, ids=True))


WRITERS: dict[type, Callable[[PageWords, Any], None]] = {
    pages.OverviewPage: overview,
    pages.RowPage: row,
    pages.MeasurePage: measure,
    pages.DocumentPage: document,
    pages.ReformPage: reform,
    pages.ParameterPage: parameter,
    pages.PlacePage: place,
    pages.ActivityPage: activity,
}
