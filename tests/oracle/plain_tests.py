"""What bound rows say of complete facts, in each regime: the rules of the access law, plainly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from openzone.rulebook import model as m

Facts = Mapping[str, Any]
WHOLE = Fraction(1)


@dataclass(frozen=True)
class Said:
    """An outcome, its verdict, the rows it rests on."""

    outcome: str
    verdict: str
    rows: tuple[m.Row, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What the tests need to know beside the rows."""

    table: m.Table
    silent: str
    host: str
    lineage: frozenset[str]
    sections: frozenset[str]
    figure: Callable[[m.Row, str], Any]

    def share(self, row: m.Row, name: str) -> Fraction | None:
        """A percentage of a row as a fraction of the whole; None when it is not on record."""
        value = self.figure(row, name)
        return None if value is None else Fraction(str(value)) / 100


CAPITAL = {
    "prohibited": "no",
    "denied_share": "no",
    "denied_vehicle": "no",
    "denied_relative_control": "no",
    "denied_single_cap": "no",
    "denied_condition": "no",
    "not_on_record": "look_up",
    "allowed_with_approval": "on_approval",
    "allowed_on_conditions": "on_conditions",
    "allowed_within_limits": "yes",
    "allowed": "yes",
}
CEILINGS = {
    "host_control": ("host_total_min_percent", True, True),
    "host_share_min": ("host_total_min_percent", True, True),
    "share_cap": ("foreign_total_max_percent", True, True),
    "open_with_approval": ("foreign_total_max_percent", True, False),
    "joint_venture_only": ("foreign_total_below_percent", False, True),
    "cooperation_only": ("foreign_total_below_percent", False, False),
    "joint_venture_or_cooperation_only": ("foreign_total_below_percent", False, False),
}
"""Effect → its figure, whether the figure itself still passes, whether it is an equity rule."""

CONSULTS = {
    "host_relative_control": ("foreign_share", "largest_single_foreign", "vehicle"),
    "single_investor_cap": ("largest_single_foreign", "vehicle"),
    "nationality_of_legal_rep": ("legal_rep_nationality",),
    "nationality_of_manager": ("manager_nationality",),
    "board_composition": ("board_host_share",),
    **dict.fromkeys(CEILINGS, ("foreign_share", "vehicle")),
}
"""Effect → the facts that its test may look at."""


def ceiling(row: m.Row, ground: Ground) -> Fraction | None:
    """The greatest (or first refused) foreign share of a row that has one."""
    name = CEILINGS[row.effect][0]
    figure = ground.share(row, name)
    if figure is None:
        return None
    return WHOLE - figure if name.startswith("host_") else figure


def unrecorded(row: m.Row, ground: Ground) -> bool:
    """Whether the figure that the row needs is not on record for the day."""
    names = [CEILINGS[row.effect][0]] if row.effect in CEILINGS else []
    names += {
        "single_investor_cap": ["single_foreign_max_percent"],
        "board_composition": ["host_members_min_percent"],
    }.get(row.effect, [])
    return any(ground.figure(row, name) is None for name in names)


def failure(row: m.Row, facts: Facts, ground: Ground) -> str | None:
    """The outcome with which a row fails, beside the partnership bar; None when it passes."""
    if row.effect in ("prohibited", "scope_limited"):
        return "prohibited"
    if unrecorded(row, ground):
        return None
    share, single = fraction(facts, "foreign_share"), fraction(facts, "largest_single_foreign")
    if row.effect in CEILINGS:
        limit, included = ceiling(row, ground), CEILINGS[row.effect][1]
        assert limit is not None
        if limit < WHOLE or not included:
            passes = share <= limit if included else share < limit
            return None if passes else "denied_share"
    if row.effect == "host_relative_control" and not WHOLE - share > single:
        return "denied_relative_control"
    if row.effect == "single_investor_cap":
        cap = ground.share(row, "single_foreign_max_percent")
        return None if cap is not None and single <= cap else "denied_single_cap"
    if row.effect.startswith("nationality_of_"):
        fact = row.effect.removeprefix("nationality_of_") + "_nationality"
        return None if facts[fact] == ground.host else "denied_condition"
    if row.effect == "board_composition":
        least = ground.share(row, "host_members_min_percent")
        board = fraction(facts, "board_host_share")
        return None if least is not None and board >= least else "denied_condition"
    return None


def fraction(facts: Facts, name: str) -> Fraction:
    """A share of the case, exactly; a fact that no bound row looks at may be absent."""
    return Fraction(facts.get(name) or 0, 1_000_000)


def is_equity(row: m.Row, ground: Ground) -> bool:
    """Whether the row is an equity requirement, under which no partnership is possible."""
    if unrecorded(row, ground):
        return False
    if row.effect == "open_with_approval":
        limit = ceiling(row, ground)
        return limit is not None and limit < WHOLE
    equity = ("host_relative_control", "single_investor_cap")
    return row.effect in equity or bool(CEILINGS.get(row.effect, (0, 0, False))[2])


