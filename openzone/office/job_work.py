"""What a job does, in a process of its own: it has a folder and a book, and no store.

The folder holds `task.json` and the attachment; left in it are a result and `outcome.json`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openzone.errors import CaseError, Fault
from openzone.office.answers import text_of
from openzone.office.job_kinds import KINDS, Asked, Compare, Openness, Replay, Table
from openzone.office.laws import reform_from
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Reform
from openzone.rulebook.reform_files import load_reforms

if TYPE_CHECKING:
    from openzone.decide.table.opening import Bounds

TASK, OUTCOME, PROGRESS, RESULT = "task.json", "outcome.json", "progress.json", "result"
JSON, LINES, PARQUET = "application/json", "application/x-ndjson", "application/vnd.apache.parquet"
YEAR = dt.timedelta(days=365)
Tell = Callable[[int, int | None, str], None]


@dataclass(frozen=True)
class Task:
    """A job as its process has it. `told` gives: how much is done, of how much, which stage."""

    folder: Path
    asked: Asked
    book: Book
    reforms: tuple[Reform, ...]
    known: dt.date
    today: dt.date
    attachment: Path | None
    bounds: Bounds
    told: Tell

    def path(self, suffix: str) -> Path:
        """Where the result goes."""
        return self.folder / f"{RESULT}{suffix}"


def read_task(folder: Path, told: Tell) -> Task:
    """The task of a folder. Raises OpenZoneError where the book has changed so that it cannot."""
    data = json.loads((folder / TASK).read_text(encoding="utf-8"))
    asked = KINDS[data["kind"]].model_validate(data["parameters"])
    book = load_book(data["book"])
    reforms = tuple(_reform(book, id, data["drafted"].get(id)) for id in asked.reforms)
    today = dt.date.fromisoformat(data["today"])
    attachment = folder / data["attachment"] if data["attachment"] else None
    from openzone.decide.table.opening import Bounds  # the engine of tables takes long to load

    bounds = Bounds(folder, data["table_bytes"], data["threads"])
    return Task(folder, asked, book, reforms, asked.known or today, today, attachment, bounds, told)


def _reform(book: Book, id: str, text: str | None) -> Reform:
    if text is not None:
        return reform_from(book, text, id)
    if id not in book.reforms:
        raise CaseError(Fault("unknown_reference", "the book no longer has this reform",
                              field="reforms", seen=id))  # fmt: skip
    return load_reforms(book, [id])[0]


def work(task: Task) -> tuple[Path, str]:
    """Do it; gives the file of the result and its media type. Raises OpenZoneError."""
    asked = task.asked
    from openzone.decide.table.opening import bound

    with bound(task.bounds):
        if isinstance(asked, Table):
            return _table(task, asked)
        if isinstance(asked, Replay):
            return _replay(task, asked)
        if isinstance(asked, Openness):
            return _openness(task, asked)
        assert isinstance(asked, Compare)
        return _compare(task, asked)


# ---- a table of cases ----------------------------------------------------------------------------


def _table(task: Task, asked: Table) -> tuple[Path, str]:
    from openzone.regimes.asking import Desk

    desk = Desk(task.book, known=task.known, reforms=task.reforms, today=task.today,
                regime=asked.regime)  # fmt: skip
    out = task.path(".parquet" if asked.form == "parquet" else ".jsonl")
    task.told(0, None, "deciding the table")
    assert task.attachment is not None
    desk.decide_file(task.attachment, str(out))
    return out, PARQUET if asked.form == "parquet" else LINES


# ---- a replay ------------------------------------------------------------------------------------


def _replay(task: Task, asked: Replay) -> tuple[Path, str]:
    own = [reform.id for reform in task.reforms if reform.id in task.book.reforms]
    before = Law(task.book, task.known, without=own)
    after = Law(task.book, task.known, task.reforms)
    source = task.attachment
    if asked.regime == "goods":
        return _written(task, _replayed_goods(task, asked, before, after, source))
    from openzone.decide.frame import Frame
    from openzone.lab.population import draw_projects
    from openzone.lab.replay import replay
    from openzone.regimes.registry import regime_named

    frames = [Frame(law, regime_named(asked.regime)) for law in (before, after)]
    if source is None:
        source = task.folder / "population.parquet"
        first, last = _span(asked, task)
        draw_projects(frames[1], source, cases=asked.cases or 0, seed=asked.seed, first=first,
                      last=last, progress=_drawing(task, asked))  # fmt: skip
    task.told(0, None, "deciding every case twice")
    return _written(task, replay(frames[0], frames[1], source, today=task.known).as_dict())


def _replayed_goods(
    task: Task, asked: Replay, before: Law, after: Law, source: Path | None
) -> dict[str, Any]:
    from openzone.lab.declarations import draw_declarations
    from openzone.lab.goods_replay import replay_goods

    if source is None:
        source = task.folder / "declarations.parquet"
        starts = [r.in_force.start for r in after.reforms if r.in_force and r.in_force.start]
        first = asked.first or max([task.known.replace(month=1, day=1), *starts])
        draw_declarations(after, source, cases=asked.cases or 0, seed=asked.seed, first=first,
                          last=asked.last or max(first, task.known),
                          progress=_drawing(task, asked))  # fmt: skip
    task.told(0, None, "deciding every line twice")
    found = replay_goods(before, after, source, today=task.today, given=asked.facts,
                         mapping=asked.columns)  # fmt: skip
    return found.as_dict()


def _span(asked: Replay, task: Task) -> tuple[dt.date, dt.date]:
    """The days of the cases drawn: around the first day of each reform, up to the day known."""
    starts = [r.in_force.start for r in task.reforms if r.in_force and r.in_force.start]
    first = asked.first or min([*starts, task.known])
    return first, asked.last or max([task.known, first, *(start + YEAR for start in starts)])


def _drawing(task: Task, asked: Replay) -> Callable[[int], None]:
    return lambda done: task.told(done, asked.cases, "drawing cases")


# ---- openness, comparison ------------------------------------------------------------------------


def _openness(task: Task, asked: Openness) -> tuple[Path, str]:
    from openzone.watch.openness import default_places, openness
    from openzone.watch.records import as_json

    lists = {place.id: place.ids for place in default_places(task.book)}
    places = {name: lists.get(name, (name,)) for name in asked.places} or None
    task.told(0, None, "measuring")
    after = openness(task.book, known=task.known, places=places, dates=asked.dates or None,
                     reforms=task.reforms)  # fmt: skip
    before = None
    if task.reforms:
        task.told(0, None, "measuring without the reforms")
        there = {
            place.id: place.ids
            for place in after.places
            if all(id in task.book.territories for id in place.ids)
        }
        before = openness(task.book, known=task.known, places=there, dates=after.dates)
    path = task.path(".json")
    path.write_text(as_json(after, before), encoding="utf-8")
    return path, JSON


def _compare(task: Task, asked: Compare) -> tuple[Path, str]:
    from openzone.regimes.asking import Desk
    from openzone.regimes.journey.compare import compare, default_places
    from openzone.regimes.journey.saved import plan_again

    desk = Desk(task.book, known=task.known, reforms=task.reforms, today=task.today)
    plan = plan_again(asked.plan)
    places: Sequence[tuple[str, ...]] = [tuple(one) for one in asked.places] or default_places(
        desk.law, plan.date or task.today
    )
    found: list[Any] = []
    for number, place in enumerate(dict.fromkeys(places)):
        task.told(number, len(places), "asking in each place")
        found += compare(desk, plan, [place])
    ranked = sorted(found, key=lambda one: one.rank)
    law = desk.law.stamp(plan.date or task.today)
    told = {"plan": plan.id, "law": law, "places": [one.as_dict() for one in ranked]}
    return _written(task, told)


def _written(task: Task, data: Any) -> tuple[Path, str]:
    path = task.path(".json")
    path.write_text(text_of(data) + "\n", encoding="utf-8")
    return path, JSON
