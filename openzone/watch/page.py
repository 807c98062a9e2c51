"""The chart as files: SVG, PNG and one HTML page that needs no other file and no network.

Each carries the same words for those who do not see the picture; the page has the numbers too.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from openzone.errors import missing_extra
from openzone.watch.chart import DARK, LIGHT, chart_config, chart_spec
from openzone.watch.openness import Figure, Openness
from openzone.watch.words import decimal, in_words, law_line, word

PICTURES = (".svg", ".png", ".html")
PROBES = ("开", "禁")  # two characters that no font draws alike

DRAWN_BY = "The chart is drawn by Vega, Vega-Lite and Vega-Embed (BSD-3-Clause), here in full."

STYLE = """
:root { color-scheme: light dark; --ink: #222; --soft: #555; --line: #ccc; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ededed; --soft: #bbb; --line: #444; --page: #16181c; }
}
body { background: var(--page); color: var(--ink); margin: 1.5rem auto; max-width: 60rem;
  padding: 0 1rem; font: 15px/1.5 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
#chart { overflow-x: auto; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0 2rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .7rem; text-align: right; }
th { font-weight: 600; } td { font-weight: 400; }
.text { text-align: left; }
p { color: var(--soft); max-width: 46rem; }
"""

DRAW = """
const dark = window.matchMedia("(prefers-color-scheme: dark)");
function draw() {
  const shown = Object.assign({}, spec, {config: looks[dark.matches ? 1 : 0]});
  window.vegaEmbed("#chart", shown, {renderer: "svg", actions: false});
}
dark.addEventListener("change", draw);
draw();
"""


def pictures(
    measured: Openness, suffixes: Iterable[str], lang: str, before: Openness | None = None
) -> tuple[dict[str, bytes], list[str]]:
    """The chart as files with these suffixes (see PICTURES), and what is to be said of them.

    Raises MissingExtraError when the extra `chart` is not installed.
    """
    specs = {lang: chart_spec(measured, lang, before)}
    files: dict[str, bytes] = {}
    notices: list[str] = []
    for suffix in suffixes:
        if suffix == ".html":
            files[suffix] = page(measured, lang, before, specs[lang]).encode("utf-8")
        elif suffix == ".svg":
            files[suffix] = _svg(measured, specs[lang], lang).encode("utf-8")
        else:
            drawn = lang
            if lang == "zh" and not draws_chinese():
                drawn = "en"
                notices.append(word("no_font", lang))
                specs.setdefault(drawn, chart_spec(measured, drawn, before))
            files[suffix] = _png(measured, specs[drawn], drawn)
    return files, notices


def _svg(measured: Openness, spec: dict[str, Any], lang: str) -> str:
    """The drawing with a title and a description that a screen reader says."""
    converter, version = _converter()
    head, mark, rest = converter.vegalite_to_svg(spec, vl_version=version).partition(">")
    head += f' role="img" xml:lang="{lang}" aria-labelledby="openness-title openness-told"'
    words = (
        f'<title id="openness-title">{escape(word("title", lang))}</title>'
        f'<desc id="openness-told">{escape(in_words(measured, lang))}</desc>'
    )
    return f"{head}{mark}{words}{rest}"


def _png(measured: Openness, spec: dict[str, Any], lang: str) -> bytes:
    """The picture with words in it: iTXt chunks after the header, as PNG has them."""
    converter, version = _converter()
    png = converter.vegalite_to_png(spec, vl_version=version, scale=2)
    end = 8 + 4 + 4 + 13 + 4
    chunks = [png[:end]]
    words = {"Title": word("title", lang), "Description": in_words(measured, lang)}
    for keyword, text in words.items():
        body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8")
        chunks += [struct.pack(">I", len(body) - 4), body, struct.pack(">I", zlib.crc32(body))]
    return b"".join((*chunks, png[end:]))


def draws_chinese() -> bool:
    """Say whether a font of this machine has Chinese characters: without one, all look alike."""
    converter, _ = _converter()
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
        '<text y="15" font-family="{font}" font-size="14">{sign}</text></svg>'
    )
    font = chart_config(LIGHT)["font"]
    one, other = (converter.svg_to_png(svg.format(font=font, sign=sign)) for sign in PROBES)
    return bool(one != other)


def _converter() -> tuple[Any, str]:
    """The library that draws, and the version of Vega-Lite that the specification is written in."""
    try:
        import altair
        import vl_convert
    except ImportError:
        raise missing_extra("chart", "a picture of the openness measure") from None
    return vl_convert, ".".join(altair.SCHEMA_VERSION.lstrip("v").split(".")[:2])


# ---- the page --------------------------------------------------------------------------------


def page(measured: Openness, lang: str, before: Openness | None, spec: dict[str, Any]) -> str:
    """The HTML page: the chart drawn by scripts inside it, its words, and tables of its numbers."""
    converter, version = _converter()
    bundle = converter.javascript_bundle(vl_version=version).replace("</script", "<\\/script")
    title = word("title", lang)
    bare = {key: value for key, value in spec.items() if key != "title"} | {"background": None}
    looks = [chart_config(LIGHT), chart_config(DARK)]
    data = f"const spec = {_json(bare)};\nconst looks = {_json(looks)};"
    notes = "".join(
        f"<p>{escape(word(key, lang))}</p>" for key in ("firm", "throughout", "score_note")
    )
    return f"""<!doctype html>
<html lang="{"zh-Hans" if lang == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{escape(title)}</h1>
<p>{escape(law_line(measured, lang))}</p>
<div id="chart" role="img" aria-label="{escape(in_words(measured, lang))}"></div>
<noscript><p>{escape(word("no_script", lang))}</p></noscript>
<h2>{escape(word("data", lang))}</h2>
{notes}
{_figures_table(measured, lang, before)}
{_counts_table(measured, lang)}
<!-- {DRAWN_BY} -->
<script>
{bundle}
</script>
<script>
{{
{data}
{DRAW}
}}
</script>
</body>
</html>
"""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _figures_table(measured: Openness, lang: str, before: Openness | None) -> str:
    keys = ("open", "partly_open", "closed", "left_out", "low", "score_short", "high")
    head = [word(key, lang) for key in ("place", "on", "list", "count", *keys)]
    if before is None:
        rows = [_cells(figure, lang) for figure in measured.figures]
        return _table(word("score", lang), head, rows, 3)
    laws = ((word("before", lang), before), (word("after", lang), measured))
    rows = [[name, *_cells(figure, lang)] for name, one in laws for figure in one.figures]
    return _table(word("score", lang), ["", *head], rows, 4)


def _cells(figure: Figure, lang: str) -> list[Any]:
    count = "–" if figure.count is None else figure.count
    cells: list[Any] = [figure.place.name.lang(lang), figure.on, figure.list or "–", count]
    total = figure.total
    if total is None:
        return [*cells, figure.reason.lang(lang) if figure.reason else "", *([""] * 6)]
    scores = [decimal(micro) for micro in (total.low, total.score, total.high)]
    return [*cells, total.open, total.partly_open, total.closed, total.left_out, *scores]


def _counts_table(measured: Openness, lang: str) -> str:
    head = [word(key, lang) for key in ("list", "edition", "on", "document", "count")]
    rows = [
        [one.name.lang(lang), one.edition, one.on, one.number or one.document, one.count]
        for one in measured.counts
    ]
    return _table(word("data_counts", lang), head, rows, 4)


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Any]], texts: int) -> str:
    """A table; its first `texts` columns hold words."""
    looks = [' class="text"' if n < texts else "" for n in range(len(head))]
    top = "".join(
        f'<th scope="col"{look}>{escape(one)}</th>' for look, one in zip(looks, head, strict=True)
    )
    body = "\n".join(
        "<tr>"
        + "".join(
            f"<td{look}>{escape(str(cell))}</td>" for look, cell in zip(looks, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="table"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )
