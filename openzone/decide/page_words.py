"""Pages of the law in words: rows, measures, documents, reforms, figures, places, activities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from openzone.decide.changer_words import changer_lines
from openzone.decide.facts import Fact
from openzone.decide.lines import WIDTH, Lines
from openzone.decide.row_words import (
    condition_text,
    demand,
    named,
    names,
    statuses,
)
from openzone.decide.sentences import (
    clauses,
    joined,
    say,
    shown,
    term,
)
from openzone.decide.trace import ConditionSeen, Figure
from openzone.rulebook import pages
from openzone.rulebook.changers import Changers
from openzone.rulebook.history import Difference, DocumentLine, ReformLine, VersionLine
from openzone.rulebook.model import Condition, ParameterRef, Text
from openzone.rulebook.plain import Named

CONTENT, INNER = 1, 3


def page_text(
    page: pages.Page,
    lang: str,
    facts: Mapping[str, Fact],
    documents: Mapping[str, str],
    width: int = WIDTH,
    paint: bool = False,
) -> str:
    """A page as text. `facts` names facts by id, `documents` cites documents by id."""
    words = PageWords(lang, facts, documents)
    words.page(page)
    return words.lines.text(width, paint)


class PageWords:
    """Writes one page in one language."""

    def __init__(self, lang: str, facts: Mapping[str, Fact], documents: Mapping[str, str]) -> None:
        self.lang = lang
        self.facts = facts
        self.documents = documents
        self.lines = Lines()
        self.timeline = True

    def say(self, key: str, **values: Any) -> str:
        """A sentence in the language of this page."""
        return say(key, self.lang, **values)

    def add(self, depth: int, text: str, mark: str = "") -> None:
        """Add a paragraph."""
        self.lines.add(depth, text, mark)

    def head(self, key: str, **values: Any) -> None:
        """Begin a part."""
        self.lines.head(self.say(key, **values))

    def page(self, page: pages.Page) -> None:
        """Write a page of any kind."""
        from openzone.decide import noun_words

        writers: dict[type, Callable[[PageWords, Any], None]] = {
            pages.OverviewPage: noun_words.overview,
            pages.RowPage: noun_words.row,
            pages.MeasurePage: noun_words.measure,
            pages.DocumentPage: noun_words.document,
            pages.ReformPage: noun_words.reform,
            pages.ParameterPage: noun_words.parameter,
            pages.PlacePage: noun_words.place,
            pages.ActivityPage: noun_words.activity,
        }
        writers[type(page)](self, page)

    # ---- parts that several pages share ------------------------------------------------------

    def cited(self, document: str | None) -> str:
        """A document as it is cited."""
        if document is None:
            return self.say("unknown")
        return self.documents.get(document, document)

    def demand(
        self, effect: str | None, title: Text | None, params: Iterable[tuple[str, Any]]
    ) -> str:
        """An effect with its figures; a named figure shows its name."""
        figures = [
            Figure(name, f"[{value.parameter}]" if isinstance(value, ParameterRef) else value)
            for name, value in params
        ]
        return demand(effect or "", title, figures, self.lang)

    def condition(self, condition: Condition) -> str:
        """A condition on a fact."""
        fact = self.facts.get(condition.fact)
        bounds = (condition.min, condition.above, condition.max, condition.below)
        seen = ConditionSeen(
            condition.fact,
            fact.title if fact else Text(condition.fact, condition.fact),
            condition.kind,
            condition.values,
            bounds,
            condition.negated,
            None,
            fact.kind if fact else condition.fact,
        )
        return condition_text(seen, self.lang)

    def versions(self, versions: Sequence[VersionLine]) -> None:
        """A timeline, list by list; each version with what it demands and where it stands."""
        several = len({line.list for line in versions}) > 1
        starts = {(line.measure, line.list, line.in_force.start) for line in versions}
        last: Named | None = None
        for number, line in enumerate(versions, start=1):
            if several and line.list != last:
                last = line.list
                self.add(1, named(line.list, self.lang, ids=False))
            self.version(line, number)
            end = line.in_force.end
            gone = end is not None and (line.measure, line.list, end) not in starts
            if gone and line.ended_by and self.timeline:
                other = self.cited(line.ended_by)
                self.add(INNER, self.say("version.ended", end=end, other=other))

    def version(self, line: VersionLine, number: int) -> None:
        """One version: days and demand, citation, evidence and legal hash."""
        said = self.demand(line.effect, line.effect_title, line.params)
        if line.outcome:
            said = term(f"outcome.{line.table.id}", line.outcome, self.lang)
        days = shown(line.in_force, self.lang)
        self.add(1, self.say("version.head", days=days, demand=said), f"{number}.")
        cite = line.number or self.cited(line.document)
        if line.item is not None:
            cite = self.say("cite.short_item", document=cite, item=line.item)
        published = (
            self.say("row.unpublished")
            if line.published is None
            else self.say("row.published", day=line.published)
        )
        text = self.say("version.cite", row=line.row, cite=cite, published=published)
        if line.carried_back:
            text = clauses((text, self.say("version.carried")), self.lang)
        self.add(INNER, text)
        own = line.evidence.partition("/")[2] or "high"
        key = "version.checked" if line.confidence == own else "version.checked_level"
        self.add(
            INNER,
            self.say(
                key,
                evidence=term("evidence", line.evidence, self.lang),
                level=term("level", line.confidence, self.lang),
                legal=line.legal,
            ),
        )

    def reforms(self, lines: Iterable[ReformLine], key: str = "page.reforms") -> None:
        """Changes of reforms, each with its state."""
        told = list(lines)
        if not told:
            return
        self.head(key)
        last = None
        for line in told:
            if line.reform != last:
                last = line.reform
                text = self.say(
                    "reform.head",
                    row=line.reform.id,
                    title=line.reform.name,
                    state=self.state(line),
                )
                self.add(1, text, "-")
            self.add(2, self.change(line), "-")

    def change(self, line: ReformLine) -> str:
        """A change in words."""
        values = {
            "row": f"#{line.change}",
            "kind": term("change", line.kind, self.lang),
            "title": line.title,
        }
        if line.effect is None:
            return self.say("reform.line", **values)
        said = self.demand(line.effect, line.effect_title, line.params)
        return self.say("reform.line_demand", demand=said, **values)

    def state(self, line: ReformLine) -> str:
        """Days and territory of a reform."""
        if line.in_force is not None:
            days = shown(line.in_force, self.lang)
            if line.status == "ended":
                days = self.say("reform.over", days=days)
        elif line.announced is not None:
            days = self.say("reform.announced", day=line.announced)
        else:
            days = self.say("reform.no_days")
        territory = names(line.territory, self.lang) or self.say("reform.everywhere")
        return self.say("reform.state", days=days, territory=territory)

    def difference(self, found: Difference) -> None:
        """What one document adds, drops and changes against the one before."""
        for key, many in (
            ("difference.added", found.added),
            ("difference.removed", found.removed),
            ("difference.changed", found.changed),
        ):
            if many:
                self.add(2, self.say(key, named=names(many, self.lang, ids=True)))
        self.add(2, self.say("difference.kept", n=found.kept))
        if not found.sure:
            self.add(2, self.say("difference.unsure"))

    def held(self, line: DocumentLine, depth: int) -> None:
        """How much of a document is held, and what its rows rest on."""
        record = term("record", line.recorded, self.lang)
        count = line.count if line.count is not None else self.say("unknown")
        if not line.rows:
            self.add(depth, self.say("document.no_rows", record=record, count=count))
            return
        key = "document.held" if line.items else "document.held_rows"
        text = self.say(key, record=record, rows=line.rows, items=line.items, count=count)
        self.add(depth, text)
        told = statuses(line.evidence, self.lang)
        carried = self.say("document.carried", n=line.carried_back) if line.carried_back else ""
        self.add(depth, clauses((self.say("document.evidence", statuses=told), carried), self.lang))

    def codes(self, codes: Iterable[tuple[Named, str]]) -> str:
        """Industry codes with their match."""
        return joined(
            (self.say(f"row.code_{match}", named=named(code, self.lang)) for code, match in codes),
            self.lang,
        )

    def who(self, one: Changers | None) -> None:
        """Who may change the norm at the place asked for."""
        if one is None:
            return
        self.head("head.changers")
        self.lines.lines.extend(changer_lines(one, self.lang, self.documents))

    def lists(self, lines: Iterable[pages.TableLine]) -> None:
        """The lists that apply, table by table, with the documents in force beside them."""
        for line in lines:
            self.add(1, named(line.table, self.lang))
            if line.list is None:
                self.add(2, self.say("document.here_none"))
            else:
                text = self.say("document.here", list=line.list.name)
                replaces = names(line.replaces, self.lang)
                more = self.say("list.replaces", replaces=replaces) if replaces else ""
                self.add(2, clauses((text, more), self.lang))
            for document in line.documents:
                self.document_line(document)

    def document_line(self, document: DocumentLine) -> None:
        """A document in one paragraph; a star marks the one that applies here."""
        number = document.number or self.say("cite.no_number")
        days = shown(document.in_force, self.lang)
        text = self.say("document.line", document=document.document.id, number=number, days=days)
        self.add(2, text, "*" if document.applies else "-")
        self.held(document, 4)
