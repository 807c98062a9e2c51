"""Activities as the rules tell them apart: a tag or a code, and all that it may turn out to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openzone.rulebook.book import Book
from openzone.rulebook.model import Row


@dataclass(frozen=True, slots=True)
class Option:
    """An activity that the case may be: its tag (None: none that a rule names), its lineage.

    `codes`: those that it stands for, with the codes above them, as far as a row without tags or a
    condition on the code names them. What only such a code tells apart has that code for a tag.
    """

    tag: str | None
    lineage: frozenset[str]
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActivityView:
    """What the rules can tell apart of an activity; more than one option means it may be asked.

    `code_line`: the code of a case that gives no tag, with the codes above it.
    """

    id: int
    options: tuple[Option, ...]
    code_line: frozenset[str]
    sections: frozenset[str]
    by_code: bool


class Activities:
    """The views of the tags and codes of a book under the rows of one table."""

    def __init__(
        self, book: Book, rows: Iterable[Row], named: Iterable[str], by_section: bool
    ) -> None:
        rows = tuple(rows)
        conditions = [condition for row in rows for condition in row.conditions]
        self.book = book
        self.named_tags = frozenset(named).union(
            (tag for row in rows for tag in (*row.activity, *row.not_activity)),
            (str(v) for c in conditions if c.fact == "activity" for v in c.values),
        )
        asked = {v for c in conditions if c.fact == "industry" for v in c.values}
        self._exact = frozenset(
            code for row in rows for code, match in row.industry if match == "exact"
        )
        self._own = asked | {
            code
            for row in rows
            if not row.activity
            for code, match in row.industry
            if match == "exact"
        }
        self._by_section = by_section
        self._by_code = self._tags_by_code(rows)
        self._found: dict[tuple[str | None, str | None], ActivityView] = {}
        self._views: dict[Any, ActivityView] = {}

    def view(self, tag: str | None, code: str | None) -> ActivityView:
        """The view of a tag, or of a code when no tag is given."""
        key = (tag, code if tag is None else None)
        view = self._found.get(key)
        if view is None:
            view = self._found[key] = self._view(*key)
        return view

    def _view(self, tag: str | None, code: str | None) -> ActivityView:
        codes = self.book.classification
        sections: frozenset[str] = frozenset()
        line: frozenset[str] = frozenset()
        if tag is not None:
            candidates = self._under_tag(tag)
            own = self.book.vocabulary.codes(tag)
            sections = frozenset(codes.section(one) for one, _ in own)
        elif code is not None:
            line = frozenset(codes.ancestors[code])
            sections = frozenset((codes.section(code),))
            candidates = self._under_code(code)
        else:
            lineages = self.book.vocabulary.lineages
            candidates = [Option(None, frozenset())]
            candidates += [Option(t, line, self._codes(t)) for t, line in lineages.items()]
            candidates += self._under_codes(frozenset(), self._own)
        options: dict[Any, Option] = {}
        for one in candidates:
            key = (one.lineage & self.named_tags, one.codes & self._own)
            options.setdefault(key, Option(one.tag, *key))
        if not self._by_section:
            sections = frozenset()
        mark = (tuple(options), line & self._exact, sections, tag is None)
        view = self._views.get(mark)
        if view is None:
            view = self._views[mark] = ActivityView(
                len(self._views),
                tuple(options.values()),
                line & self._exact,
                sections,
                tag is None and code is not None,
            )
        return view

    def _under_tag(self, tag: str) -> list[Option]:
        """The tag itself and, when it is known, the known tags under it."""
        vocabulary = self.book.vocabulary
        lineage = vocabulary.lineage(tag)
        found = [Option(None, lineage, self._codes(tag))]
        if tag in vocabulary:
            found += [
                Option(child, vocabulary.lineages[child] | lineage, self._codes(child))
                for child in vocabulary.below[tag]
            ]
        return found

    def _under_code(self, code: str) -> list[Option]:
        """No tag that a rule names, and every tag that stands for the code or for part of it."""
        above = self.book.classification.ancestors
        line = frozenset(above[code])
        found = [Option(None, frozenset(), line)]
        for tag in self._tags_of_code(code):
            lower = [above[one] for one, _ in self.book.vocabulary.codes(tag) if code in above[one]]
            codes = line.union(*lower)
            found.append(Option(tag, self.book.vocabulary.lineages[tag], codes))
        below = (one for one in self._own if one != code and code in above[one])
        return found + self._under_codes(line, below)

    def _under_codes(self, line: frozenset[str], codes: Iterable[str]) -> list[Option]:
        """No tag that a rule names, and one of the codes that a rule names without a tag."""
        above = self.book.classification.ancestors
        return [Option(code, frozenset(), line.union(above[code])) for code in sorted(codes)]

    def _codes(self, tag: str) -> frozenset[str]:
        """The codes that a tag stands for, with the codes above them."""
        above = self.book.classification.ancestors
        return frozenset().union(*(above[code] for code, _ in self.book.vocabulary.codes(tag)))

    def _tags_by_code(self, rows: Iterable[Row]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for tag in self.book.vocabulary:
            for code, _ in self.book.vocabulary.codes(tag):
                found.setdefault(code, set()).add(tag)
        for row in rows:
            for code, _ in row.industry:
                found.setdefault(code, set()).update(row.activity)
        return found

    def _tags_of_code(self, code: str) -> list[str]:
        """Tags that stand for the code, for part of it, or for something that holds it."""
        related = self.book.classification.related
        return sorted(
            {tag for other, tags in self._by_code.items() if related(code, other) for tag in tags}
        )
