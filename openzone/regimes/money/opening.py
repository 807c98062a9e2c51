"""Kind opening: may this holder open this account."""

from __future__ import annotations

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Found
from openzone.decide.dmn.sheet import Facts, MissingFactError
from openzone.regimes.money.sheets import before_record, sheet_of

TABLE = "money_opening"
OPENS, CLOSES = "may_open", "may_not_open"
IN_ORDER = (OPENS, "separate_rule", "look_up")
PLACE = "place"
ACCOUNT = "account"


def opening(ground: Ground, facts: Facts) -> Found:
    """A row that opens the account goes first, then rules of their own, then what to look up.

    Only when none of them can apply does the row that closes it. No row: not on record.
    """
    missing: MissingFactError | None = None
    for effect in IN_ORDER:
        for one in sheet_of(ground, TABLE, effect).rows:
            try:
                if one.holds(facts):
                    return Found(effect, (one.row,), {"rule": rule_of(one.row)})
            except MissingFactError as unknown:
                missing = missing or unknown
    if missing is not None:
        raise missing
    row = sheet_of(ground, TABLE, CLOSES).first(facts)
    if row is None:
        said = f"no rule on the account {facts[ACCOUNT]} is on record for the day"
        first = before_record(ground, TABLE, {ACCOUNT: facts[ACCOUNT]})
        return Found(ground.silence(TABLE), said=(said, *first))
    rule = rule_of(row)
    return Found(CLOSES, (row,), {"rule": rule, "unmet": _unmet(ground, facts, rule)})


def _unmet(ground: Ground, facts: Facts, rule: str) -> tuple[str, ...]:
    """The facts that do not meet the rule; the place, where the rule does not stand here."""
    unmet: dict[str, None] = {}
    stands = False
    for effect in IN_ORDER:
        for one in sheet_of(ground, TABLE, effect).rows:
            if rule in (rule_of(one.row), one.row.origin):
                stands = True
                for fact, test in one.tests:
                    value = facts.get(fact)
                    if value is not None and not test(value):
                        unmet[fact] = None
    return tuple(unmet) if stands else (PLACE,)
