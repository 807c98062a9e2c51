"""From checked entries to powers, reforms, and what is known of earlier ones."""

from __future__ import annotations

from decimal import Decimal

from openzone.rulebook import files
from openzone.rulebook import model as m
from openzone.rulebook.building.parts import (
    condition,
    evidence,
    industry,
    interval,
    params,
    text,
)
from openzone.rulebook.hashing import body_hash
from openzone.rulebook.reading import Reading


def level(entry: files.Level) -> m.Level:
    """A level of norms."""
    return m.Level(
        id=entry.id,
        name=text(entry.name),
        rank=entry.rank,
        issuer=text(entry.issuer),
        changed_by=text(entry.changed_by),
        zone_change=tuple(
            m.ZoneChange(
                text(one.body),
                text(one.instrument),
                one.within,
                one.article,
                evidence(one.evidence),
            )
            for one in entry.zone_change
        ),
    )


def power(entry: files.SpecialPower) -> m.SpecialPower:
    """A special statutory power."""
    return m.SpecialPower(
        entry.id,
        text(entry.matter),
        text(entry.holder),
        entry.holder_level,
        entry.article,
        evidence(entry.evidence),
    )


_REFORM_NOTES = (
    "uptake",
    "excluded",
    "alternative_route",
    "generalised",
    "lesson",
    "ended_by",
    "notes",
)


def change(entry: files.Change, line: int | None) -> m.Change:
    """One change of a reform's body."""
    binds = entry.binds
    return m.Change(
        id=entry.id,
        kind=entry.kind,
        rows=entry.rows,
        measures=entry.measures,
        was=tuple(sorted(entry.was.items())),
        title=text(entry.title) if entry.title else None,
        table=entry.table,
        activity=binds.activity if binds else None,
        not_activity=binds.not_activity if binds else None,
        industry=industry(binds.industry) if binds else None,
        hs=binds.hs if binds else None,
        not_hs=binds.not_hs if binds else None,
        conditions=tuple(condition(c) for c in entry.conditions),
        effect=entry.effect,
        params=None if entry.params is None else params(entry.params),
        outcome=entry.outcome,
        instead_of=entry.instead_of,
        on_approval=tuple(text(t) for t in entry.on_approval),
        parameter=entry.parameter,
        value=entry.value,
        territory=entry.territory,
        name=text(entry.name) if entry.name else None,
        place_kind=entry.place_kind,
        parents=entry.parents,
        line=line,
    )


def reform(entry: files.ReformFile, reading: Reading) -> m.Reform:
    """A reform with the hash of its body."""
    changes = tuple(
        change(one, reading.line(("body", "changes", number)))
        for number, one in enumerate(entry.body.changes)
    )
    given = entry.authorisation
    return m.Reform(
        id=entry.id,
        title=text(entry.title),
        status=entry.status,
        changes=changes,
        territory=entry.scope.territory,
        in_force=interval(entry.scope.in_force) if entry.scope.in_force else None,
        authorisation=m.Authorisation(
            given.on_record,
            given.level,
            given.instrument,
            given.issuer,
            given.basis,
            given.expiry,
            evidence(given.evidence) if given.evidence else None,
            given.note,
        ),
        body_hash=body_hash(changes),
        purpose=text(entry.purpose) if entry.purpose else None,
        announced=entry.announced,
        published=entry.published,
        number=entry.number,
        issuer=entry.issuer,
        approver=text(entry.approver) if entry.approver else None,
        evidence=evidence(entry.evidence) if entry.evidence else None,
        notes=tuple((name, getattr(entry, name)) for name in _REFORM_NOTES if getattr(entry, name)),
        file=reading.file,
    )


def precedent(entry: files.Precedent) -> m.Precedent:
    """An opening that went by edition from one list to others."""
    return m.Precedent(
        entry.id, text(entry.title), entry.measures, entry.lesson, evidence(entry.evidence)
    )


def weight(entry: files.Weight) -> m.Weight:
    """One weight of the openness measure."""
    return m.Weight(
        entry.id, text(entry.title), entry.when, Decimal(entry.score), evidence(entry.evidence)
    )
