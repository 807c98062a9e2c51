"""The regime: permits hit, the mode of each, what is due before opening and after, by when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Defaults, Found, Reading
from openzone.decide.dmn.sheet import Facts
from openzone.errors import Fault
from openzone.regimes.licences import clocks
from openzone.regimes.licences.case import BARS, OWN, REGISTRATION, read_own
from openzone.regimes.licences.history import (
    DORMANCY_DAYS,
    DORMANCY_YEARS,
    Barred,
    barred,
    dormancy,
)
from openzone.regimes.licences.items import (
    ABOLISHED,
    COMMITMENT,
    FILING,
    FILINGS,
    MODES,
    PERMITS,
    Item,
    by_effect,
    items,
)
from openzone.regimes.licences.matching import STRONG, Hits, hits
from openzone.regimes.licences.outcome import (
    ASK,
    BLOCKS_NOT,
    COMMIT,
    FILE_AFTER,
    FILE_BEFORE,
    FREE,
    LOOK_UP,
    PERMIT,
    VERDICTS,
    plans,
)
from openzone.rulebook.model import Row, Text

CONSEQUENCES, PROCEDURES = "licence_consequences", "licence_procedures"
NOT_BARRED = Barred()
NO_NEED = ""


class Word(NamedTuple):
    """The outcome of one permit: its days, what it rests on, what must be told and may come out."""

    outcome: str
    days: Mapping[str, Any] = {}
    rows: tuple[Row, ...] = ()
    parameters: tuple[str, ...] = ()
    need: str = NO_NEED
    options: frozenset[str] = frozenset()

    def possible(self) -> frozenset[str]:
        """The words it may have."""
        return self.options or frozenset((self.outcome,))


ABOLISHED_WORD = Word(FREE)
BY_CHOICE = frozenset((COMMIT, PERMIT))


class Licences(Defaults):
    """Permits, filings and commitments that a plan needs besides its business licence."""

    name = "licences"
    title = Text("涉企经营许可", "Permits of a business")
    tables = (
        PERMITS, MODES, FILINGS, BARS, PROCEDURES, CONSEQUENCES, REGISTRATION,
    )  # fmt: skip
    verdicts = VERDICTS
    own = OWN

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """Activities, scope terms, answers, the choice of route, bars, dormancy."""
        return read_own(reading)

    def consistent(self, facts: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[Fault]:
        """A business opens on the day it is registered or later."""
        opened, registered = facts.get("opened_on"), facts.get("registered_on")
        if opened is not None and registered is not None and opened < registered:
            yield Fault(
                "contradiction", "the business opens before it is registered", field="opened_on",
                seen=opened, expected=f"registered_on ({registered}) or later",
                next="correct one of the two days",
            )  # fmt: skip

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """Each permit hit with its outcome; the plan has the hardest of them."""
        own, here = case.own, items(ground)
        hit = hits(here, own)
        bars = barred(ground, own["bars"], case.on) if "bars" in own else {}
        words: dict[str, Word] = {}
        shown: dict[str, Any] = {}
        rows: list[Row] = []
        parameters: dict[str, None] = {}
        outcome, modes = FREE, set()
        for permit, mark in hit.found.items():
            item = here.by_id[permit]
            word = words[permit] = self._word(ground, facts, own, item, hit, bars)
            shown[permit] = _shown(item, mark, word)
            rows += (item.row, *item.mode_rows, *word.rows)
            if here.order[word.outcome] < here.order[outcome]:
                outcome = word.outcome
            if word.outcome is not FREE:
                modes.add(item.mode)
            for name in word.parameters:
                parameters[name] = None
            if LOOK_UP in (word.outcome, word.days.get("clock")):
                hit.said.append(_look_up(item, word))
        effects: dict[str, Any] = {"permits": shown}
        said = hit.said
        if bars or own.get("commitment"):
            said += _remarks(own, here.by_id, words, bars)
        if not words or (hit.unmatched and outcome != PERMIT):
            rows += _coverage(ground, hit, said)
        also = _also(ground, frozenset(modes)) if modes else ()
        if "dormancy" in own:
            effects["dormancy"], resting = dormancy(ground, own["dormancy"])
            if resting:
                rows += resting
                parameters |= dict.fromkeys((DORMANCY_YEARS, DORMANCY_DAYS))
                also += tuple(by_effect(ground, REGISTRATION).get("dormancy_duty", ()))
        asking = outcome == ASK
        return Found(
            outcome,
            tuple({row.key: row for row in rows}.values()),
            effects,
            tuple(parameters),
            also,
            (),
            tuple(said),
            _needs(words) if asking else (),
            _possible(hit, words, tuple(here.order)) if asking else (),
        )

    def _word(
        self,
        ground: Ground,
        facts: Facts,
        own: Mapping[str, Any],
        item: Item,
        hit: Hits,
        bars: Mapping[str, Barred],
    ) -> Word:
        """The word of one permit; one that is only perhaps needed asks, unless it is abolished."""
        if item.mode == ABOLISHED:
            return ABOLISHED_WORD
        word = needed(ground, facts, own, item, bars.get(item.id, NOT_BARRED))
        if hit.found[item.id] == STRONG and not hit.unsettled:
            return word
        if not hit.asked(item.id):
            return word
        return Word(ASK, {}, (), (), "answers", word.possible())


def needed(ground: Ground, facts: Facts, own: Mapping[str, Any], item: Item, bar: Barred) -> Word:
    """The word of a permit that the business needs."""
    if item.mode is None or (item.mode == FILING and item.filing is None):
        return Word(LOOK_UP)
    if item.filing is not None:
        kind = FILE_BEFORE if item.filing.effect == "prior" else FILE_AFTER
        return Word(kind, clocks.filing(ground, item, facts), (item.filing,))
    if bar.until is not None:
        limit = clocks.decision(ground, item, None)[0]
        return Word(PERMIT, {**limit, "may_apply_from": bar.until}, tuple(bar.rows))
    if item.mode == COMMITMENT and not bar.route_closed:
        return _by_choice(ground, facts, own, item, bar)
    return _ordinary(ground, facts, item, bar)


def _ordinary(ground: Ground, facts: Facts, item: Item, bar: Barred) -> Word:
    """The ordinary procedure: a permit before the business operates."""
    days, used = clocks.decision(ground, item, facts.get("accepted_on"))
    return Word(PERMIT, days, tuple(bar.rows), used)


def _by_choice(
    ground: Ground, facts: Facts, own: Mapping[str, Any], item: Item, bar: Barred
) -> Word:
    """The route by commitment is the firm's choice; declined, the ordinary procedure stays."""
    stated = own.get("commitment")
    chosen = stated.get(item.id) if isinstance(stated, dict) else stated
    if chosen is False:
        return _ordinary(ground, facts, item, bar)
    days, used = clocks.decision(ground, item, None)
    fallback = {"fallback": days["clock"]}
    if chosen is None:
        return Word(ASK, fallback, (), used, "commitment", BY_CHOICE)
    if bar.unsure:
        return Word(ASK, fallback, tuple(bar.rows), used, "bars", BY_CHOICE)
    later = facts.get("will_meet_by")
    return Word(COMMIT, fallback if later is None else {**fallback, "operate_from": later})


