"""`openzone tour`: the main job on the bundled law, in about a minute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from openzone.cli.options import lang_option, today

if TYPE_CHECKING:
    from openzone.regimes.asking import Desk
    from openzone.rulebook.book import Book

QUESTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "一家外商独资公司能否在临港新片区开办数据中心？",
        "May a wholly foreign-owned firm open a data centre in Lingang?",
        {
            "regime": "capital",
            "activity": "telecom.vas.idc",
            "foreign_share": "1.0",
            "place": ["ftz:shanghai-lingang"],
            "date": "2025-06-01",
        },
    ),
    (
        "外商能否在苏州新设独资综合医院？",
        "May a foreigner found a wholly owned general hospital in Suzhou?",
        {
            "regime": "capital",
            "activity": "health.medical_institution.hospital.general",
            "foreign_share": "1.0",
            "place": ["city:suzhou"],
            "form": "new",
            "date": "2025-06-01",
        },
    ),
    (
        "外资占六成的玉米种子企业，在自贸试验区内可以吗？",
        "Corn seed breeding, 60 % foreign, in a zone?",
        {
            "regime": "capital",
            "activity": "seed.corn",
            "foreign_share": "0.60",
            "place": ["ftz:shandong"],
            "vehicle": "company",
            "date": "2025-06-01",
        },
    ),
    (
        "境外兽医能否在自贸试验区参加执业资格考试？",
        "May a veterinarian from abroad sit the licence examination in a zone?",
        {
            "regime": "services",
            "activity": "agri.animal_clinic.veterinarian",
            "mode": 4,
            "place": ["ftz:guangdong"],
            "date": "2025-06-01",
        },
    ),
    (
        "上海的数据中心项目，没有说明在哪个区：",
        "A data centre somewhere in Shanghai, the district not said:",
        {
            "regime": "capital",
            "activity": "telecom.vas.idc",
            "foreign_share": "1.0",
            "place": ["city:shanghai"],
            "date": "2025-06-01",
        },
    ),
)
OPENINGS = ("PO-2024-HOSP", "PO-2024-VAS")
PLAN, PLACES_SHOWN = "hospital", 4


@click.command(name="tour")
@click.option(
    "--cases", default=10_000_000, show_default=True, help="How many projects the replay draws."
)
@click.option(
    "--out",
    default="openzone-tour",
    show_default=True,
    type=click.Path(file_okay=False),
    help="Where the tour writes its files.",
)
@lang_option
def command(cases: int, out: str, lang: str) -> None:
    """A short tour: the book, five questions, a plan, two openings, a reform of your own, a replay.

    Writes a reform you can edit and the openness chart into a folder, and names what to try next.
    """
    from openzone.regimes.asking import Desk
    from openzone.rulebook.books import load_book

    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    zh = lang == "zh"
    with step("1/7 " + ("规则手册" if zh else "the book")):
        book = load_book("cn")
        desk = Desk(book, today=today())
    click.echo("\n".join(_book(book, zh)))
    with step("2/7 " + ("五个问题" if zh else "five questions")):
        answers = [(q, desk.decision(q[2])) for q in QUESTIONS]
    for question, decision in answers:
        click.echo(_answer(question, decision, lang))
    with step(
        "3/7 " + ("一份商业计划，走完各项规则" if zh else "a business plan through every rule")
    ):
        told = _plan(desk, lang)
    click.echo("\n".join(told))
    with step("4/7 " + ("两项开放的确切效果" if zh else "two openings and their exact effect")):
        effects = [(id, _effect(book, id)) for id in OPENINGS]
    for id, statements in effects:
        click.echo(f"  {id} {book.reforms[id].title.lang(lang)}")
        for one in statements[:4]:
            click.echo(f"    - {one[lang]}")
        if len(statements) > 4:
            click.echo(f"    … {len(statements) - 4} more: openzone reform check {id}")
    with step("5/7 " + ("写一项你自己的改革" if zh else "a reform of your own")):
        mine = _own_reform(book, folder)
    click.echo(f"  {mine}")
    for one in _effect(book, str(mine)):
        click.echo(f"    - {one[lang]}")
    _replayed(book, mine, cases, lang)
    _charted(desk, folder, lang)
    click.echo("\n" + ("下一步：" if zh else "next:"))
    click.echo(f"  openzone journey {PLAN} --unblock" + (" --lang zh" if zh else ""))
    click.echo(
        "  openzone explain regime=capital activity=telecom.vas.idc foreign_share=1"
        " place=city:chengdu date=2025-06-01" + (" --lang zh" if zh else "")
    )
    click.echo(
        f"  openzone reform check {mine}      "
        + ("（先编辑该文件）" if zh else "(edit the file first)")
    )
    click.echo("  openzone diff 2024-10-31 2024-11-01" + (" --lang zh" if zh else ""))


def _plan(desk: Desk, lang: str) -> list[str]:
    """The verdict on a bundled plan, and the places where it fares best."""
    from openzone.regimes.journey.compare import compare
    from openzone.regimes.journey.path import path_of
    from openzone.regimes.journey.plan import plan_path, read_plan
    from openzone.regimes.journey.walk import walk
    from openzone.regimes.journey.wording import compared_wording, verdict

    plan = read_plan(plan_path(PLAN))
    journey = walk(desk, plan)
    told = [f"  {plan.words().lang(lang)}"]
    told += [f"    {text}" for text in verdict(journey, path_of(journey), lang)]
    table = compared_wording(desk.law, compare(desk, plan), lang).splitlines()
    return [*told, *(f"    {line}" for line in table[: 1 + PLACES_SHOWN])]


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    click.echo(f"\n== {title}", nl=False)
    began = time.perf_counter()
    yield
    click.echo(f"  ({time.perf_counter() - began:.1f} s)")


def _book(book: Book, zh: bool) -> list[str]:
    from collections import Counter

    rows = {row.id: row for row in book.rows}
    status = Counter(row.evidence.status for row in rows.values())
    total = len(rows)
    reported = status["verified_secondary"] + status["verified_title"]
    memory = total - status["verified"] - status["verified_in_part"] - reported
    if zh:
        return [
            f"  {book.info.title.zh} {book.info.version}，内容哈希 {book.hash[:16]}",
            f"  {len(book.documents)} 份文件、{total} 行、{len(book.rows)} 个版本、"
            f"{len(book.vocabulary)} 个活动、{len(book.territories)} 个地点",
            f"  核实 {status['verified']} 行，部分核实 {status['verified_in_part']} 行，"
            f"据转述 {reported} 行，凭记忆 {memory} 行（使用前请核对）",
        ]
    return [
        f"  {book.info.title.en} {book.info.version}, content hash {book.hash[:16]}",
        f"  {len(book.documents)} documents, {total} rows in {len(book.rows)} versions,"
        f" {len(book.vocabulary)} activities, {len(book.territories)} places",
        f"  {status['verified']} rows verified, {status['verified_in_part']} in part,"
        f" {reported} in reports, {memory} from memory (confirm before relying on them)",
    ]


def _answer(question: tuple[str, str, dict[str, Any]], decision: Any, lang: str) -> str:
    from openzone.decide.answer import answer
    from openzone.decide.words.differences import OUTCOMES

    zh = lang == "zh"
    found = answer(decision)
    outcome = OUTCOMES.get(found["outcome"])
    lines = [
        f"  {question[0] if zh else question[1]}",
        f"    {found['verdict']} – {outcome.lang(lang) if outcome else found['outcome']}",
    ]
    bound = found["effects"].get("max_foreign_share")
    if isinstance(bound, (int, float)) and bound < 1:
        lines[-1] += f"（外资最多 {bound:.0%}）" if zh else f" (foreign share at most {bound:.0%})"
    if found["needs"]:
        ask = "、".join(found["needs"]) if zh else ", ".join(found["needs"])
        lines[-1] += f"：请补充 {ask}" if zh else f": say {ask}"
    for entry in found["because"][:2]:
        lines.append(f"      {entry['row']}  {entry['cite']}  [{entry['evidence']}]")
    return "\n".join(lines)


def _effect(book: Book, name: str) -> list[dict[str, Any]]:
    from openzone.regimes.effect import effect_of
    from openzone.rulebook.reform_files import load_reforms

    (reform,) = load_reforms(book, (name,))
    found = [one for part in effect_of(book, reform, known=today()) for one in part["statements"]]
    telling = ("prohibited", "denied_share")
    return sorted(found, key=lambda one: one["before"] not in telling)


def _own_reform(book: Book, folder: Path) -> Path:
    """A reform to edit: social survey in all zones at a majority of the host, not two thirds."""
    import datetime as dt

    from openzone.cli.pages import write_text
    from openzone.rulebook.drafting import draft

    path = folder / "my-reform.yaml"
    if not path.exists():
        first = dt.date(today().year + 1, 1, 1)
        text = draft(book, "MY-REFORM", {"amend": ["FI-FTZ-2021-14b"]}, ["ftz"], first, None)
        write_text(path, text.replace("host_total_min_percent: 67", "host_total_min_percent: 51"))
    return path


def _replayed(book: Book, mine: Path, cases: int, lang: str) -> None:
    import tempfile

    from openzone.cli.replay import report, run

    title = "一千万个项目，改革前后" if lang == "zh" else "projects before and after the reforms"
    click.echo(f"\n== 6/7 {cases:,} {title}")
    with tempfile.TemporaryDirectory() as scratch:
        found, seconds = run(
            book,
            (*OPENINGS, str(mine)),
            Path(scratch) / "projects.parquet",
            drawn=cases,
            seed=20130929,
            first=None,
            last=None,
            regime="capital",
            known=today(),
            say=lambda text: click.echo(f"  {text}"),
        )
    click.echo("\n".join(f"  {line}" for line in report(found, seconds, book, lang)))


def _charted(desk: Desk, folder: Path, lang: str) -> None:
    """The openness table and chart; says so when the chart extra is not installed."""
    from openzone.errors import MissingExtraError
    from openzone.watch.openness import openness
    from openzone.watch.words import figure_line

    with step("7/7 " + ("开放度" if lang == "zh" else "openness")):
        measured = openness(desk.law.book, known=desk.law.known)
        try:
            paths = _charts(measured, folder, lang)
        except MissingExtraError as error:
            click.echo(f"\n  {error}")
            paths = []
    last = max(figure.on for figure in measured.figures)
    for figure in measured.figures:
        if figure.on == last:
            click.echo(f"  {figure_line(figure, lang)}")
    for path in paths:
        click.echo(f"  {path}")


def _charts(measured: Any, folder: Path, lang: str) -> list[Path]:
    from openzone.watch.page import openness_pictures

    files, notices = openness_pictures(measured, (".html", ".svg", ".png"), lang)
    for notice in notices:
        click.echo(f"  {notice}", err=True)
    paths = []
    for suffix, data in files.items():
        path = folder / f"openness{suffix}"
        path.write_bytes(data)
        paths.append(path)
    return paths
