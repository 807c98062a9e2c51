"""How the three desks combine: project, enterprise abroad, foreign exchange; the heaviest leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Defaults, Found, Reading
from openzone.decide.dmn.sheet import Facts
from openzone.errors import Fault
from openzone.regimes.outbound.case import (
    FILES,
    NO_CLASS,
    NO_RELATIONS,
    OWN,
    PARTNERS,
    check_industry,
    check_places,
    leading,
    named_trade,
    read_partners,
)
from openzone.regimes.outbound.outcome import (
    APPROVAL,
    ASK,
    BARRED,
    FILING,
    HEAVIEST_FIRST,
    LOOK_UP,
    NONE,
    NOT_OUTBOUND,
    VERDICTS,
)
from openzone.regimes.unheld import before_record, to_look_up
from openzone.rulebook.model import Row, Text

PROJECTS = "outbound_projects"
PROJECT_CLASSES = "outbound_project_classes"
INPUTS = "outbound_inputs"
ENTERPRISES = "outbound_enterprises"
ENTERPRISE_CLASSES = "outbound_enterprise_classes"
EXCHANGE = "outbound_exchange"
DUTIES = "outbound_duties"
CLASSES = (PROJECT_CLASSES, ENTERPRISE_CLASSES)

SENSITIVE = "sensitive"
UNCLEAR = "place_unclear"
AT_HOME = "the destination is the host country itself"
RELIEF = "not_sensitive"
LEAD = "lead_files"
CLOCKS = {
    "clock_days": "working_days",
    "extension_days": "extension_working_days",
    "validity_years": "validity_years",
}


class Side(NamedTuple):
    """What one desk asks for: the word, the rows it rests on, the figures, the clocks."""

    key: tuple[Any, ...]
    do: str
    rows: tuple[Row, ...]
    effects: dict[str, Any]
    clocks: dict[str, Any]


class Outbound(Defaults):
    """The regime of outbound investment."""

    name = "outbound"
    title = Text("境外投资", "Outbound investment")
    tables = (
        PROJECTS, ENTERPRISES, EXCHANGE, PROJECT_CLASSES, INPUTS, ENTERPRISE_CLASSES, DUTIES,
    )  # fmt: skip
    verdicts = VERDICTS
    synonyms: Mapping[str, str] = {"gbt": "industry"}
    own = OWN
    figures = ("ndrc", "mofcom", "fx")

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """The partners; a place without relations is not at the same time one of no class."""
        given = reading.given
        if given.get("destination") == NO_RELATIONS and given.get("destination_class") == NO_CLASS:
            reading.fault("contradiction",
                          f"'destination' is {NO_RELATIONS} and 'destination_class' {NO_CLASS}",
                          "destination_class", next="correct one of the two")  # fmt: skip
        return read_partners(reading)

    def consistent(self, facts: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[Fault]:
        """What the enterprise does itself is no reinvestment by the overseas firm."""
        if facts.get("direct") and facts.get("reinvestment"):
            yield Fault("contradiction", "'direct' and 'reinvestment' are both true",
                        field="reinvestment", seen=True, expected="'direct' false",
                        next="correct one of the two")  # fmt: skip

    def assume(self, ground: Ground, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """A place is not sensitive unless a row doubts it; an overseas firm reinvests."""
        found: dict[str, Any] = {}
        if "industry" in facts:
            check_industry(ground, facts["industry"])
        place = facts.get("destination")
        if place == NO_RELATIONS:
            found["destination_class"] = NO_RELATIONS
        elif place not in _doubted(ground):
            found["destination_class"] = NO_CLASS
        if "direct" in facts:
            found["reinvestment"] = not facts["direct"]
        return found

    def cuts(self, ground: Ground) -> Mapping[str, Iterable[Any]]:
        """The host country, and a country of which a row doubts that it is no sensitive place."""
        return {"destination": [ground.law.book.info.host, *sorted(_doubted(ground))[:1]]}

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """Ask the three desks; the outcome is the heaviest of what the first two ask for."""
        place = facts.get("destination")
        if place == ground.law.book.info.host:
            return Found(NOT_OUTBOUND, said=(AT_HOME,), outside=True)
        if place in _doubted(ground) and "destination" not in case.facts:
            facts = _in_doubt(ground, facts, case)
        partners = case.own.get(PARTNERS, ())
        if partners:
            check_places(ground, partners)
        facts, said, doubtful = named_trade(ground, CLASSES, facts, case)
        backing = None if facts["direct"] else ground.sheet(INPUTS).first(facts)
        told = facts.beside(
            own_input=facts["direct"] or backing is not None,
            reinvestment=facts["reinvestment"] if "reinvestment" in facts else not facts["direct"],
            several_partners=len(partners) > 1,
        )
        project = _side(ground, PROJECTS, PROJECT_CLASSES, told)
        enterprise = _side(ground, ENTERPRISES, ENTERPRISE_CLASSES, told)
        exchange = ground.sheet(EXCHANGE).first(told)
        told["project_does"] = project.do
        told["enterprise_does"] = enterprise.do
        duties = ground.sheet(DUTIES).collect(told)
        key = (project.key, enterprise.key, *(one and one.key for one in (backing, exchange)),
               *(duty.key for duty in duties))  # fmt: skip
        found: Found | None = ground.memo.get(key)
        if found is None:
            found = _joined(ground, project, enterprise, (backing, exchange), duties)
            ground.memo[key] = found
        if said:
            found = Found(
                found.outcome, found.rows, found.effects, (), found.also, found.next,
                (*said, *found.said), at_most="low" if doubtful else None,
            )  # fmt: skip
        if partners and enterprise.do not in (BARRED, NONE):
            return _filing(case, found)
        return found


def _side(ground: Ground, table: str, classes: str, told: Facts) -> Side:
    """What a desk asks for, given whether its own table of classes says sensitive."""
    classed = ground.sheet(classes).first(told)
    told["sensitive"] = classed is not None and classed.effect == SENSITIVE
    row = ground.sheet(table).first(told)
    key = (table, classed and classed.key, row and row.key)
    found: Side | None = ground.memo.get(key)
    if found is None:
        found = ground.memo[key] = _made(ground, table, classed, row, key)
    return found


def _made(
    ground: Ground, table: str, classed: Row | None, row: Row | None, key: tuple[Any, ...]
) -> Side:
    """The answer of a desk where these rows of its tables apply."""
    if row is None:
        do = ground.silence(table)
        return Side(key, do, (), {"do": do}, {})
    rows: tuple[Row, ...] = (row,)
    if classed is not None and any(one.fact == "sensitive" for one in row.conditions):
        if classed.effect == UNCLEAR:
            effects: dict[str, Any] = {"do": LOOK_UP, "rule": rule_of(classed)}
            return Side(key, LOOK_UP, (classed,), effects, {})
        rows = (classed, row)
    do = row.outcome or row.effect
    effects = {"do": do}
    authority = row.param("authority")
    if authority is not None:
        effects["by"] = authority
    eased = len(rows) > 1 and rows[0].effect == RELIEF
    effects["rule"] = [rule_of(one) for one in rows] if eased else rule_of(row)
    clocks = {
        name: ground.figure(row, figure)
        for figure, name in CLOCKS.items()
        if row.param(figure) is not None
    }
    return Side(key, do, rows, effects, clocks)


def _joined(
    ground: Ground,
    project: Side,
    enterprise: Side,
    others: tuple[Row | None, Row | None],
    duties: tuple[Row, ...],
) -> Found:
    """The answers of the three desks and what goes with them, as one finding."""
    backing, exchange = others
    outcome = min(project.do, enterprise.do, key=HEAVIEST_FIRST.index)
    effects: dict[str, Any] = {
        "ndrc": project.effects,
        "mofcom": enterprise.effects,
        "fx": LOOK_UP if exchange is None else exchange.effect,
        "clocks": {"ndrc": project.clocks, "mofcom": enterprise.clocks},
    }
    if exchange is not None and outcome != BARRED:
        effects["steps"] = _steps(exchange, project.do, enterprise.do)
    lead = (row for row in duties if row.effect == LEAD)
    rows = (*project.rows, backing, *enterprise.rows, *lead, exchange)
    also = tuple(row for row in duties if row.effect != LEAD)
    following = () if outcome == BARRED else _next(ground, exchange)
    return Found(outcome, tuple(row for row in rows if row is not None), effects, (), also,
                 following, _to_look_up(ground, project, enterprise))  # fmt: skip


def _to_look_up(ground: Ground, project: Side, enterprise: Side) -> tuple[str, ...]:
    """For a desk whose rules are not held, the document that has them or that comes after."""
    said: list[str] = []
    for table, side in ((PROJECTS, project), (ENTERPRISES, enterprise)):
        if not side.rows:
            said += before_record(ground, table)
        elif side.do == LOOK_UP:
            said += to_look_up(ground.law, side.rows)
    return tuple(dict.fromkeys(said))


def _filing(case: Case, found: Found) -> Found:
    """Who of the partners files; in a tie without a word of the partners the answer asks."""
    partners = case.own[PARTNERS]
    leaders = leading(partners)
    files = case.own.get(FILES) or (leaders[0] if len(leaders) == 1 else None)
    lead = next((row for row in found.rows if row.effect == LEAD), None)
    effects = dict(found.effects["mofcom"])
    outcome = found.outcome
    needs: tuple[str, ...] = ()
    if lead is not None:
        effects["rule"] = rule_of(lead)
    if files is not None:
        effects["files"] = files
    elif lead is not None:
        effects["tied"] = list(leaders)
        outcome, needs = ASK, (FILES,)
    left = (found.outcome,) if needs else ()
    return found._replace(outcome=outcome, effects={**found.effects, "mofcom": effects},
                          needs=needs, possible=left)  # fmt: skip


def _steps(exchange: Row, project: str, enterprise: str) -> list[str]:
    """The order of the steps that are needed here."""
    registered = exchange.effect != NONE
    needed = {
        "ndrc": project != NONE,
        "mofcom": enterprise in (APPROVAL, FILING, LOOK_UP),
        "fx": registered,
        "remit": registered,
        "reports_after": (project, enterprise) != (NONE, NONE),
    }
    return [step for step in exchange.param("steps", ()) if needed.get(step, True)]


def _next(ground: Ground, exchange: Row | None) -> tuple[str, ...]:
    if exchange is None or exchange.effect == NONE:
        return ()
    return tuple(gate for gate, _ in ground.law.book.tables[EXCHANGE].next)


def _in_doubt(ground: Ground, facts: Facts, case: Case) -> Facts:
    """The facts of a country that is tried because none is told, and that a row doubts."""
    if "destination_class" in case.facts:
        return facts
    words = (
        condition.values[0]
        for one in ground.sheet(PROJECT_CLASSES).rows + ground.sheet(ENTERPRISE_CLASSES).rows
        if one.row.effect == UNCLEAR
        for condition in one.conditions
        if condition.fact == "destination_class"
    )
    word = next(words, None)
    return facts if word is None else facts.beside(destination_class=word)


def _doubted(ground: Ground) -> frozenset[str]:
    """Countries of which a row doubts that they are no sensitive place."""
    found: frozenset[str] | None = ground.memo.get("outbound doubts")
    if found is None:
        found = ground.memo["outbound doubts"] = frozenset(
            country
            for table in CLASSES
            for one in ground.sheet(table).rows
            for country in one.row.param("confirm_countries", ())
        )
    return found


REGIME = Outbound()
