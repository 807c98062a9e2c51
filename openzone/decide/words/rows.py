"""Rows in words: what a row demands, when it applies, where it stands, how far it was checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from openzone.decide.explain.trace import ConditionSeen, Figure, RowSeen, Source
from openzone.decide.words.sentences import (
    SENTENCES,
    clauses,
    either,
    joined,
    percent,
    say,
    shown,
    term,
    word_of,
)
from openzone.rulebook.model import Text
from openzone.rulebook.plain import Named

STATUSES = (
    "verified",
    "verified_in_part",
    "verified_secondary",
    "verified_title",
    "carried_back",
    "memory",
    "none",
)
HIDDEN_FIGURES = frozenset(("hints",))
FIGURE_ORDER = [key for key in SENTENCES if key.startswith("figure.")]


def named(one: Named | None, lang: str, *, ids: bool = True) -> str:
    """A name with its id behind it."""
    if one is None:
        return say("unknown", lang)
    name = one.name.lang(lang)
    if not ids or name == one.id:
        return name
    return f"{name}（{one.id}）" if lang == "zh" else f"{name} ({one.id})"


def names(many: Iterable[Named], lang: str, *, ids: bool = False) -> str:
    """Names in a row."""
    return joined((named(one, lang, ids=ids) for one in many), lang)


def fact_text(kind: str, value: Any, lang: str, regime: str = "") -> str:
    """A value of a fact as people say it in a regime."""
    if value is None:
        return say("unknown", lang)
    if kind == "share":
        return percent(value)
    if kind == "mode":
        return term("mode", value, lang)
    if isinstance(value, Named):
        return named(value, lang)
    if isinstance(value, (tuple, list)):
        return joined((fact_text(kind, item, lang, regime) for item in value), lang)
    if isinstance(value, (str, bool)):
        return word_of(regime, str(value).lower() if isinstance(value, bool) else value, lang)
    return shown(value, lang)


def statuses(counts: Mapping[str, int], lang: str, prefix: str = "") -> str:
    """How many of each status of evidence."""
    return joined(
        (
            say(f"status.{status}", lang, n=counts[prefix + status])
            for status in STATUSES
            if counts.get(prefix + status)
        ),
        lang,
    )


# ---- demands -------------------------------------------------------------------------------------


def demand(effect: str, title: Text | None, figures: Iterable[Figure], lang: str) -> str:
    """What a row demands: its effect in words with its figures."""
    head = title.lang(lang) if title is not None else effect
    parts = [figure_text(figure, lang) for figure in sorted(figures, key=_place)]
    said = clauses(parts, lang)
    if not said:
        return head
    return f"{head}：{said}" if lang == "zh" else f"{head}: {said}"


def _place(figure: Figure) -> int:
    key = f"figure.{figure.name}"
    return FIGURE_ORDER.index(key) if key in FIGURE_ORDER else len(FIGURE_ORDER)


def figure_text(figure: Figure, lang: str) -> str:
    """A figure of a row in words; those that only steer the engine are left out."""
    if figure.name in HIDDEN_FIGURES or figure.value is False:
        return ""
    key = f"figure.{figure.name}"
    value = figure.value
    if value is None:
        value = say("unknown", lang)
    if isinstance(value, tuple):
        value = _several(value, lang)
    elif isinstance(value, str):
        value = term("value", value, lang)
    rest = 100 - value if isinstance(value, int) else ""
    try:
        return say(key, lang, n=value, rest=rest)
    except KeyError:
        return say("figure.other", lang, name=figure.name, n=value)


def _several(value: tuple[Any, ...], lang: str) -> str:
    """A figure of several parts: words in two languages, pairs, or parts to be added."""
    pairs = all(isinstance(item, tuple) and len(item) == 2 for item in value)
    if pairs and {key for key, _ in value} == {"zh", "en"}:
        return str(dict(value)[lang])
    if pairs:
        return "; ".join(f"{'…' if key is None else key}: {item}" for key, item in value)
    return " + ".join(term("value", item, lang) for item in value)


# ---- conditions ----------------------------------------------------------------------------------


def condition_text(condition: ConditionSeen, lang: str, regime: str = "") -> str:
    """A condition of a row of a regime in words."""
    if condition.kind == "between":
        key = "condition.not_between" if condition.negated else "condition.between"
        return say(key, lang, title=condition.title, bounds=_bounds(condition, lang))
    kind = "under" if condition.kind == "under" else "in"
    key = f"condition.{'not_' if condition.negated else ''}{kind}"
    values = either(
        (fact_text(condition.fact_kind, value, lang, regime) for value in condition.values), lang
    )
    return say(key, lang, title=condition.title, values=values)


def _bounds(condition: ConditionSeen, lang: str) -> str:
    parts = [
        say(f"bound.{name}", lang, n=fact_text(condition.fact_kind, bound, lang))
        for name, bound in zip(("min", "above", "max", "below"), condition.bounds, strict=True)
        if bound is not None
    ]
    return joined(parts, lang)


def conditions_text(row: RowSeen, lang: str, regime: str = "") -> str:
    """All conditions of a row in words."""
    return clauses((condition_text(one, lang, regime) for one in row.conditions), lang)


# ---- citations -----------------------------------------------------------------------------------


def document_text(source: Source, lang: str) -> str:
    """Title and number of a document."""
    number = source.number or say("cite.no_number", lang)
    return say("cite.document", lang, title=source.title, number=number)


def short(source: Source, lang: str) -> str:
    """A document by its number, or by its title when no number is on record."""
    return source.number or say("cite.untitled", lang, title=source.title)


def short_cite(source: Source, item: int | str | None, lang: str) -> str:
    """Number and item."""
    if item is None:
        return short(source, lang)
    return say("cite.short_item", lang, document=short(source, lang), item=item)


def cite(source: Source, item: int | str | None, lang: str, *, reform: bool = False) -> str:
    """Document, number and item; a reform is cited without title marks."""
    if reform:
        number = source.number or say("cite.no_number", lang)
        return say("cite.reform", lang, title=source.title, number=number)
    document = document_text(source, lang)
    if item is None:
        return document
    return say("cite.item", lang, document=document, item=item)


def published(source: Source, lang: str) -> str:
    """When the document was published, or that no day is on record."""
    if source.published is None:
        return say("row.unpublished", lang)
    return say("row.published", lang, day=source.published)


def source_text(row: RowSeen, lang: str, told: Collection[str] = ()) -> str:
    """Where a row stands, when it was published, from when to when it is in force.

    A document of `told`, whose title stands above, is cited by its number.
    """
    if row.source.id in told:
        citation = short_cite(row.source, row.item, lang)
    else:
        citation = cite(row.source, row.item, lang, reform=row.part is not None)
    days = clauses((published(row.source, lang), shown(row.source.in_force, lang)), lang)
    return say("row.source", lang, cite=citation, days=days)


def evidence_text(row: RowSeen, lang: str) -> str:
    """How far a row was checked, with the note of the one who checked."""
    evidence = term("evidence", row.evidence, lang)
    if row.evidence_note:
        return say("row.evidence_note", lang, evidence=evidence, note=row.evidence_note)
    return say("row.evidence", lang, evidence=evidence)


# ---- a row in full -------------------------------------------------------------------------------


def row_lines(row: RowSeen, regime: str, lang: str, told: Collection[str] = ()) -> Iterator[str]:
    """What binds, line by line: demand, state, citation, evidence, what must be read with it."""
    key = "row.measure" if row.outcome else "row.demand"
    yield say(key, lang, demand=demand(row.effect, row.effect_title, row.figures, lang))
    if row.outcome:
        outcome = term(f"outcome.{regime}", row.outcome, lang)
        yield say("row.gives", lang, outcome=outcome)
    if row.conditions:
        yield say("row.applies", lang, conditions=conditions_text(row, lang, regime))
    if row.requires:
        words = joined((term("requires", one, lang) for one in row.requires), lang)
        yield say("row.requires", lang, requires=words)
    if row.state in ("met", "fails", "open", "may"):
        yield say(f"row.state.{row.state}", lang)
    yield source_text(row, lang, told)
    yield evidence_text(row, lang)
    if row.carried_back:
        yield say("row.carried", lang)
    if row.confidence != (row.evidence.partition("/")[2] or "high"):
        yield say("row.own_mark", lang, level=term("level", row.confidence, lang))
    yield from _figure_lines(row, lang)
    yield from _more_lines(row, lang)


def _figure_lines(row: RowSeen, lang: str) -> Iterator[str]:
    for figure in row.figures:
        if figure.parameter is not None:
            evidence = term("evidence", figure.evidence or "none", lang)
            yield say(
                "row.parameter",
                lang,
                name=figure.parameter.id,
                title=figure.parameter.name,
                n=figure.value,
                evidence=evidence,
            )


def _more_lines(row: RowSeen, lang: str) -> Iterator[str]:
    if row.amends:
        yield say("row.amends", lang, row=row.amends)
    if row.instead_of:
        rows = joined(row.instead_of, lang)
        if row.instead_of_reason:
            yield say("row.instead_reason", lang, rows=rows, reason=row.instead_of_reason)
        else:
            yield say("row.instead", lang, rows=rows)
    if row.doubt:
        yield say("row.doubt", lang, text=row.doubt)
    if row.legal_basis:
        yield say("row.basis", lang, text=row.legal_basis)
    for text in row.carve_outs:
        yield say("row.carve", lang, text=text)
    for text in row.notes:
        yield say("row.note", lang, text=text)
