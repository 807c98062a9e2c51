"""Trees that conditions run under: the industry classification and the activity vocabulary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from openzone.rulebook.model import Evidence, Interval, Text


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a classification; `note` says, among others, what it meant in an older edition."""

    code: str
    level: str
    parent: str | None
    title: Text
    note: str = ""


class Classification(Mapping[str, Code]):
    """An edition of an industry classification: a tree of codes."""

    def __init__(
        self,
        id: str,
        title: Text,
        edition: str,
        in_force: Interval,
        evidence: Evidence,
        codes: Iterable[Code],
        notes: tuple[str, ...] = (),
    ) -> None:
        self.id = id
        self.title = title
        self.edition = edition
        self.in_force = in_force
        self.evidence = evidence
        self.notes = notes
        self._codes = {code.code: code for code in codes}

    def __getitem__(self, code: str) -> Code:
        return self._codes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    @cached_property
    def ancestors(self) -> Mapping[str, tuple[str, ...]]:
        """For each code, itself and the codes above it, nearest first."""
        found: dict[str, tuple[str, ...]] = {}
        for code in self._codes:
            line = [code]
            while (parent := self._codes[line[-1]].parent) and parent not in line:
                line.append(parent)
            found[code] = tuple(line)
        return found

    @cached_property
    def leaves(self) -> Mapping[str, tuple[str, ...]]:
        """For each code, the classes (lowest level) under it, itself included."""
        parents = {code.parent for code in self._codes.values()}
        found: dict[str, list[str]] = {code: [] for code in self._codes}
        for code in self._codes:
            if code not in parents:
                for above in self.ancestors[code]:
                    found[above].append(code)
        return {code: tuple(leaves) for code, leaves in found.items()}

    def section(self, code: str) -> str:
        """The section (letter) of a code."""
        return self.ancestors[code][-1]

    def related(self, one: str, other: str) -> bool:
        """Say whether one code is the other, above it or below it."""
        return one in self.ancestors[other] or other in self.ancestors[one]

    def other_meaning(self, code: str, on: dt.date) -> str | None:
        """What the code meant in the edition in force on a day before this edition, if it moved."""
        start = self.in_force.start
        if start is None or on >= start:
            return None
        note = self._codes[code].note
        _, mark, older = note.partition("2011 edition:")
        return older.strip() if mark else None


@dataclass(frozen=True, slots=True)
class Activity:
    """A dotted tag: titles, the codes it stands for, groups it belongs to, words people use."""

    tag: str
    title: Text
    industry: tuple[tuple[str, str], ...] = ()
    member_of: tuple[str, ...] = ()
    keywords_zh: tuple[str, ...] = ()
    keywords_en: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Vocabulary(Mapping[str, Activity]):
    """The activity tags. A tag under a known tag is its child; under no root it is unknown."""

    def __init__(self, activities: Iterable[Activity]) -> None:
        self._tags = {activity.tag: activity for activity in activities}

    def __getitem__(self, tag: str) -> Activity:
        return self._tags[tag]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tags)

    def __len__(self) -> int:
        return len(self._tags)

    def known(self, tag: str) -> str | None:
        """The tag itself, or the nearest known tag it extends; None when the root is unknown."""
        while tag:
            if tag in self._tags:
                return tag
            tag = tag.rpartition(".")[0]
        return None

    def lineage(self, tag: str) -> frozenset[str]:
        """The tag, all it extends, and the groups that any of these belongs to."""
        found: set[str] = set()
        stack = [tag]
        while stack:
            here = stack.pop()
            while here and here not in found:
                found.add(here)
                if here in self._tags:
                    stack.extend(self._tags[here].member_of)
                here = here.rpartition(".")[0]
        return frozenset(found)

    @cached_property
    def lineages(self) -> Mapping[str, frozenset[str]]:
        """`lineage` of every known tag."""
        return {tag: self.lineage(tag) for tag in self._tags}

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """For each known tag, the other known tags under it or in it as a group."""
        found: dict[str, list[str]] = {tag: [] for tag in self._tags}
        for tag, line in self.lineages.items():
            for above in line:
                if above != tag and above in found:
                    found[above].append(tag)
        return {tag: tuple(tags) for tag, tags in found.items()}

    def codes(self, tag: str) -> tuple[tuple[str, str], ...]:
        """The industry codes of the nearest known tag that has any."""
        while tag:
            if tag in self._tags and self._tags[tag].industry:
                return self._tags[tag].industry
            tag = tag.rpartition(".")[0]
        return ()
