"""Differences: a situation changes as the one statement that means it says, and else not at all."""

from decimal import Decimal

import pytest

from openzone.decide.axes import frame_facts
from openzone.decide.case import read_case
from openzone.decide.compare.difference import OUTSIDE
from openzone.decide.compare.situations import HOST_LEADS
from openzone.decide.frame import Frame
from openzone.decide.single import decide
from openzone.errors import CaseError
from openzone.regimes.comparing import SideOf, compare
from openzone.regimes.registry import REGIMES
from openzone.rulebook.model import MILLION
from tests.strategies.cases import CHILD, pool, share_text
from tests.strategies.effort import seeds
from tests.strategies.seeded_laws import TODAY, bundled_law, drawn_law


def closest(name, lineages, told):
    """What is told of the closest names around one, itself first: a set of answers."""
    if name in told:
        return {told[name]}
    above = {one for one in lineages[name] if one != name and one in lineages}
    inner = {one for one in above if not any(one in lineages[two] - {two} for two in above)}
    return set().union(*(closest(one, lineages, told) for one in inner))


def meant(name, lineages, named, excepted, unsaid=False):
    told = {**dict.fromkeys(named, True), **dict.fromkeys(excepted, False)}
    found = closest(name, lineages, told)
    assert len(found) < 2, (name, named, excepted)
    return found.pop() if found else unsaid


def holds(one, value):
    if one.words:
        return (value in one.words) != one.but
    low, high = one.low, one.high
    return (low is None or value > low or (value == low and not one.open_low)) and (
        high is None or value < high or (value == high and not one.open_high)
    )


class Reader:
    """Reads statements as a person would: the closest name decides, ranges bound the facts."""

    def __init__(self, compared):
        self.found = compared
        law = compared.after.law
        self.tags = law.book.vocabulary.lineages
        self.places = {
            place: law.territories.ancestors(place, law.known) | {place}
            for place in law.territories
        }
        lists = (*compared.before.table.lists, *compared.after.table.lists)
        self.with_a_list = {area for one in lists for area in one.under}

    def means(self, one, tag, place, day, facts):
        outside = OUTSIDE in one.places and not self.places[place] & self.with_a_list
        share, single = facts.get("foreign_share"), facts.get("largest_single_foreign")
        told = dict(facts)
        if single is not None:
            told[HOST_LEADS.name] = MILLION - share > single
        return (
            meant(tag, self.tags, one.activities, one.except_activities)
            and meant(place, self.places, one.places, one.except_places, outside)
            and (not one.days or any(span.holds(day) for span in one.days))
            and all(any(holds(x, told[fact[0].fact]) for x in fact) for fact in one.ranges)
        )

    def statements(self, *situation):
        return [one for one in self.found.difference.statements if self.means(one, *situation)]


def complete(pick, words, frame, tag, place, day):
    """A case with every fact; the activity is the tag itself, none of its narrower ones."""
    below = frame.law.book.vocabulary.below[tag]
    raw = {
        "activity": f"{tag}.{CHILD}" if below else tag,
        "place": place,
        "date": day.isoformat(),
    }
    values = dict(words.facts)
    for fact in frame_facts(frame):
        known = values.get(fact.name)
        raw[fact.name] = pick.one(known) if known else share_text(pick.one(words.shares))
    if "largest_single_foreign" in raw:
        if pick.chance(40):  # where it turns on a millionth who holds more
            left = MILLION - int(Decimal(raw["foreign_share"]) * MILLION) + pick.one((-1, 0, 1))
            raw["largest_single_foreign"] = share_text(min(max(left, 0), MILLION))
        pair = sorted((raw["foreign_share"], raw["largest_single_foreign"]))
        raw["largest_single_foreign"], raw["foreign_share"] = pair
    return raw


def leaves(law, day):
    """Places that exist on the day with no place inside them."""
    places = [p for p in law.territories if law.territories.exists(p, day, law.known)]
    inside = {p: law.territories.ancestors(p, day, law.known) for p in law.territories}
    return [p for p in places if not any(p in line for q, line in inside.items() if q != p)]


def sides(pick, book, reforms):
    """Two sides to compare, with the days of a situation on each."""
    if reforms and pick.chance(50):
        return SideOf(book), SideOf(book, reforms=reforms)
    if book.reforms and pick.chance(50):
        return SideOf(book, without=(pick.one(tuple(book.reforms)),)), SideOf(book)
    return None


def situations(pick, compared, days_of, count):
    before, after = compared.before, compared.after
    words = pool(after)
    named = sorted({tag for one in compared.difference.statements for tag in one.activities})
    tags = [*after.law.book.vocabulary, *named, *named]
    for _ in range(count):
        first, second = days_of()
        places = [p for p in leaves(after.law, second) if p in before.law.territories]
        places = [p for p in places if before.law.territories.exists(p, first, before.law.known)]
        if not places:
            continue
        tag, place = pick.one(tags), pick.one(places)
        raw = complete(pick, words, after, tag, place, second)
        try:
            was = read_case(before, raw | {"date": first.isoformat()}, TODAY)
            becomes = read_case(after, raw, TODAY)
        except CaseError:
            continue
        answers = decide(before, was), decide(after, becomes)
        if not any(answer.needs for answer in answers):
            yield tag, place, second, becomes.facts, tuple(a.outcome for a in answers)


def compared_with_days(pick, law, parts, regime):
    """A comparison, and what draws the days of a situation on its two sides."""
    book, known, reforms = parts
    pair = sides(pick, book, reforms)
    if pair is not None:
        found = compare(*pair, regime=regime, on=TODAY, known=known)
        starts = [span.start for one in found.difference.statements for span in one.days]
        first = min((day for day in starts if day), default=TODAY)
        days = [day for day in pool_days(law, regime) if day >= first] or [TODAY]
        return found, lambda: 2 * (pick.one(days),)
    two = tuple(pick.one(pool_days(law, regime)) for _ in range(2))
    one, other = (SideOf(book, on=day, reforms=reforms) for day in two)
    return compare(one, other, regime=regime, on=TODAY, known=known), lambda: two


@pytest.mark.parametrize("law_of", [bundled_law, drawn_law])
@pytest.mark.parametrize("regime", list(REGIMES))
def test_every_situation_changes_as_the_one_statement_that_means_it_says(law_of, regime):
    changed = unchanged = 0
    for seed in seeds(*((10, 100) if law_of is bundled_law else (60, 600))):
        pick, law, parts = law_of(seed)
        compared, days_of = compared_with_days(pick, law, parts, regime)
        reader = Reader(compared)
        for tag, place, day, facts, answers in situations(pick, compared, days_of, 60):
            found = reader.statements(tag, place, day, facts)
            if answers[0] == answers[1]:
                unchanged += 1
                assert not found, (seed, tag, place, day, facts, found)
            else:
                changed += 1
                assert [(s.before, s.after) for s in found] == [answers], (seed, tag, place, facts)
    assert unchanged > 100
    assert changed > 5


def pool_days(law, regime):
    return pool(Frame(law, REGIMES[regime])).days
