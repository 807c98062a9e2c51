"""A chart as files: SVG, PNG and one HTML page that needs no other file and no network.

Each carries the same words for those who do not see the picture; the page has the numbers too.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from openzone.errors import missing_extra
from openzone.watch.chart import DARK, LIGHT, chart_config
from openzone.watch.words import word

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


@dataclass(frozen=True)
class Picture:
    """A chart in one language: its Vega-Lite specification, its title, the line under it, what a
    screen reader says, notes for the page, and the tables of its numbers as HTML."""

    lang: str
    spec: dict[str, Any]
    title: str
    line: str
    told: str
    notes: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


def pictures(
    make: Callable[[str], Picture], suffixes: Iterable[str], lang: str
) -> tuple[dict[str, bytes], list[str]]:
    """The chart as files with these suffixes (see PICTURES), and what is to be said of them.

    `make` gives the chart in a language: a PNG is drawn in English where no font has Chinese.
    Raises MissingExtraError when the extra `chart` is not installed.
    """
    picture = make(lang)
    files: dict[str, bytes] = {}
    notices: list[str] = []
    for suffix in suffixes:
        if suffix == ".html":
            files[suffix] = page(picture).encode("utf-8")
        elif suffix == ".svg":
            files[suffix] = svg(picture).encode("utf-8")
        elif lang == "zh" and not draws_chinese():
            notices.append(word("no_font", lang))
            files[suffix] = png(make("en"))
        else:
            files[suffix] = png(picture)
    return files, notices


def svg(picture: Picture) -> str:
    """The drawing with a title and a description that a screen reader says."""
    converter, version = _converter()
    head, mark, rest = converter.vegalite_to_svg(picture.spec, vl_version=version).partition(">")
    head += f' role="img" xml:lang="{picture.lang}" aria-labelledby="chart-title chart-told"'
    words = (
        f'<title id="chart-title">{escape(picture.title)}</title>'
        f'<desc id="chart-told">{escape(picture.told)}</desc>'
    )
    return f"{head}{mark}{words}{rest}"


def png(picture: Picture) -> bytes:
    """The picture with words in it: iTXt chunks after the header, as PNG has them."""
    converter, version = _converter()
    drawn: bytes = converter.vegalite_to_png(picture.spec, vl_version=version, scale=2)
    end = 8 + 4 + 4 + 13 + 4
    chunks = [drawn[:end]]
    for keyword, text in (("Title", picture.title), ("Description", picture.told)):
        body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8")
        chunks += [struct.pack(">I", len(body) - 4), body, struct.pack(">I", zlib.crc32(body))]
    return b"".join((*chunks, drawn[end:]))


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
        raise missing_extra("chart", "a picture of a chart") from None
    return vl_convert, ".".join(altair.SCHEMA_VERSION.lstrip("v").split(".")[:2])


# ---- the page --------------------------------------------------------------------------------


def page(picture: Picture) -> str:
    """The HTML page: the chart drawn by scripts inside it, its words, and tables of its numbers."""
    converter, version = _converter()
    bundle = converter.javascript_bundle(vl_version=version).replace("</script", "<\\/script")
    lang = picture.lang
    bare = {key: value for key, value in picture.spec.items() if key != "title"}
    looks = [chart_config(LIGHT), chart_config(DARK)]
    data = f"const spec = {_json(bare | {'background': None})};\nconst looks = {_json(looks)};"
    notes = "".join(f"<p>{escape(one)}</p>" for one in picture.notes)
    tables = "\n".join(picture.tables)
    return f"""<!doctype html>
<html lang="{"zh-Hans" if lang == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(picture.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{escape(picture.title)}</h1>
<p>{escape(picture.line)}</p>
<div id="chart" role="img" aria-label="{escape(picture.told)}"></div>
<noscript><p>{escape(word("no_script", lang))}</p></noscript>
<h2>{escape(word("data", lang))}</h2>
{notes}
{tables}
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


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Any]], texts: int) -> str:
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
