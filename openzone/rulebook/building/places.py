"""From checked entries to the nodes of trees: activities and territories."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook import files
from openzone.rulebook import model as m
from openzone.rulebook.building.parts import (
    evidence,
    industry,
    interval,
    text,
)
from openzone.rulebook.classification import Activity
from openzone.rulebook.territories import DatedParent, Territory


def activity(entry: files.Activity) -> Activity:
    """A tag of the vocabulary."""
    return Activity(
        entry.tag,
        text(entry.title),
        industry(entry.industry),
        entry.member_of,
        entry.keywords.get("zh", ()),
        entry.keywords.get("en", ()),
        entry.notes,
    )


def territory(entry: files.Territory, documents: Mapping[str, m.Document]) -> Territory:
    """A place; the end of a dated parent is known from the document that ended it."""
    dated = []
    for parent in entry.parents_dated:
        ender = documents.get(parent.ended_by) if parent.ended_by else None
        dated.append(
            DatedParent(
                parent.id,
                interval(parent.in_force),
                parent.known_from,
                ender.known_from if ender else parent.in_force.to,
            )
        )
    return Territory(
        id=entry.id,
        kind=entry.kind,
        name=text(entry.name),
        valid=interval(entry.valid),
        aliases=entry.aliases,
        parents=entry.parents,
        dated=tuple(dated),
        published=entry.published,
        code=entry.code,
        area_km2=entry.area_km2,
        lon=entry.lon,
        lat=entry.lat,
        evidence=evidence(entry.evidence) if entry.evidence else None,
        notes=entry.notes,
    )
