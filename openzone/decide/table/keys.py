"""The words of a table of cases (tags, codes, places, days) as classes the rules tell apart."""

from __future__ import annotations

import datetime as dt
from itertools import product
from string import ascii_uppercase

from openzone.decide.activities import ActivityView
from openzone.decide.axes import Axis, fact_words, frame_facts
from openzone.decide.case import apart, inconsistent, place_names, read_value, tag_text
from openzone.decide.cells import REFUSED, CellSpace, Layout
from openzone.decide.frame import Frame, PlaceView

SPAN = (dt.date(1995, 1, 1), dt.date(2055, 1, 1))


class Keys:
    """Classes of words. A word that a single case would refuse has the class REFUSED."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.facts = {fact.name: fact for fact in frame_facts(frame)}
        self.matters: dict[tuple[str, str], int] = {}
        self.places: dict[str, int] = {}
        self.days = SPAN
        self.views: list[tuple[ActivityView, bool]] = []
        self._numbers: dict[tuple[int, bool], int] = {}
        self._place_ids: list[tuple[str, ...] | None] = []
        self._words: dict[str, dict[str, int]] = {}
        self._states: tuple[int, list[int], list[tuple[PlaceView, bool] | None]] | None = None
        for place in ("", *frame.law.territories):
            self.place(place)

    def learn_vocabulary(self, tags: bool, codes: bool) -> None:
        """Meet every tag, or every code, of the book: enough for most tables."""
        book = self.frame.law.book
        self.matter("", "")
        if tags and not codes:
            for tag in book.vocabulary:
                self.matter(tag, "")
        if codes and not tags:
            for code in book.classification:
                self.matter("", code)

    def matter(self, tag: str, code: str) -> int:
        """The class of an activity and a code as they stand in the table."""
        found = self.matters.get((tag, code))
        if found is None:
            found = self.matters[(tag, code)] = self._class(tag.strip(), code.strip())
        return found

    def _class(self, tag: str, code: str) -> int:
        book = self.frame.law.book
        if tag and (tag_text(tag) is None or book.vocabulary.known(tag) is None):
            return REFUSED
        if code and code not in book.classification:
            return REFUSED
        if tag and code and inconsistent(self.frame, tag, code):
            return REFUSED
        view = self.frame.activity(tag or None, code or None)
        start = book.classification.in_force.start
        moved = (
            bool(code)
            and not tag
            and start is not None
            and book.classification.other_meaning(code, start - dt.timedelta(days=1)) is not None
        )
        mark = (view.id, moved)
        if mark not in self._numbers:
            self._numbers[mark] = len(self.views)
            self.views.append((view, moved))
        return self._numbers[mark]

    def place(self, text: str) -> int:
        """The class of a place as it stands in the table (ids joined by ';')."""
        found = self.places.get(text)
        if found is None:
            territories = self.frame.law.territories
            names = [territories.find(str(name)) for name in place_names(text)]
            known = tuple(dict.fromkeys(name for name in names if name is not None))
            found = self.places[text] = len(self._place_ids)
            self._place_ids.append(None if None in names else known)
        return found

    def fact_words(self, name: str) -> dict[str, int]:
        """The words met for a fact, each with its part (axes.Axis); REFUSED where it is none."""
        words = self._words.get(name)
        if words is None:
            words = self._words[name] = {}
            fact = self.facts[name]
            usual = {"", *map(str, (*fact.values, *fact_words(self.frame)[name]))}
            if fact.kind == "nation":
                usual |= {"".join(pair) for pair in product(ascii_uppercase, repeat=2)}
            if fact.kind == "flag":
                usual |= {"true", "false", "True", "False"}
            for word in sorted(usual):
                self.fact_word(name, word)
        return words

    def fact_word(self, name: str, word: str) -> None:
        """Meet a word of a fact as it stands in the table."""
        words = self.fact_words(name)
        if word in words:
            return
        fact, said = self.facts[name], word.strip()
        value, fault = read_value(fact, said) if said else (None, None)
        axis = Axis(fact, words=fact_words(self.frame)[name])
        words[word] = REFUSED if fault else axis.part(value)

    def widen(self, first: dt.date, last: dt.date) -> None:
        """Let the days reach from `first` to `last`."""
        self.days = (min(first, self.days[0]), max(last, self.days[1]))

    @property
    def segments(self) -> int:
        """How many segments the days of the law have."""
        return len(self.frame.cuts) + 1

    def day_segments(self) -> tuple[list[dt.date], list[int]]:
        """Each day of the span with its segment."""
        ordinals = range(self.days[0].toordinal(), self.days[1].toordinal() + 1)
        days = [dt.date.fromordinal(ordinal) for ordinal in ordinals]
        return days, [self.frame.segment(day) for day in days]

    def states(self) -> tuple[list[int], list[tuple[PlaceView, bool] | None]]:
        """For place × segment the number of what the rules see there; and what each number is.

        Number 0 stands for a place that is unknown or does not exist on the day. The flag says that
        the day lies before the edition of the classification.
        """
        if self._states is not None and self._states[0] == len(self.places):
            return self._states[1:]
        frame, known = self.frame, self.frame.law.known
        start = frame.law.book.classification.in_force.start
        numbers: dict[tuple[int, bool], int] = {}
        kinds: list[tuple[PlaceView, bool] | None] = [None]
        found: list[int] = []
        exists = frame.law.territories.exists
        days = [frame.day(segment) for segment in range(self.segments)]
        for places in self._place_ids:
            for segment, on in enumerate(days):
                if (
                    places is None
                    or not all(exists(place, on, known) for place in places)
                    or (len(places) > 1 and apart(frame.law.territories, places, on, known))
                ):
                    found.append(0)
                    continue
                view, older = frame.place(places, segment), start is not None and on < start
                mark = (view.id, older)
                if mark not in numbers:
                    numbers[mark] = len(kinds)
                    kinds.append((view, older))
                found.append(numbers[mark])
        self._states = (len(self.places), found, kinds)
        return found, kinds

    def bundles(self, space: CellSpace) -> tuple[list[int], list[Layout | None]]:
        """For state × matter: the first cell of the bundle, and its layout (None: refused)."""
        bases: list[int] = []
        layouts: list[Layout | None] = []
        for state in self.states()[1]:
            for activity, moved in self.views:
                if state is None or (moved and state[1]):
                    bases.append(REFUSED)
                    layouts.append(None)
                    continue
                bundle = self.frame.bundle(activity, state[0])
                bases.append(space.block(bundle))
                layouts.append(space.layout(bundle))
        return bases, layouts
