"""The words an answer on permits may use, and what each means for opening the business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

FREE = "free_to_operate"
FILE_AFTER = "file_after_opening"
FILE_BEFORE = "file_before_opening"
COMMIT = "commit_then_operate"
PERMIT = "permit_before_operating"
ASK = "ask"
LOOK_UP = "look_up"

VERDICTS: Mapping[str, str] = {
    FREE: "yes",
    FILE_AFTER: "on_conditions",
    FILE_BEFORE: "on_conditions",
    COMMIT: "on_conditions",
    PERMIT: "on_approval",
    ASK: "ask",
    LOOK_UP: "look_up",
}
BLOCKS_NOT = frozenset((FREE, FILE_AFTER))
"""Outcomes that let the business open with its licence alone."""


def plans(options: Iterable[frozenset[str]], order: Sequence[str]) -> tuple[str, ...]:
    """Every word that a plan may have when each of its permits has one of some words, in order."""
    rank = {word: number for number, word in enumerate(order)}
    last = rank[FREE]
    reached = {last}
    for words in options:
        ranks = {rank[word] for word in words}
        reached = {min(one, other) for one in reached for other in ranks}
    return tuple(order[number] for number in sorted(reached))
