"""May the goods cross: bans, licences, quarantine, certificates; before any duty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from openzone.regimes.goods.by_list import ListedPapers, listed_papers
from openzone.regimes.goods.case import GoodsCase
from openzone.regimes.goods.outcome import ADMISSIBILITY
from openzone.regimes.goods.rows import CODES_MAX, Ground
from openzone.rulebook.model import Row

TABLE = "goods_controls"
ASKS_PAPER = frozenset(("permit", "quarantine", "certification", "inspection"))
WAIVES = "permits_waived"
UNLISTED = "permits_look_up"


class Admissibility(NamedTuple):
    """What the controls say. `word`: one of ADMISSIBILITY; `outcome`: what it makes of the answer.

    `papers`: the papers that the goods need, each with its row or list; `needs`: what is missing;
    `lists`: the lists of papers that have the code.
    """

    word: str
    outcome: str | None
    rows: tuple[Row, ...]
    needs: tuple[str, ...] = ()
    papers: tuple[tuple[str, str], ...] = ()
    open_facts: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


class _Controls(NamedTuple):
    """The controls of a code: the rows that apply, and the facts that others ask for."""

    applying: tuple[Row, ...]
    asked: Mapping[str, Row]


def admissibility(ground: Ground, case: GoodsCase) -> Admissibility:
    """The controls of one code, hit policy COLLECT. Silence of a partial record is `look_up`."""
    found = ground.once("controls", case.hs or "", _controls)
    bans = tuple(row for row in found.applying if row.effect == "prohibited")
    if bans:
        return Admissibility("not_admissible", "not_admissible", bans)
    return _papers(case, found.applying, found.asked, _listed(ground, case))


def _listed(ground: Ground, case: GoodsCase) -> ListedPapers:
    """What lists of papers say of the code on the day, whatever the place."""
    memo: dict[Any, ListedPapers] = ground.law.memo.setdefault("goods papers", {})
    key = (case.hs or "", str(ground.facts.get("direction")), case.on)
    found = memo.get(key)
    if found is None:
        if len(memo) >= CODES_MAX:
            memo.clear()
        found = memo[key] = listed_papers(ground.law, *key)
    return found


def _controls(ground: Ground, code: str) -> _Controls:
    standing = ground.standing(TABLE)
    applying: list[Row] = []
    asked: dict[str, Row] = {}
    for row in (row for _, held in standing.binding(code) for row in held):
        missing = ground.unknown(row)
        if missing is None:
            continue
        if not missing:
            if row.effect == "ask_fact":
                fact = str(row.param("asks"))
                if ground.facts.get(fact) is None:
                    asked.setdefault(fact, row)
            else:
                applying.append(row)
        elif row.hs:  # a row that binds every code is tested on stated facts only
            for fact in missing:
                asked.setdefault(fact, row)
    for row in standing.deeper(code):
        asked.setdefault("hs", row)
    return _Controls(tuple(standing.replaced(applying)), asked)


def _papers(
    case: GoodsCase, applying: Sequence[Row], asked: Mapping[str, Row], listed: ListedPapers
) -> Admissibility:
    effects = {row.effect for row in applying}
    waived = WAIVES in effects
    needing = [
        row
        for row in applying
        if row.effect in ASKS_PAPER
        and not (waived and row.effect == "permit" and not row.param("also_bonded", False))
    ]
    named = [(paper, row) for row in needing for paper in row.param("papers", ())]
    refused = tuple(row for paper, row in named if paper in case.papers_refused)
    if refused or any(paper in case.papers_refused for paper, _ in listed.papers):
        return Admissibility("not_admissible", "not_admissible", refused, lists=listed.lists)
    held = case.papers or frozenset()
    lacking = [(paper, row) for paper, row in named if paper not in held]
    unlisted = "look_up" in effects or UNLISTED in effects
    if UNLISTED in effects:
        lacking = [(paper, row) for paper, row in lacking if row.effect != "permit"]
    missing = [(paper, row.id) for paper, row in lacking]
    known = {paper for paper, _ in missing}
    missing += [one for one in listed.papers if one[0] not in held | known]
    # Where the record is partial, silence, or all papers held, proves nothing.
    words = {"admissible" if listed.covered and not unlisted else "look_up"}
    if missing or asked:
        words.add("asks_proof")
    word = min(words, key=ADMISSIBILITY.index)
    outcome = None
    needs: tuple[str, ...] = ()
    if case.papers is not None:
        if missing or asked:
            outcome = "asks_proof"
            needs = tuple(dict.fromkeys((*(paper for paper, _ in missing), *asked)))
        elif unlisted:
            outcome = "look_up"
    return Admissibility(
        word,
        outcome,
        tuple(dict.fromkeys((*applying, *asked.values()))),
        needs,
        tuple(dict.fromkeys(missing)),
        tuple(asked),
        listed.lists,
    )