def _shown(item: Item, mark: str, word: Word) -> dict[str, Any]:
    """What an answer says of one permit."""
    found = {"outcome": word.outcome, "hit": mark, "blocks": word.outcome not in BLOCKS_NOT}
    found |= item.shown
    if word.days:
        found |= word.days
    if word.need:
        found["asks"] = word.need
    return found


def _remarks(
    own: Mapping[str, Any],
    by_id: Mapping[str, Item],
    words: Mapping[str, Word],
    bars: Mapping[str, Barred],
) -> Iterable[str]:
    for bar in bars.values():
        yield from bar.said
    stated = own.get("commitment")
    for permit in words:
        wanted = stated.get(permit) if isinstance(stated, dict) else stated
        if wanted and by_id[permit].mode not in (COMMITMENT, ABOLISHED, FILING):
            yield f"no route by commitment is open for {permit} here on this day"
        if bars.get(permit, NOT_BARRED).unsure:
            yield f"state 'safety' in the bar on {permit}: where it is true, the bar still runs"


def _look_up(item: Item, word: Word) -> str:
    """What is not on record, with the text that has it."""
    basis = item.row.legal_basis
    if word.outcome == LOOK_UP:
        return f"how {item.id} was handled on this day is not on record: look it up in {basis}"
    return f"no time limit is on record for {item.id}: look it up in {basis}"


def _coverage(ground: Ground, hit: Hits, said: list[str]) -> list[Row]:
    """The rows that say how much is held, where an answer rests on what is not named."""
    rows = list(by_effect(ground, REGISTRATION).get("coverage", ()))
    unmatched = ", ".join(f"'{one}'" for one in hit.unmatched)
    for row in rows:
        held, count = row.param("items_held_count"), row.param("items_count")
        said.append(
            f"the book holds {held} of {count} permit items"
            + (f"; none of them matches {unmatched}" if unmatched else "")
            + ": what is not named may still need a permit"
        )
    return rows


def _also(ground: Ground, modes: frozenset[str | None]) -> tuple[Row, ...]:
    """Consequences of a false commitment or filing, and reliefs of the place."""
    key = ("licences also", modes)
    found: tuple[Row, ...] | None = ground.memo.get(key)
    if found is None:
        rows = [row for mode in (FILING, COMMITMENT) if mode in modes
                for row in by_effect(ground, CONSEQUENCES).get(mode, ())]  # fmt: skip
        rows += by_effect(ground, REGISTRATION).get("relief", ())
        found = ground.memo[key] = tuple({row.key: row for row in rows}.values())
    return found


def _needs(words: Mapping[str, Word]) -> tuple[str, ...]:
    wanted = {word.need for word in words.values()}
    return tuple(name for name in ("answers", "commitment", "bars") if name in wanted)


def _possible(hit: Hits, words: Mapping[str, Word], order: tuple[str, ...]) -> tuple[str, ...]:
    """The words that the plan may still have. Of an unsettled group one permit is needed."""
    grouped = {permit for permits in hit.unsettled.values() for permit in permits}
    options = []
    for permit, word in words.items():
        if permit not in grouped:
            dropped = frozenset((FREE,)) if hit.found[permit] != STRONG else frozenset[str]()
            options.append(word.possible() | dropped)
    for permits in hit.unsettled.values():
        joined = frozenset[str]().union(*(words[one].possible() for one in permits))
        weak = all(hit.found[one] != STRONG for one in permits)
        options.append(joined | frozenset((FREE,)) if weak else joined)
    return plans(options, order)


REGIME = Licences()
