"""The text of an explanation, in Chinese or in English, from the same data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from openzone.decide.explain.trace import Assurance, Check, Explanation, FactValue, ListSeen
from openzone.decide.words.changers import changer_lines, reform_power_lines
from openzone.decide.words.lines import WIDTH, Lines
from openzone.decide.words.questions import ask_lines
from openzone.decide.words.reasons import near_lines
from openzone.decide.words.rows import (
    document_text,
    fact_text,
    named,
    names,
    row_lines,
    short,
    short_cite,
    statuses,
)
from openzone.decide.words.sentences import counted, joined, percent, say, sentences, term


def wording(explanation: Explanation, lang: str, width: int = WIDTH, paint: bool = False) -> str:
    """The explanation as text for a terminal; headings are bold when `paint` is true."""
    return Wording(explanation, lang).page().text(width, paint)


class Wording:
    """Writes one explanation in one language, part by part."""

    def __init__(self, explanation: Explanation, lang: str) -> None:
        self.seen = explanation
        self.lang = lang
        self.regime = explanation.case.regime.id
        self.lines = Lines()

    def say(self, key: str, **values: Any) -> str:
        """A sentence in the language of this page."""
        return say(key, self.lang, **values)

    def page(self) -> Lines:
        """All parts in their order; a part that says nothing is left out."""
        self.lines.add(0, sentences(self.first(), self.lang))
        self.case()
        self.answer()
        self.binds()
        self.missing()
        self.near()
        self.assumed()
        self.announced()
        self.next()
        self.confidence()
        self.check()
        self.changers()
        return self.lines

    # ---- first line, case, answer ------------------------------------------------------------

    def first(self) -> Iterator[str]:
        """How many deciding rows are verified, in part, from memory; or whose silence decides."""
        counts = self.seen.evidence
        if counts["rows"]:
            key = "first.may" if self.seen.needs else "first.rows"
            yield counted(key, self.lang, counts["rows"], statuses=statuses(counts, self.lang))
            figures = sum(n for name, n in counts.items() if name.startswith("figure_"))
            if figures:
                told = statuses(counts, self.lang, "figure_")
                yield counted("first.figures", self.lang, figures, statuses=told)
            if self.by_memory():
                yield self.say("first.confirm")
            return
        for seen in self.seen.lists:
            yield self.silence(seen)

    def by_memory(self) -> bool:
        """Say whether part of what the answer rests on is from memory."""
        weak = ("memory", "none", "figure_memory", "figure_none")
        return any(self.seen.evidence.get(name) for name in weak)

    def silence(self, seen: ListSeen) -> str:
        """What it means that no row binds."""
        if seen.document is None:
            return self.say("first.no_list")
        document = document_text(seen.document, self.lang)
        if seen.state == "complete":
            by_section = seen.recorded == "by_section"
            return self.say(
                "first.silence_sections" if by_section else "first.silence", document=document
            )
        if seen.partial_sections:
            sections = joined(seen.partial_sections, self.lang)
            return self.say("first.partial_sections", document=document, sections=sections)
        record = term("record", seen.recorded, self.lang)
        return self.say("first.partial", document=document, record=record)

    def case(self) -> None:
        """The case as the engine read it."""
        case, add = self.seen.case, self.lines.add
        title = self.say("head.case")
        self.lines.head(f"{title} {case.id}" if case.id else title)
        line = self.say("case.line", regime=case.regime.name, on=case.on, known=case.known)
        add(1, line)
        if case.activity:
            add(1, self.say("case.activity", named=named(case.activity, self.lang)))
        if case.industry:
            add(1, self.say("case.industry", named=named(case.industry, self.lang)))
        add(1, self.place())
        for fact in case.facts:
            add(1, self.fact(fact))
        law = self.seen.law
        if law["reforms"]:
            add(1, self.say("case.reforms", reforms=joined(law["reforms"], self.lang)))
        if case.child_of and case.activity:
            told = named(case.child_of, self.lang)
            add(1, self.say("case.child", about=case.activity.id, named=told))
        for remark in case.remarks:
            add(1, self.say("case.remark", text=remark))
        add(1, self.say("case.book", book=law["book"], hash=law["hash"]))

    def place(self) -> str:
        """The places named and what they lie in."""
        case = self.seen.case
        if not case.places:
            return self.say("case.place", named=self.say("case.nowhere"))
        told = names(case.places, self.lang, ids=True)
        mine = {one.name for one in case.places}
        around = {one.name: one for one in case.lies_in if one.name not in mine}.values()
        if not around:
            return self.say("case.place", named=told)
        return self.say("case.place_in", named=told, around=names(around, self.lang))

    def fact(self, fact: FactValue) -> str:
        """A fact with its value."""
        if fact.fact == "place" and not fact.value:
            value = self.say("case.nowhere")
        else:
            value = fact_text(fact.kind, fact.value, self.lang)
        return self.say("case.fact", title=fact.title, value=value)

    def outcome(self, word: str) -> str:
        """An outcome in plain words."""
        return term(f"outcome.{self.regime}", word, self.lang)

    def answer(self) -> None:
        """The verdict in plain words, and the figures of the answer."""
        seen, add = self.seen, self.lines.add
        self.lines.head(self.say("head.answer"))
        verdict = term("verdict", seen.verdict, self.lang)
        outcome = self.outcome(seen.outcome)
        key = "answer.ask" if seen.needs else "answer.line"
        add(1, self.say(key, verdict=verdict, outcome=outcome, word=seen.outcome))
        if seen.ordinary:
            ordinary = self.outcome(seen.ordinary)
            add(1, self.say("answer.ordinary", outcome=ordinary, word=seen.ordinary))
        if seen.needs:
            add(1, self.say("answer.possible"))
        for word in seen.possible if seen.needs else ():
            add(2, self.say("answer.possible_one", outcome=self.outcome(word), word=word), "-")
        if "max_foreign_share" in seen.effects:
            add(1, self.max_share(seen.effects["max_foreign_share"]))
        if seen.effects.get("depends_on"):
            add(1, self.say("answer.depends"))
        if seen.effects.get("clock_days"):
            clocks = " + ".join(map(str, seen.effects["clock_days"]))
            total = seen.effects["longest_days"]
            add(1, self.say("answer.clocks", clocks=clocks, total=total))
        if seen.effects.get("requires"):
            words = joined(
                (term("requires", one, self.lang) for one in seen.effects["requires"]), self.lang
            )
            add(1, self.say("answer.requires", requires=words))
        conditions = seen.effects.get("on_approval") or ()
        if conditions:
            add(1, self.say("answer.conditions"))
        for condition in conditions:
            add(2, condition[self.lang], "-")

    def max_share(self, value: Any) -> str:
        """The greatest foreign share in words."""
        if isinstance(value, Mapping):
            return self.say("answer.max_below", n=percent(value["below"]))
        if isinstance(value, str):
            return self.say("answer.max_unknown")
        return self.say("answer.max", n=percent(value))

    # ---- what binds, what is missing, what came close ----------------------------------------

    def binds(self) -> None:
        """The lists that apply and the rows that bind."""
        self.lines.head(self.say("head.binds"))
        for seen in self.seen.lists:
            self.lines.add(1, self.list_line(seen))
            if seen.note:
                self.lines.add(1, self.say("list.note", note=seen.note))
        told = {seen.document.id for seen in self.seen.lists if seen.document}
        if not self.seen.rows:
            self.lines.add(1, self.say("bind.none"))
        for number, row in enumerate(self.seen.rows, start=1):
            head = self.say("row.head", row=row.name, title=row.title)
            self.lines.add(1, head, f"{number}.")
            for line in row_lines(row, self.regime, self.lang, told):
                self.lines.add(3, line)

    def list_line(self, seen: ListSeen) -> str:
        """A list, its document, how much of it is held, what it replaces."""
        if seen.document is None:
            return self.say("list.none")
        document = document_text(seen.document, self.lang)
        record = term("record", seen.recorded, self.lang)
        parts = [
            self.say(
                "list.line",
                list=named(seen.list, self.lang, ids=False),
                document=document,
                record=record,
            )
            if seen.list
            else self.say("list.only", document=document, record=record)
        ]
        if seen.replaces:
            replaced = names(seen.replaces, self.lang)
            parts.append(self.say("list.replaces", replaces=replaced))
        if seen.partial_sections:
            sections = joined(seen.partial_sections, self.lang)
            parts.append(self.say("list.sections", sections=sections))
        return sentences(parts, self.lang)

    def missing(self) -> None:
        """What would be asked, and where each answer leads."""
        if not self.seen.needs:
            return
        self.lines.head(self.say("head.missing"))
        for line in ask_lines(self.seen, self.lang):
            self.lines.lines.append(line)

    def near(self) -> None:
        """The rows that came close and why they do not bind."""
        self.lines.head(self.say("head.near"))
        for line in near_lines(self.seen, self.lang):
            self.lines.lines.append(line)

    def assumed(self) -> None:
        """What absent facts were taken to be, and what the activity hints at."""
        if self.seen.assumed or self.seen.hinted:
            self.lines.head(self.say("head.assumed"))
        for fact in self.seen.assumed:
            self.lines.add(1, self.fact(fact), "-")
        for fact in self.seen.hinted:
            value = fact_text(fact.kind, fact.value, self.lang)
            self.lines.add(1, self.say("hinted.line", title=fact.title, value=value), "-")

    def announced(self) -> None:
        """Reforms that are only announced and would change the answer."""
        if self.seen.announced:
            self.lines.head(self.say("head.announced"))
        for one in self.seen.announced:
            verdict = term("verdict", one.verdict, self.lang)
            answer = f"{verdict} ({one.outcome})"
            line = self.say(
                "announced.line",
                reform=one.reform.name,
                row=one.reform.id,
                since=one.since,
                answer=answer,
            )
            self.lines.add(1, line, "-")

    def next(self) -> None:
        """The further gates."""
        if self.seen.next:
            self.lines.head(self.say("head.next"))
        for gate in self.seen.next:
            self.lines.add(1, self.say("next.line", title=gate.name, gate=gate.id), "-")

    # ---- how sure, what to read, who may act -------------------------------------------------

    def confidence(self) -> None:
        """The confidence of the answer and what makes it so."""
        self.lines.head(self.say("head.confidence"))
        level = term("level", self.seen.confidence, self.lang)
        text = self.say("confidence.line", level=level[:1].upper() + level[1:])
        if self.seen.confidence == "high":
            told = self.say("confidence.memory" if self.by_memory() else "confidence.nothing")
            self.lines.add(1, sentences((text, told), self.lang))
            return
        self.lines.add(1, sentences((text, self.say("confidence.why")), self.lang))
        for one in self.seen.assurance:
            if one.level == self.seen.confidence:
                self.lines.add(2, self.assurance(one), "-")

    def assurance(self, one: Assurance) -> str:
        """One thing that the confidence rests on."""
        note = one.note or ""
        key = f"assurance.{one.kind}"
        if one.kind == "list_complete" and note:
            key = "assurance.list_complete_note"
        return self.say(
            key,
            about=one.about,
            title=one.title,
            note=note,
            level=term("level", one.level, self.lang),
            evidence=term("evidence", note, self.lang),
        )

    def check(self) -> None:
        """What to read before relying on the answer."""
        self.lines.head(self.say("head.check"))
        if not self.seen.check:
            self.lines.add(1, self.say("check.nothing"))
        grouped: dict[Check, list[str]] = {}
        for check in self.seen.check:
            key = dataclasses.replace(check, about="")
            grouped.setdefault(key, []).append(check.about)
        for check, rows in grouped.items():
            self.lines.add(1, self.check_line(check, joined(rows, self.lang)), "-")

    def check_line(self, check: Check, about: str) -> str:
        """One document to read, with the note of the one who read last."""
        citation = self.say("unknown")
        if check.source is not None:
            citation = short_cite(check.source, check.item, self.lang)
        text = self.say(f"check.{check.kind}", cite=citation, about=about)
        if not check.note:
            return text
        note = self.say("note.line", note=check.note.rstrip("."))
        return sentences((text, note), self.lang)

    def changers(self) -> None:
        """Who may change the rule in this place."""
        self.lines.head(self.say("head.changers"))
        for power in self.seen.reform_powers:
            self.lines.lines.extend(reform_power_lines(power, self.lang))
        sources = [row.source for row in self.seen.rows]
        sources += [seen.document for seen in self.seen.lists if seen.document]
        titles = {source.id: short(source, self.lang) for source in sources}
        for one in self.seen.changers:
            self.lines.lines.extend(changer_lines(one, self.lang, titles))
