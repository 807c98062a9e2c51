"""Entry against operation as plain data for files, and the classes that reforms change in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openzone.errors import missing_extra
from openzone.watch.openness import Place
from openzone.watch.operate import Operating
from openzone.watch.operate_reader import Figure, Standing, Tally
from openzone.watch.operate_words import caution

MODES = ("abolished", "filing", "commitment", "optimised", "look_up")
COLUMNS = (
    "law", "place", "on", "section", "code", "title_zh", "title_en", "enter", "word",
    *(f"items_{mode}" for mode in MODES), "items", "items_held", "items_listed", "bound", "reason",
)  # fmt: skip
BOUND = "lower"


@dataclass(frozen=True, slots=True)
class Difference:
    """A class that stands otherwise after the reforms, in one place on one day."""

    place: Place
    on: dt.date
    code: str
    before: Standing
    after: Standing


def differences(before: Operating, after: Operating) -> tuple[Difference, ...]:
    """The classes whose entry or items the reforms change, by place and day."""
    earlier = {(figure.place.id, figure.on): figure.classes for figure in before.figures}
    return tuple(
        Difference(figure.place, figure.on, code, was, now)
        for figure in after.figures
        for code, now in figure.classes.items()
        if (was := earlier.get((figure.place.id, figure.on), {}).get(code)) is not None
        and was != now
    )


# ---- JSON ------------------------------------------------------------------------------------


def as_json(measured: Operating, before: Operating | None = None) -> str:
    """The whole measure. Of each figure the classes that stand alike are listed together."""
    record = _record(measured)
    if before is not None:
        record["before"] = _record(before)
    return json.dumps(record, ensure_ascii=False) + "\n"


def _record(measured: Operating) -> dict[str, Any]:
    held = measured.coverage
    return {
        "bound": BOUND,
        "caution": {lang: caution(held, lang) for lang in ("zh", "en")},
        "law": dict(measured.stamp),
        "coverage": {
            "held": held.held,
            "listed": held.listed,
            "note": held.note,
            "sections": {
                letter: {"items": count, "classes_hit": hit}
                for letter, (count, hit) in held.sections.items()
            },
            "lists": [
                {
                    "list": one.list,
                    "document": one.document,
                    "items": one.count,
                    "note": one.note,
                    "evidence": one.evidence,
                }
                for one in held.lists
            ],
        },
        "figures": [_figure(figure) for figure in measured.figures],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    alike: dict[Standing, list[str]] = {}
    for code, one in figure.classes.items():
        alike.setdefault(one, []).append(code)
    return {
        "place": figure.place.id,
        "in": list(figure.place.ids),
        "name": figure.place.name._asdict(),
        "on": figure.on.isoformat(),
        "items_held": figure.held,
        "reason": None if figure.reason is None else figure.reason._asdict(),
        "total": _tally(figure.total),
        "sections": {letter: _tally(one) for letter, one in figure.sections.items()},
        "classes": [
            {
                "enter": one.enter,
                "word": one.word,
                "permits": dict(one.permits),
                "codes": codes,
            }
            for one, codes in alike.items()
        ],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "classes": tally.classes,
        "enter": dict(tally.enter),
        "words": dict(tally.words),
        "any_item_at_least": tally.remains,
    }


# ---- tables ----------------------------------------------------------------------------------


def lines(measured: Operating, before: Operating | None = None) -> Iterator[tuple[Any, ...]]:
    """One line for each class, place and day, under COLUMNS; one alone where nothing is told."""
    laws = [("", measured)] if before is None else [("before", before), ("after", measured)]
    for law, one in laws:
        listed = one.coverage.listed
        for figure in one.figures:
            start = (law, figure.place.id, figure.on)
            if figure.reason is not None:
                gap = (None,) * (len(COLUMNS) - 7)
                yield (*start, *gap, figure.held, listed, BOUND, figure.reason.en)
                continue
            for code, standing in figure.classes.items():
                yield (*start, *_class(one, code, standing), figure.held, listed, BOUND, None)


def _class(measured: Operating, code: str, standing: Standing) -> tuple[Any, ...]:
    codes = measured.book.classification
    title = codes[code].title
    counts = tuple(len(standing.of_mode(mode)) for mode in MODES)
    hit = ";".join(permit for permit, _ in standing.permits)
    start = (codes.section(code), code, title.zh, title.en, standing.enter, standing.word)
    return (*start, *counts, hit)


def as_csv(measured: Operating, before: Operating | None = None) -> str:
    """The lines as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines(measured, before))
    return out.getvalue()


def as_parquet(measured: Operating, before: Operating | None = None) -> bytes:
    """The lines as Parquet, the caution in its metadata. Raises MissingExtraError without it."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise missing_extra("table", "a Parquet file") from None
    kinds: Mapping[str, Any] = {"on": pa.date32(), "items_held": pa.int32(),
                                "items_listed": pa.int32()}  # fmt: skip
    kinds = {**kinds, **{f"items_{mode}": pa.int32() for mode in MODES}}
    said = {f"caution_{lang}": caution(measured.coverage, lang) for lang in ("zh", "en")}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS], metadata=said)
    columns = list(zip(*lines(measured, before), strict=True)) or [()] * len(COLUMNS)
    table = pa.table(dict(zip(COLUMNS, map(list, columns), strict=True)), schema=schema)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
