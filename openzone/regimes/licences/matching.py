"""Which permits a plan hits: by its scope terms, its codes, its tags and the firm's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openzone.regimes.licences.items import Items

STRONG, WEAK = "strong", "weak"
NO_ANSWERS: Mapping[str, bool] = {}


@dataclass(slots=True)
class Hits:
    """The permits hit, each strong or weak, in the order of the book.

    `unsettled`: groups of which one business falls under one, with several hit and none answered.
    `unmatched`: what hit nothing. `said`: what a reader should know of the matching.
    """

    found: dict[str, str]
    unsettled: dict[str, list[str]] = field(default_factory=dict)
    unmatched: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def asked(self, permit: str) -> bool:
        """Say whether the firm must tell if it needs the permit."""
        if self.found[permit] == WEAK:
            return True
        return bool(self.unsettled) and any(permit in one for one in self.unsettled.values())


def hits(items: Items, own: Mapping[str, Any]) -> Hits:
    """The permits that the fields of a case hit here."""
    strong: set[str] = set()
    weak: set[str] = set()
    found = Hits({})
    for term in own.get("scope_terms", ()):
        first, second = items.of_term(term)
        strong |= first
        weak |= second
        if not first and not second:
            found.unmatched.append(term)
    if "activities" in own:
        for name, codes in own["activities"].items():
            _weak(items, codes, name, weak, found)
    answers: Mapping[str, bool] = own.get("answers", NO_ANSWERS)
    every = sorted(strong | weak, key=items.rank.__getitem__)
    for permit in every:
        mark = STRONG if permit in strong or answers.get(permit) else WEAK
        if mark == STRONG or permit not in answers:
            found.found[permit] = mark
    groups = _groups(items, every)
    if groups:
        _exclusive(groups, answers, found)
    if answers:
        _unused(answers, strong, weak, groups, found)
    return found


def _weak(items: Items, codes: Iterable[str], name: str, weak: set[str], found: Hits) -> None:
    """What codes hit; a code that hits nothing may be wider than the triggers."""
    hit: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()
    for code in codes:
        hit |= items.of_code(code)
        wider |= items.narrower(code)
    weak |= hit
    wider -= hit
    if wider:
        found.said.append(
            f"'{name}' is wider than what triggers {', '.join(sorted(wider))}: give a class of"
            " four digits or a scope term"
        )
    if not hit:
        found.unmatched.append(name)


def _groups(items: Items, permits: Iterable[str]) -> dict[str, list[str]]:
    """The permits hit that share a group of which one business falls under one."""
    found: dict[str, list[str]] = {}
    for permit in permits:
        group = items.by_id[permit].group
        if group is not None:
            found.setdefault(group, []).append(permit)
    return found


def _exclusive(groups: Mapping[str, list[str]], answers: Mapping[str, bool], found: Hits) -> None:
    """Of a group: an answer no drops its permit, an answer yes the others not answered yes."""
    for group, permits in groups.items():
        chosen = [one for one in permits if answers.get(one)]
        for one in permits:
            if answers.get(one) is False or (chosen and one not in chosen):
                found.found.pop(one, None)
        left = [one for one in found.found if one in permits]
        if len(left) > 1 and not chosen:
            found.unsettled[group] = left


def _unused(
    answers: Mapping[str, bool],
    strong: set[str],
    weak: set[str],
    groups: Mapping[str, list[str]],
    found: Hits,
) -> None:
    """Answers that change nothing are said, not passed over."""
    grouped = {one for permits in groups.values() for one in permits}
    for permit, yes in answers.items():
        if permit not in strong and permit not in weak:
            found.said.append(f"the answer on {permit} is not used: nothing in the plan hits it")
        elif permit in strong and not yes and permit not in grouped:
            found.said.append(
                f"the answer no on {permit} is not used: a scope term of the plan names it"
            )