def gives(row: m.Row, ground: Ground) -> str:
    """The outcome of a row that passes."""
    if unrecorded(row, ground):
        return "not_on_record"
    return {
        "terms_only": "allowed_on_conditions",
        "open": "allowed",
        "open_with_approval": "allowed_with_approval",
        "not_on_record": "not_on_record",
    }.get(row.effect, "allowed_within_limits")


def capital(rows: Sequence[m.Row], facts: Facts, ground: Ground) -> Said:
    """All rows tested together; the first outcome of the order that applies."""
    found: dict[str, list[m.Row]] = {}
    for row in rows:
        word = failure(row, facts, ground)
        if word is not None:
            found.setdefault(word, []).append(row)
        if is_equity(row, ground) and facts.get("vehicle", "company") == "partnership":
            found.setdefault("denied_vehicle", []).append(row)
    for word in list(CAPITAL)[:6]:
        if word in found:
            return Said(word, CAPITAL[word], tuple(found[word]))
    given: dict[str, list[m.Row]] = {}
    for row in rows:
        given.setdefault(gives(row, ground), []).append(row)
    for word in list(CAPITAL)[6:]:
        if word in given:
            return Said(word, CAPITAL[word], _rests_on(word, rows, given))
    return Said(ground.silent, CAPITAL[ground.silent])


def _rests_on(word: str, rows: Sequence[m.Row], given: dict[str, list[m.Row]]) -> tuple[m.Row, ...]:
    if word == "allowed_with_approval":
        return (*given[word], *given.get("allowed_within_limits", ()))
    if word in ("allowed_on_conditions", "allowed_within_limits"):
        return tuple(rows)
    return tuple(given[word])


SERVICES = {
    "prohibited": "no",
    "local_presence_required": "no",
    "look_up": "look_up",
    "qualification_required": "on_conditions",
    "on_conditions": "on_conditions",
    "allowed": "yes",
}


def services(rows: Sequence[m.Row], facts: Facts, ground: Ground) -> Said:
    """The strictest outcome of the bound rows."""

    def word(row: m.Row) -> str:
        given = row.outcome or ""
        through_entity = given == "local_presence_required" and facts.get("local_presence") is True
        return "on_conditions" if through_entity else given

    for outcome, verdict in SERVICES.items():
        strict = tuple(row for row in rows if word(row) == outcome)
        if strict:
            approval = any("approval" in row.requires for row in strict)
            by_decision = outcome == "on_conditions" and approval
            return Said(outcome, "on_approval" if by_decision else verdict, strict)
    return Said(ground.silent, SERVICES[ground.silent])


REVIEW = {
    "declare": "on_approval",
    "consult": "on_conditions",
    "not_required": "yes",
    "look_up": "look_up",
}


def review(rows: Sequence[m.Row], facts: Facts, ground: Ground) -> Said:
    """The first tier that is hit: any share in the military tier, control in the other."""
    if not rows:
        return Said(ground.silent, REVIEW[ground.silent])
    row, hinted = rows[0], facts.get("security_field") is None
    word = "not_required"
    if row.effect == "declare_any_share":
        word = "consult" if hinted else "declare"
    else:
        least = ground.share(row, "foreign_share_min_percent")
        if least is None:
            return Said("look_up", "look_up", (row,))
        control = facts.get("decisive_influence") is True or (
            fraction(facts, "foreign_share") >= least
        )
        if control and facts.get("security_important") is not False:
            known = facts.get("security_important") is True and not hinted
            word = "declare" if known else "consult"
    return Said(word, REVIEW[word], () if word == "not_required" else (row,))


def hinted_field(rows: Sequence[m.Row], ground: Ground) -> str | None:
    """The field that the activity, else its section, hints at."""
    hints = [hint for row in rows for hint in (row.param("hints") or ())]
    for kind, mine in (("activity", ground.lineage), ("sections", ground.sections)):
        for field, words in hints:
            if mine & frozenset(dict(words).get(kind, ())):
                return str(field)
    return None


TESTS: dict[str, Callable[[Sequence[m.Row], Facts, Ground], Said]] = {
    "capital": capital,
    "services": services,
    "security_review": review,
}


def consulted(regime: str, row: m.Row) -> frozenset[str]:
    """The facts that the test of a row may look at."""
    if regime == "capital":
        return frozenset(CONSULTS.get(row.effect, ()))
    if regime == "services":
        return frozenset(("local_presence",) * (row.outcome == "local_presence_required"))
    if row.effect == "declare_if_control":
        return frozenset(("security_important", "foreign_share", "decisive_influence"))
    return frozenset()
