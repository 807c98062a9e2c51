"""What a replay of declaration lines says, in Chinese or English: text lines and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from openzone.decide.words.lines import aligned
from openzone.lab.goods_replay import CHAPTER, GROUPS, TAXES, GoodsReplay, OnDay
from openzone.lab.population import LABEL
from openzone.regimes.goods.sheet import TITLES
from openzone.regimes.goods.wording import OUTCOMES
from openzone.rulebook.law import Law
from openzone.rulebook.model import Text
from openzone.rulebook.tariff import Schedule

HEADS: dict[str, Text] = {
    "title": Text("申报表重演：改革前后应缴税款", "Declaration lines replayed: what is due"),
    "days_title": Text("逐日重演：关税与加权平均税率", "Day by day: duty and its weighted average"),
    "lines": Text("条申报", "lines"),
    "coverage": Text("税则覆盖", "on record"),
    "missing": Text("未能算出税款的原因", "Lines without an amount, by what is missing"),
    "outcomes": Text("结果变化", "Outcomes"),
    "due": Text("应缴税款（元）", "Due (yuan)"),
    "before": Text("改革前", "before"),
    "after": Text("改革后", "after"),
    "change": Text("变化", "change"),
    "share": Text("变化率", "change, %"),
    "less": Text("缴得少", "pay less"),
    "more": Text("缴得多", "pay more"),
    CHAPTER: Text("章", "chapter"),
    "origin": Text("原产地", "origin"),
    "place": Text("地点", "place"),
    "day": Text("日期", "day"),
    "group": Text("组别", "group"),
    "value": Text("完税价格", "customs value"),
    "average": Text("加权平均税率（%）", "weighted average (%)"),
    "counted": Text("已算出", "with amounts"),
    "none": Text("（无）", "(none)"),
    "all": Text("合计", "all"),
}
SHOWN = 8


def head(name: str, lang: str) -> str:
    """A heading in a language."""
    return HEADS[name].lang(lang)


def yuan(fen: int, sign: bool = False) -> str:
    """Fen as whole yuan with separators, halves away from nothing."""
    whole = (abs(fen) + 50) // 100
    mark = "-" if fen < 0 and whole else "+" if sign and whole else ""
    return f"{mark}{whole:,}"


def percent(before: int, after: int) -> str:
    """The change in percent of what was; a dash where nothing was."""
    return f"{100 * (after - before) / before:+.1f}" if before else "–"


def tariff_line(tariffs: Iterable[Schedule], source: str, synthetic: str | None, lang: str) -> str:
    """The tariffs that were used, with what they hold, and how the lines were come by."""
    told = []
    for one in tariffs:
        name = one.title.lang(lang)
        held = f"{len(one.hs):,}" + (f"/{one.published_lines:,}" if one.published_lines else "")
        kind = {"zh": "行", "en": " lines"}[lang]
        mark = {"zh": "，估算，非法律", "en": ", an estimate, no law"}[lang]
        told.append(f"{name} ({held}{kind}{mark if one.use == 'estimate' else ''})")
    if synthetic and lang == "zh":
        synthetic = synthetic.replace(LABEL, "抽样生成，非实际观测").replace("seed", "种子")
    return "; ".join([*told, synthetic or source])


def coverage_line(found: GoodsReplay, lang: str) -> str:
    """How far the tariff knows the lines, said before anything else."""
    held = found.coverage
    if lang == "zh":
        return (
            f"税则覆盖：{held.lines:,}条申报中{held.whole + held.part:,}条（{held.share:.1%}）"
            f"的编码有税目在册，其中{held.part:,}条编码位数不足；{found.counted:,}条前后均"
            "算出税款，其余须查阅或者补充事实"
        )
    return (
        f"on record: {held.whole + held.part:,} of {held.lines:,} lines ({held.share:.1%}) have a"
        f" code with a line in the tariff, {held.part:,} of them by too few digits;"
        f" {found.counted:,} have amounts on both sides, the rest are to be looked up or completed"
    )


def report(found: GoodsReplay, law: Law, lang: str) -> Iterator[str]:
    """The whole report as lines of text."""
    yield head("title", lang)
    yield tariff_line(found.tariffs, found.source, found.synthetic, lang)
    yield coverage_line(found, lang)
    missing = found.missing()
    if missing:
        yield ""
        yield head("missing", lang)
        yield from (f"  {n:>12,}  {what}" for what, n in missing[:SHOWN])
    yield ""
    yield head("outcomes", lang)
    for before, after, n in found.outcomes()[:SHOWN]:
        was, becomes = (OUTCOMES[w].lang(lang) if w in OUTCOMES else w for w in (before, after))
        yield f"  {n:>12,}  {was} → {becomes}"
    yield ""
    yield from printed(*sums_table(found, lang))
    for group in GROUPS:
        yield ""
        yield from printed(*group_table(found, law, group, lang, SHOWN))


def sums_table(found: GoodsReplay, lang: str) -> tuple[list[str], list[list[str]]]:
    """What is due by tax, before and after."""
    heads = [head("due", lang), *(head(n, lang) for n in ("before", "after", "change", "share"))]
    rows = []
    for name in (*TAXES, "total"):
        was, becomes = (found.total(f"{name}_{side}") for side in ("before", "after"))
        rows.append([TITLES[name].lang(lang), *_pair(was, becomes)])
    return heads, rows


def _pair(was: int, becomes: int) -> list[str]:
    return [yuan(was), yuan(becomes), yuan(becomes - was, sign=True), percent(was, becomes)]


def group_table(
    found: GoodsReplay, law: Law, group: str, lang: str, most: int | None = None
) -> tuple[list[str], list[list[str]]]:
    """What is due by chapter, origin or place: the largest changes first."""
    names = ("before", "after", "change", "share", "less", "more")
    heads = [head(group, lang), *(head(name, lang) for name in names)]
    rows = [
        [named(law, group, one[group], lang), *_pair(one["total_before"], one["total_after"]),
         f"{one['less']:,}", f"{one['more']:,}"]
        for one in found.by(group)[:most]
        if one["total_after"] != one["total_before"] or one["less"] or one["more"]
    ]  # fmt: skip
    return heads, rows


def named(law: Law, group: str, word: str, lang: str) -> str:
    """A member of a group by its name."""
    if not word:
        return head("none", lang)
    goods = law.book.nomenclature
    if group == CHAPTER and goods is not None and word in goods:
        return f"{word} {_short(goods[word].title.lang(lang))}"
    if group == "place" and word in law.territories:
        return law.territories[word].name.lang(lang)
    return word


def _short(text: str, most: int = 28) -> str:
    first = text.split(";", maxsplit=1)[0].split("；", maxsplit=1)[0]
    return first if len(first) <= most else first[: most - 1] + "…"


def days_table(found: Sequence[OnDay], lang: str) -> tuple[list[str], list[list[str]]]:
    """The duty day by day and group by group."""
    names = ("day", "group", "lines", "counted", "value")
    titles = [TITLES[name].lang(lang) for name in ("duty", "remedy")]
    heads = [*(head(name, lang) for name in names), *titles, head("average", lang)]
    rows = []
    for one in found:
        average = "–" if one.average is None else f"{one.average:.2f}"
        counts = [f"{one.lines:,}", f"{one.counted:,}"]
        sums = [yuan(fen) for fen in (one.value, one.duty, one.remedy)]
        rows.append([one.day.isoformat(), one.group or head("all", lang), *counts, *sums, average])
    return heads, rows


def printed(heads: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> Iterator[str]:
    """A table for a terminal: its first columns hold words, the others figures."""
    return aligned([heads, *rows], range(words, len(heads)), indent="  ")
