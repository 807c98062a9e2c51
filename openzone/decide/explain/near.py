"""Rows that came close: the first condition that failed, and what would follow if it had held."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from openzone.decide import cited
from openzone.decide.binding import meets
from openzone.decide.explain.otherwise import otherwise
from openzone.decide.explain.scene import Scene
from openzone.decide.explain.trace import NearRow, Reason, RowSeen
from openzone.rulebook.model import Condition, Interval, Reform, Row
from openzone.rulebook.patching import Overlay, overlays
from openzone.rulebook.plain import Named

NEAR_MAX = 6
TWINS_MAX = 6
OTHERS_MAX = 2

# Why a row does not bind, in the order in which it is tested.
KINDS = (
    "activity_excluded",  # the row names the activity among those it leaves out
    "activity_other",  # the row binds other activities of the same class
    "outside_list",  # the row stands in a list of other places
    "list_replaced",  # another list replaces the list of the row in this place
    "not_public",  # published after the day up to which the law is known
    "not_yet",  # in force only later
    "no_longer",  # no longer in force
    "reform_announced",  # announced, no step in force
    "reform_draft",  # a draft
    "reform_ended",  # over, kept as history
    "reform_elsewhere",  # in force, in other places
    "reform_not_yet",  # in force only later
    "reform_over",  # the days of its scope are over
    "place",  # the row leaves the place out, or asks for another
    "fact",  # a fact of the case is not the one that the row asks for
    "lifted",  # a reform has lifted or replaced the row
    "displaced",  # another row stands instead of it
    "nothing_to_lift",  # an opening, and no row that it would lift binds
    "code_only",  # the code alone does not say that the activity is one that the row binds
    "hit_before",  # a row that goes before it was hit
)


Saying = tuple[object, ...]

NEVER_IN_FORCE = ("reform_announced", "reform_draft")
ACTED = frozenset(("lifted", "displaced", "nothing_to_lift", "hit_before"))


def near_rows(scene: Scene) -> tuple[tuple[NearRow, ...], int]:
    """The rows that came close, the most telling first; and how many there are in all."""
    bound = [row for plan in scene.decision.plans for row in plan.rows]
    spared = {(row.id, row.list) for row in bound if not row.part}
    measures = {measure for row in bound for measure in (row.measure, *row.measures)}
    versions: dict[tuple[str, ...], tuple[Row, tuple[Reason, ...]]] = {}
    for row, reasons in _candidates(scene):
        if not reasons or row.key in scene.bound or (row.id, row.list) in spared:
            continue
        key = (row.id, row.part or "", row.list or "")
        if key not in versions or _far(scene, row) < _far(scene, versions[key][0]):
            versions[key] = (row, reasons)
    found = [
        (
            NearRow(
                _seen(scene, row, reasons),
                reasons,
                row.measure in measures or not measures.isdisjoint(row.measures),
                False,
                otherwise(scene, row, reasons),
            ),
            _saying(row),
        )
        for row, reasons in versions.values()
    ]
    found.sort(key=lambda one: _rank(scene, one[0]))
    return _chosen(scene, found, {_saying(row) for row in bound}), len(found)


def _chosen(
    scene: Scene, found: list[tuple[NearRow, Saying]], said: set[Saying]
) -> tuple[NearRow, ...]:
    """The first few that say something new, then the twins: the same rule in other lists."""
    kept: list[NearRow] = []
    twins: list[NearRow] = []
    others = 0
    for near, saying in found:
        old = saying in said and near.row.part is None
        if old and not _changes(scene, near) and not _acted(near):
            twins.append(dataclasses.replace(near, twin=True))
            continue
        said.add(saying)
        if near.reasons[0].kind == "activity_other":
            others += 1
            if others > OTHERS_MAX:
                continue
        kept.append(near)
    return (*kept[:NEAR_MAX], *twins[:TWINS_MAX])


def _seen(scene: Scene, row: Row, reasons: tuple[Reason, ...]) -> RowSeen:
    """The row with its words; one that was never in force shows no days."""
    seen = cited.row_seen(scene.frame, row, "near", scene.on, scene.ancestors)
    if reasons[0].kind not in NEVER_IN_FORCE:
        return seen
    return dataclasses.replace(seen, source=dataclasses.replace(seen.source, in_force=Interval()))


def _saying(row: Row) -> Saying:
    """What a row says of its measure."""
    return (row.measure, row.effect, row.params, row.outcome)


def _changes(scene: Scene, near: NearRow) -> bool:
    """Say whether the answer would be another one if the condition had held."""
    then = near.otherwise
    return then is not None and not then.needs and then.outcome not in scene.decision.possible


def _acted(near: NearRow) -> bool:
    return near.reasons[0].kind in ACTED


def _rank(scene: Scene, near: NearRow) -> tuple[int, int, bool, int, str]:
    """What was taken away here, what would change the answer; the same measure; the newest."""
    if _acted(near):
        group = 0
    elif _changes(scene, near):
        group = 1
    else:
        group = 3 if near.otherwise is None else 2
    far = _days_away(scene, near.row.source.in_force)
    return (group, len(near.reasons), not near.same_measure, far, near.row.name)


def _far(scene: Scene, row: Row) -> tuple[bool, int]:
    """How far a version is from the case: its list first, then its days."""
    return (row.list != scene.place.list, _days_away(scene, row.in_force))


def _days_away(scene: Scene, days: Interval) -> int:
    if days.holds(scene.on):
        return 0
    edges = [day for day in (days.start, days.end) if day is not None]
    return min((abs((day - scene.on).days) for day in edges), default=0)


# ---- candidates ----------------------------------------------------------------------------------


def _candidates(scene: Scene) -> Iterator[tuple[Row, tuple[Reason, ...]]]:
    law = scene.frame.law
    public = {row.key: row for row in law.rows}
    for stored in law.book.rows:
        if stored.table == scene.frame.table.id:
            row = public.get(stored.key, stored)
            if _touches(scene, row):
                yield row, tuple(_row_reasons(scene, row))
    for reform in _reforms(scene):
        for overlay in _overlays(scene, reform):
            row_ = overlay.row
            if row_ is not None and row_.table == scene.frame.table.id and _by_tag(scene, row_):
                yield row_, tuple(_overlay_reasons(scene, overlay, row_))


def _touches(scene: Scene, row: Row) -> bool:
    """Say whether a row concerns the activity, its code, or every activity."""
    if _by_tag(scene, row) or not (row.activity or row.industry):
        return True
    if scene.activity.by_code:
        return _by_code(scene, row)
    here = row.list == scene.place.list and row.in_force.holds(scene.on)
    roots = {tag.partition(".")[0] for tag in scene.lineage}
    akin = not row.activity or any(tag.partition(".")[0] in roots for tag in row.activity)
    return here and akin and any(code in scene.codes for code, _ in row.industry)


def _by_tag(scene: Scene, row: Row) -> bool:
    return not scene.lineage.isdisjoint(row.activity)


def _fits(scene: Scene, row: Row) -> bool:
    """Say whether the case is, or may be, an activity that the row binds."""
    if _by_tag(scene, row) or _by_code(scene, row):
        return True
    return not row.activity and any(
        match == "exact" and code in scene.codes for code, match in row.industry
    )


def _by_code(scene: Scene, row: Row) -> bool:
    """Say whether a case known by code only may be what the row binds."""
    codes, code = scene.frame.law.book.classification, scene.decision.case.industry
    return (
        scene.activity.by_code
        and code is not None
        and any(codes.related(code, other) for other, _ in row.industry)
    )


def _reforms(scene: Scene) -> list[Reform]:
    law = scene.frame.law
    given = {reform.id for reform in law.reforms}
    return [r for r in law.book.reforms.values() if r.id not in given] + list(law.reforms)


def _overlays(scene: Scene, reform: Reform) -> Iterable[Overlay]:
    law = scene.frame.law
    if reform in law.live or reform in law.reforms:
        return [o for o in law.overlays if o.reform.id == reform.id]
    if reform.in_force is None:
        reform = dataclasses.replace(reform, in_force=Interval(reform.announced, None))
    return overlays(law.book, reform, 0)


# ---- reasons -------------------------------------------------------------------------------------


def _row_reasons(scene: Scene, row: Row) -> Iterator[Reason]:
    """Every condition of a row of a list that fails; what acts on bound rows only if none does."""
    failed = False
    for reason in (*_activity(scene, row), *_list(scene, row), *_days(scene, row)):
        failed = True
        yield reason
    for reason in _conditions(scene, row):
        failed = True
        yield reason
    if not failed and row.key not in scene.bound:
        yield _acted_on(scene, row)


def _overlay_reasons(scene: Scene, overlay: Overlay, row: Row) -> Iterator[Reason]:
    """Every condition of a change of a reform that fails."""
    failed = False
    for reason in (
        *_status(scene, overlay.reform),
        *_reach(scene, overlay),
        *_activity(scene, row),
        *_conditions(scene, row),
    ):
        failed = True
        yield reason
    if not failed and row.key not in scene.bound:
        here = {one.id for one in scene.place.rows}
        names = sorted(overlay.removes & here) or sorted(overlay.removes)
        yield Reason("nothing_to_lift", rows=tuple(names))


def _activity(scene: Scene, row: Row) -> Iterator[Reason]:
    law = scene.frame.law
    excluded = sorted(scene.lineage & set(row.not_activity))
    if excluded:
        named = tuple(cited.activity_named(law, tag) for tag in excluded)
        yield Reason("activity_excluded", named)
    elif (row.activity or row.industry) and not _fits(scene, row):
        yield Reason("activity_other", _bound_names(scene, row))


def _list(scene: Scene, row: Row) -> Iterator[Reason]:
    """Why the list of the row is not the one that applies; nothing where only its days fail."""
    lists = [one.id for one in scene.frame.table.lists]
    if row.list == scene.place.list or row.list not in lists:
        return
    own = scene.frame.table.lists[lists.index(row.list)]
    named = cited.list_named(scene.frame, row.list)
    here = cited.list_named(scene.frame, scene.place.list)
    if own.under and scene.ancestors.isdisjoint(own.under):
        yield Reason("outside_list", cited.places_named(scene.frame.law, own.under), named)
    elif here is not None and lists.index(here.id) < lists.index(row.list):
        yield Reason("list_replaced", (here,), named)


def _days(scene: Scene, row: Row) -> Iterator[Reason]:
    law = scene.frame.law
    if not law.public(row.document):
        known_from = law.book.documents[row.document].known_from
        yield Reason("not_public", day=known_from, days=Interval(None, law.known))
        return
    span = row.in_force
    if span.start is not None and scene.on < span.start:
        yield Reason("not_yet", day=span.start)
    elif span.end is not None and scene.on >= span.end:
        ender = law.book.documents.get(row.ended_by) if row.ended_by else None
        other = Named(ender.id, ender.title) if ender else None
        yield Reason("no_longer", day=span.end, other=other)


def _conditions(scene: Scene, row: Row) -> Iterator[Reason]:
    for condition in row.conditions:
        if condition.fact in ("place", "activity", "industry", "date"):
            if not _structural(scene, condition):
                named = (
                    cited.places_named(scene.frame.law, condition.values)
                    if condition.fact == "place"
                    else ()
                )
                seen = cited.condition_seen(scene.frame, condition)
                yield Reason("place", named, condition=seen)
        elif not scene.open(condition.fact):
            value = scene.value(condition.fact)
            if not meets(condition, value):
                seen = cited.condition_seen(scene.frame, condition, value)
                yield Reason("fact", condition=seen)


def _structural(scene: Scene, condition: Condition) -> bool:
    """Say whether a condition on place, activity, code or day holds."""
    line = {
        "place": scene.ancestors,
        "activity": scene.lineage,
        "industry": scene.codes,
    }.get(condition.fact)
    if line is None:
        return meets(condition, scene.on)
    return line.isdisjoint(condition.values) is condition.negated


def _acted_on(scene: Scene, row: Row) -> Reason:
    """What took away a row that would bind: a reform, another row, or the order of rows."""
    for overlay in scene.acted:
        if row.answers_to(overlay.removes):
            return _lifted(overlay)
    for other in scene.pool:
        if other.key != row.key and row.answers_to(frozenset(other.instead_of)):
            named = Named(other.id, other.title)
            return Reason("displaced", other=named, text=other.instead_of_reason)
    for overlay in scene.late:
        acts = overlay.row is not None and scene.holds(overlay.row)
        if acts and row.answers_to(overlay.removes):
            return _lifted(overlay)
    if scene.activity.by_code:
        return Reason("code_only", _bound_names(scene, row))
    return Reason("hit_before")


def _bound_names(scene: Scene, row: Row) -> tuple[Named, ...]:
    """What a row binds: its activities, else its codes."""
    law = scene.frame.law
    if row.activity:
        return tuple(cited.activity_named(law, tag) for tag in row.activity)
    codes = law.book.classification
    return tuple(Named(code, codes[code].title) for code, _ in row.industry)


def _lifted(overlay: Overlay) -> Reason:
    reform = overlay.reform
    return Reason(
        "lifted",
        other=Named(overlay.key, reform.title),
        days=overlay.span,
        text=overlay.change.kind,
    )


def _status(scene: Scene, reform: Reform) -> Iterator[Reason]:
    law = scene.frame.law
    if reform in law.reforms or reform in law.live:
        return
    if reform.status == "announced":
        yield Reason("reform_announced", day=reform.announced)
    elif reform.status == "draft":
        yield Reason("reform_draft")
    elif reform.status == "ended":
        yield Reason("reform_ended", days=reform.in_force)
    else:
        yield Reason("not_public", day=reform.known_from, days=Interval(None, law.known))


def _reach(scene: Scene, overlay: Overlay) -> Iterator[Reason]:
    if overlay.territory and scene.ancestors.isdisjoint(overlay.territory):
        order = overlay.reform.territory
        yield Reason("reform_elsewhere", cited.places_named(scene.frame.law, order))
    span, on = overlay.span, scene.on
    if overlay.reform.status == "announced" and overlay.reform not in scene.frame.law.reforms:
        return
    if span.start is not None and on < span.start:
        yield Reason(
            "reform_not_yet", days=Interval(overlay.reform.announced, span.start), day=span.start
        )
    elif span.end is not None and on >= span.end and overlay.reform.status != "ended":
        yield Reason("reform_over", day=span.end)
