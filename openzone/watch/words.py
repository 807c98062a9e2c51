"""The words in which the measure is told, Chinese and English, and its numbers as people read."""

from __future__ import annotations

from openzone.rulebook.model import MILLION, Text
from openzone.watch.openness import Figure, Openness, Tally

WORDS: dict[str, Text] = {
    "title": Text("外商投资准入的开放程度", "How open the law is to foreign investment"),
    "counts": Text("各版清单的条目数", "Entries of each edition of the lists"),
    "counts_note": Text(
        "公布的条目数；各版计数方法不同，不等于开放的程度",
        "As published. Editions count differently: these numbers are no measure of openness",
    ),
    "states": Text(
        "对外商独资企业：禁止、部分开放的行业小类数",
        "Industry classes closed, and partly open, to a wholly foreign-owned firm",
    ),
    "score": Text("限制程度得分（0 开放，1 禁止）", "Restrictiveness score (0 open, 1 closed)"),
    "score_note": Text(
        "得分：各小类所含活动中最宽与最严的中值的平均；区间：由最宽到最严",
        "Score: the middle of the least and the most restricted activity of each class, averaged;"
        " band: from the one to the other",
    ),
    "place": Text("地域", "place"),
    "on": Text("日期", "date"),
    "section": Text("门类", "section"),
    "list": Text("清单", "list"),
    "count": Text("条目", "entries"),
    "edition": Text("版本", "edition"),
    "until": Text("至", "until"),
    "document": Text("文件", "document"),
    "open": Text("开放", "open"),
    "partly_open": Text("部分开放", "partly open"),
    "closed": Text("禁止", "closed"),
    "state": Text("状态", "state"),
    "classes": Text("小类数", "classes"),
    "left_out": Text("不计入", "left out"),
    "score_short": Text("得分", "score"),
    "low": Text("下限", "low"),
    "high": Text("上限", "high"),
    "of": Text("共 {n} 类", "of {n} classes"),
    "not_measured": Text("未测算", "not measured"),
    "before": Text("改革前", "before"),
    "after": Text("改革后", "after"),
    "known": Text("截至 {day} 已公布的法律", "the law as published by {day}"),
    "with": Text("并施行 {names}", "with {names} in force"),
    "firm": Text(
        "被测企业：新设公司，一家外国投资者全资持有；法定代表人、负责人和董事会成员均为本国公民",
        "The firm measured: a new company owned in full by one foreign investor; its legal"
        " representative, manager and board are of the host country",
    ),
    "throughout": Text(
        "所测为在该地全境有效的规定；只在其中部分地区试点的，须另指名该地区",
        "What holds throughout the place; a pilot in a part of it counts when that part is named",
    ),
    "terms": Text(
        "开放的小类中，{n} 类的部分活动须经批准或附条件",
        "of the open classes, {n} admit some activity only after approval or on terms",
    ),
    "capped": Text(
        "部分开放的小类中，{n} 类没有任何活动可由外商独资",
        "of the partly open, {n} admit a wholly foreign-owned firm to no activity",
    ),
    "cut": Text(
        "禁止与部分开放按比例绘制，开放部分在上方截断",
        "closed and partly open to scale, open cut off above",
    ),
    "dashed": Text("；虚线：改革前", "; dashed: before the reform"),
    "range": Text("区间", "band"),
    "unchanged": Text(
        "未列出与前一日相同的日期", "Days on which nothing changed in the place are not shown"
    ),
    "covered": Text(
        "{day} 以前的清单未完整收录：只有清单条目数，不作测算",
        "Before {day} the lists are not held in full: their counts alone, nothing measured",
    ),
    "not_covered": Text("未收录", "not on record"),
    "not_on_record": Text("未收录", "not on record"),
    "on_terms": Text("部分活动须经批准或附条件", "some activity after approval or on terms"),
    "more": Text("另有 {n} 类", "and {n} more"),
    "all": Text("合计", "all"),
    "wrote": Text("已写入 {path}", "wrote {path}"),
    "comma": Text("，", ", "),
    "colon": Text("：", ": "),
    "stop": Text("。", ". "),
    "data": Text("图中数字", "The numbers in the chart"),
    "data_counts": Text("清单条目数", "Entries of the lists"),
    "changed": Text("改革后有变化的小类", "Classes that the reform changes"),
    "no_change": Text("没有小类因改革而变化", "the reform changes no class in these places"),
    "no_script": Text(
        "图需要 JavaScript；数字见下表", "The chart needs JavaScript; its numbers follow"
    ),
    "no_font": Text(
        "本机没有中文字体：PNG 图用英文标注",
        "no font of this machine has Chinese characters: the PNG is labelled in English",
    ),
}


def word(key: str, lang: str, **given: object) -> str:
    """The words of a key in a language, its gaps filled."""
    return WORDS[key].lang(lang).format(**given)


def decimal(micro: int | None, places: int = 4) -> str:
    """Whole millionths as a decimal rounded half up; an en dash for none."""
    if micro is None:
        return "–"
    step = 10 ** (6 - places)
    whole, rest = divmod((2 * micro + step) // (2 * step) * step, MILLION)
    return f"{whole}.{rest:06d}"[: len(str(whole)) + 1 + places]


def law_line(measured: Openness, lang: str) -> str:
    """One line that says which law was measured."""
    line = word("known", lang, day=measured.known.isoformat())
    if measured.reforms:
        names = ", ".join(reform.id for reform in measured.reforms)
        line += word("comma", lang) + word("with", lang, names=names)
    return line


def told(tally: Tally, lang: str) -> str:
    """The counts and the score of some classes in one line."""
    counts = word("comma", lang).join(
        f"{word(key, lang)} {getattr(tally, key)}" for key in ("open", "partly_open", "closed")
    )
    low, score, high = (decimal(one) for one in (tally.low, tally.score, tally.high))
    return f"{counts}{word('comma', lang)}{word('score_short', lang)} {score} [{low}–{high}]"


def figure_line(figure: Figure, lang: str) -> str:
    """A figure in one line, or why there is none."""
    start = f"{figure.place.name.lang(lang)} {figure.on}{word('colon', lang)}"
    if figure.total is None:
        reason = figure.reason.lang(lang) if figure.reason else ""
        return f"{start}{word('not_measured', lang)}{word('comma', lang)}{reason}"
    return start + told(figure.total, lang)


def in_words(measured: Openness, lang: str) -> str:
    """What the chart shows, for those who do not see it: each place at its first and last day."""
    colon, comma = word("colon", lang), word("comma", lang)
    lines = [word("title", lang) + colon + law_line(measured, lang)]
    for place in measured.places:
        figures = [f for f in measured.figures if f.place.id == place.id]
        shown = [f for f in figures if f.total is not None] or figures
        ends = {figure.on: figure for figure in (shown[0], shown[-1])}
        lines += [figure_line(figure, lang) for figure in ends.values()]
    for series in dict.fromkeys(one.list for one in measured.counts):
        counts = [one for one in measured.counts if one.list == series]
        steps = comma.join(f"{one.edition} {one.count}" for one in counts)
        lines.append(f"{word('counts', lang)}{comma}{counts[0].name.lang(lang)}{colon}{steps}")
    return "".join(line + word("stop", lang) for line in lines).strip()
