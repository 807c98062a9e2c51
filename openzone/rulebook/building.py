"""From the entries of checked files to the nouns of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openzone.rulebook import files
from openzone.rulebook import model as m
from openzone.rulebook.classification import Activity
from openzone.rulebook.hashing import body_hash
from openzone.rulebook.reading import Reading
from openzone.rulebook.territories import DatedParent, Territory


def text(entry: files.Text) -> m.Text:
    """Both languages."""
    return m.Text(entry.zh, entry.en)


def interval(entry: files.Interval) -> m.Interval:
    """Half-open days."""
    return m.Interval(entry.from_, entry.to)


def evidence(entry: files.Evidence) -> m.Evidence:
    """How far it was checked."""
    return m.Evidence(entry.status, entry.confidence, entry.sources, entry.note)


def frozen(value: Any) -> Any:
    """An immutable copy of a parameter value: `{parameter: x}` becomes a reference."""
    if isinstance(value, dict):
        if set(value) == {"parameter"}:
            return m.ParameterRef(str(value["parameter"]))
        return tuple((str(key), frozen(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(frozen(item) for item in value)
    return value


def params(entry: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Typed parameters of an effect, sorted by name."""
    return tuple(sorted((name, frozen(value)) for name, value in entry.items()))


def condition(entry: files.Condition) -> m.Condition:
    """One condition, its kind named."""
    if entry.between is not None:
        bounds = entry.between
        return m.Condition(
            entry.fact, "between", (), bounds.min, bounds.above, bounds.max, bounds.below,
            entry.not_,
        )
    if entry.under is not None:
        return m.Condition(entry.fact, "under", entry.under, negated=entry.not_)
    if entry.in_ is not None:
        return m.Condition(entry.fact, "in", entry.in_, negated=entry.not_)
    return m.Condition(entry.fact, "is", (entry.is_,), negated=entry.not_)


def industry(entries: tuple[files.IndustryMatch, ...]) -> tuple[tuple[str, str], ...]:
    """Codes with their match, whole or part."""
    return tuple((entry.code, entry.match) for entry in entries)


def rows(
    table: str,
    entry: files.Row,
    documents: Mapping[str, m.Document],
    reading: Reading,
    index: int,
) -> list[m.Row]:
    """One row of the model for each version of a row of a file."""
    found = []
    for number, version in enumerate(entry.versions):
        document = documents.get(version.document)
        span = interval(version.in_force)
        ended_by = version.ended_by
        if ended_by is None and document is not None and span.end == document.in_force.end:
            ended_by = document.ended_by
        given = version.evidence or entry.evidence
        found.append(
            m.Row(
                key=f"{entry.id}@{version.document}",
                id=entry.id,
                table=table,
                measure=version.measure or entry.measure,
                title=text(entry.title),
                document=version.document,
                in_force=span,
                effect=version.effect or entry.effect,
                evidence=evidence(given),
                list=document.list if document else None,
                section=entry.section,
                activity=entry.binds.activity,
                not_activity=entry.binds.not_activity,
                industry=industry(entry.binds.industry),
                code_confidence=entry.binds.code_confidence,
                conditions=tuple(condition(c) for c in entry.conditions),
                params=params(entry.params if version.params is None else version.params),
                outcome=version.outcome or entry.outcome,
                requires=entry.requires,
                instead_of=entry.instead_of,
                instead_of_reason=entry.instead_of_reason,
                carve_outs=entry.carve_outs,
                notes=entry.notes,
                legal_basis=entry.legal_basis,
                doubt=entry.doubt,
                item=version.item,
                ended_by=ended_by,
                carried_back=version.carried_back,
                seen_in=version.seen_in,
                confidence=version.confidence,
                file=reading.file,
                line=reading.line(("rows", index, "versions", number)),
            )
        )
    return _distinct_keys(found)


def _distinct_keys(found: list[m.Row]) -> list[m.Row]:
    """Two versions in one document (a step within an edition) get the day into their key."""
    import dataclasses

    counts: dict[str, int] = {}
    for row in found:
        counts[row.key] = counts.get(row.key, 0) + 1
    return [
        dataclasses.replace(row, key=f"{row.key}/{row.in_force.start}/{row.measure}")
        if counts[row.key] > 1
        else row
        for row in found
    ]


def document(entry: files.Document) -> m.Document:
    """A legal text."""
    record = entry.record
    return m.Document(
        id=entry.id,
        title=text(entry.title),
        level=entry.level,
        in_force=interval(entry.in_force),
        evidence=evidence(entry.evidence),
        number=entry.number,
        issuer=entry.issuer,
        power=entry.power,
        table=entry.table,
        list=entry.list,
        edition=entry.edition,
        count=entry.count,
        count_note=entry.count_note,
        issued=entry.issued,
        published=entry.published,
        published_note=entry.published_note,
        in_force_note=entry.in_force_note,
        ended_by=entry.ended_by,
        record=None
        if record is None
        else m.Record(
            record.state,
            record.confidence,
            frozenset(record.sections.complete) if record.sections else frozenset(),
            frozenset(record.sections.partial) if record.sections else frozenset(),
            record.note,
        ),
    )


def table(entry: files.TableFile) -> m.Table:
    """A table with its lists, silence and declared facts."""
    return m.Table(
        id=entry.id,
        title=text(entry.title),
        regime=entry.regime,
        hit_policy=entry.hit_policy,
        inputs=entry.inputs,
        outcomes=entry.outcomes,
        lists=tuple(
            m.ListSelection(one.id, text(one.title), one.under, one.replaces)
            for one in entry.lists
        ),
        silence_complete=entry.silence.complete,
        silence_partial=entry.silence.partial,
        before_record=entry.silence.before_record,
        effects=tuple(
            (one.effect, text(one.title), one.requires, one.allows) for one in entry.effects
        ),
        facts=tuple(
            m.DeclaredFact(one.fact, text(one.title), one.kind, one.values, one.assume)
            for one in entry.facts
        ),
        next=tuple((gate.id, text(gate.title)) for gate in entry.next),
        notes=entry.notes,
    )


def parameter(entry: files.Parameter) -> m.Parameter:
    """A dated figure of the law."""
    return m.Parameter(
        id=entry.id,
        title=text(entry.title),
        values=tuple(
            m.ParameterValue(v.value, interval(v.in_force), evidence(v.evidence), v.document)
            for v in entry.values
        ),
        unit=entry.unit,
        basis=entry.basis,
    )


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
                text(one.body), text(one.instrument), one.within, one.article,
                evidence(one.evidence),
            )
            for one in entry.zone_change
        ),
    )


def power(entry: files.SpecialPower) -> m.SpecialPower:
    """A special statutory power."""
    return m.SpecialPower(
        entry.id, text(entry.matter), text(entry.holder), entry.holder_level, entry.article,
        evidence(entry.evidence),
    )


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


_REFORM_NOTES = (
    "uptake", "excluded", "alternative_route", "generalised", "lesson", "ended_by", "notes",
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
            given.on_record, given.level, given.instrument, given.issuer, given.basis,
            given.expiry, evidence(given.evidence) if given.evidence else None, given.note,
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
