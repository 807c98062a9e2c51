"""What a tag or a code may stand for: the activities that a case may turn out to be."""

from __future__ import annotations

from dataclasses import dataclass

from openzone.decide.facts import Case
from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from tests.oracle.plain_law import PlainLaw

ITSELF = ""


@dataclass(frozen=True)
class Candidate:
    """An activity that the case may be: its lineage, its codes, the codes that the case states.

    A row with tags binds by code only through `case_codes` (no tag was given); a row without tags
    binds through `codes`.
    """

    name: str
    lineage: frozenset[str]
    codes: frozenset[str]
    case_codes: frozenset[str]
    sections: frozenset[str]


def lineage_of(book: Book, tag: str) -> frozenset[str]:
    """The tag, all it extends, and the groups that any of these belongs to."""
    parts = tag.split(".")
    found = {".".join(parts[: n + 1]) for n in range(len(parts))}
    for name in tuple(found):
        if name in book.vocabulary:
            for group in book.vocabulary[name].member_of:
                found |= lineage_of(book, group)
    return frozenset(found)


def codes_of(book: Book, tag: str) -> list[str]:
    """The codes that the tag stands for: its own, else those of the nearest tag that it extends."""
    while tag:
        own = book.vocabulary[tag].industry if tag in book.vocabulary else ()
        if own:
            return [code for code, _ in own]
        tag = ".".join(tag.split(".")[:-1])
    return []


def code_line(book: Book, code: str) -> frozenset[str]:
    """The code and all codes above it."""
    parent = book.classification[code].parent
    return frozenset((code,)) | (code_line(book, parent) if parent else frozenset())


def section_of(book: Book, code: str) -> str:
    """The code at the top."""
    parent = book.classification[code].parent
    return section_of(book, parent) if parent else code


def _lines(book: Book, tag: str) -> frozenset[str]:
    return frozenset[str]().union(*(code_line(book, code) for code in codes_of(book, tag)))


def itself(book: Book, tag: str) -> Candidate:
    """The activity as it is called, none of its narrower kinds."""
    sections = frozenset(section_of(book, code) for code in codes_of(book, tag))
    return Candidate(ITSELF, lineage_of(book, tag), _lines(book, tag), frozenset(), sections)


def candidates(law: PlainLaw, table: m.Table, case: Case) -> list[Candidate]:
    """The activity as stated, and every known activity that the case may be more narrowly."""
    book, none = law.book, frozenset[str]()
    if case.activity is not None:
        sections = frozenset(section_of(book, code) for code in codes_of(book, case.activity))
        found = [itself(book, case.activity)]
        if case.activity in book.vocabulary:
            found += [
                Candidate(tag, lineage_of(book, tag), _lines(book, tag), none, sections)
                for tag in book.vocabulary
                if tag != case.activity and case.activity in lineage_of(book, tag)
            ]
        return found
    if case.industry is None:
        unsaid = Candidate(ITSELF, none, none, none, none)
        every = [Candidate(t, lineage_of(book, t), _lines(book, t), none, none)
                 for t in book.vocabulary]  # fmt: skip
        return [unsaid, *every, *_bare(law, table, none)]
    line = code_line(book, case.industry)
    sections = frozenset((section_of(book, case.industry),))
    found = [Candidate(ITSELF, none, line, line, sections)]
    for tag in sorted(_tags_of(law, table, case.industry)):
        codes = line | _below(book, tag, case.industry)
        found.append(Candidate(tag, lineage_of(book, tag), codes, line, sections))
    bare = _bare(law, table, line, sections)
    return found + [one for one in bare if case.industry in code_line(book, one.name)]


def _bare(
    law: PlainLaw, table: m.Table, line: frozenset[str], sections: frozenset[str] = frozenset()
) -> list[Candidate]:
    """What no tag names, under each code that a row without tags or a condition names."""
    rows = law.every_row(table)
    named = {code for row in rows if not row.activity for code, match in row.industry
             if match == "exact"}  # fmt: skip
    named |= {v for row in rows for c in row.conditions if c.fact == "industry" for v in c.values}
    none, book = frozenset[str](), law.book
    return [
        Candidate(code, none, line | code_line(book, code), line, sections)
        for code in sorted(named - line)
    ]


def _tags_of(law: PlainLaw, table: m.Table, code: str) -> set[str]:
    """Tags that stand for the code, for part of it, or for something that holds it."""
    book = law.book

    def related(other: str) -> bool:
        return code in code_line(book, other) or other in code_line(book, code)

    found = {tag for tag in book.vocabulary if any(map(related, codes_of(book, tag)))}
    for row in law.every_row(table):
        if any(related(other) for other, _ in row.industry):
            found.update(row.activity)
    return found


def _below(book: Book, tag: str, code: str) -> frozenset[str]:
    """The lines of those codes of a tag that lie under the code of the case."""
    lines = (code_line(book, one) for one in codes_of(book, tag))
    return frozenset[str]().union(*(line for line in lines if code in line))
