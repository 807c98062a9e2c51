"""Parts that several pages of the law share, in words: versions, reforms, documents, lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from openzone.decide.cited import STRUCTURE_TITLES
from openzone.decide.explain.trace import ConditionSeen, Figure
from openzone.decide.facts import Fact
from openzone.decide.words.changers import changer_lines
from openzone.decide.words.lines import Lines
from openzone.decide.words.rows import (
    condition_text,
    demand,
    named,
    names,
    statuses,
)
from openzone.decide.words.sentences import (
    clauses,
    joined,
    say,
    shown,
    term,
    title_of,
)
from openzone.rulebook import pages
from openzone.rulebook.changers import Changers
from openzone.rulebook.history import Difference, DocumentLine, ReformLine, VersionLine
from openzone.rulebook.model import Condition, Text
from openzone.rulebook.plain import Named

CONTENT, INNER = 1, 3


class FactsOf(NamedTuple):
    """The facts that the rows of a table may name, by name, and the regime that means them."""

    regime: str
    facts: Mapping[str, Fact]


class PageWords:
    """Writes one page in one language."""

    def __init__(
        self,
        lang: str,
        facts: Mapping[str, FactsOf],
        places: Mapping[str, Text],
        documents: Mapping[str, str],
    ) -> None:
        self.lang = lang
        self.facts = facts
        self.places = places
        self.documents = documents
        self.lines = Lines()

    def say(self, key: str, **values: Any) -> str:
        """A sentence in the language of this page."""
        return say(key, self.lang, **values)

    def add(self, depth: int, text: str, mark: str = "") -> None:
        """Add a paragraph."""
        self.lines.add(depth, text, mark)

    def head(self, key: str, **values: Any) -> None:
        """Begin a part."""
        self.lines.head(self.say(key, **values))

    # ---- parts that several pages share ------------------------------------------------------

    def cited(self, document: str | None) -> str:
        """A document as it is cited."""
        if document is None:
            return self.say("unknown")
        return self.documents.get(document, document)

    def demand(
        self, effect: str | None, title: Text | None, params: Iterable[tuple[str, Any]]
    ) -> str:
        """An effect with its figures."""
        figures = [Figure(name, value) for name, value in params]
        return demand(effect or "", title, figures, self.lang)

    def condition(self, condition: Condition, of: str) -> str:
        """A condition on a fact, of a row of a table; `of`: the id of the table or of the row."""
        regime, facts = self.facts.get(of, FactsOf("", {}))
        fact = facts.get(condition.fact)
        title = fact.title if fact else STRUCTURE_TITLES.get(condition.fact)
        title = title or title_of(regime, condition.fact)
        bounds = (condition.min, condition.above, condition.max, condition.below)
        values = condition.values
        if condition.fact == "place":
            values = tuple(Named(one, self.places.get(one, Text(one, one))) for one in values)
        seen = ConditionSeen(
            condition.fact,
            title or Text(condition.fact, condition.fact),
            condition.kind,
            values,
            bounds,
            condition.negated,
            None,
            fact.kind if fact else condition.fact,
        )
        return condition_text(seen, self.lang, regime)

    def versions(
        self,
        versions: Sequence[VersionLine],
        later: Sequence[VersionLine] = (),
        *,
        titled: bool = False,
    ) -> None:
        """A timeline, list by list; each version with what it demands and where it stands.

        `later` are versions told elsewhere on the page; `titled` gives each version its title.
        """
        several = len({line.list for line in versions}) > 1
        starts = {(v.measure, v.list, v.in_force.start) for v in (*versions, *later)}
        last: Named | None = None
        for number, line in enumerate(versions, start=1):
            if several and line.list != last:
                last = line.list
                self.add(1, named(line.list, self.lang, ids=False))
            self.version(line, number, titled)
            end = line.in_force.end
            gone = end is not None and (line.measure, line.list, end) not in starts
            if gone and line.ended_by:
                other = self.cited(line.ended_by)
                self.add(INNER, self.say("version.ended", end=end, other=other))

    def said(self, line: VersionLine) -> str:
        """What a version demands, or gives, in words."""
        if line.outcome:
            return term(f"outcome.{line.table.id}", line.outcome, self.lang)
        said = self.demand(line.effect, line.effect_title, line.params)
        parameters = joined(line.parameters, self.lang)
        figure = self.say("version.figure", parameter=parameters) if parameters else ""
        return clauses((said, figure), self.lang)

    def version(self, line: VersionLine, number: int, titled: bool) -> None:
        """One version: days and demand, citation, evidence and legal hash."""
        said = self.said(line)
        days = shown(line.in_force, self.lang)
        if titled:
            said = f"{line.title.lang(self.lang)}{'：' if self.lang == 'zh' else ' — '}{said}"
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
        self.checked(line)

    def held_rows(self, line: DocumentLine, versions: Iterable[VersionLine]) -> None:
        """The rows of a document: item, row, demand; the days only where they differ."""
        for version in versions:
            text = self.say(
                "version.titled", row=version.row, title=version.title, demand=self.said(version)
            )
            item = "" if version.item is None else self.say("version.item", item=version.item)
            days = "" if version.in_force == line.in_force else shown(version.in_force, self.lang)
            carried = self.say("version.carried") if version.carried_back else ""
            self.add(1, text, "-")
            self.checked(version, clauses((item, days, carried), self.lang))

    def checked(self, line: VersionLine, before: str = "") -> None:
        """How far a version was checked, and the hash of its legal content."""
        own = line.evidence.partition("/")[2] or "high"
        key = "version.checked" if line.confidence == own else "version.checked_level"
        text = self.say(
            key,
            evidence=term("evidence", line.evidence, self.lang),
            level=term("level", line.confidence, self.lang),
            legal=line.legal,
        )
        self.add(INNER, clauses((before, text), self.lang))

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
        added = "difference.added" if found.older_complete else "difference.from_here"
        removed = "difference.removed" if found.newer_complete else "difference.to_here"
        for key, many in (
            (added, found.added),
            (removed, found.removed),
            ("difference.changed", found.changed),
        ):
            if many:
                self.add(2, self.say(key, named=names(many, self.lang, ids=True)))
        self.add(2, self.say("difference.kept", n=found.kept))

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
