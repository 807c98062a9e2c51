"""Entry against operation in words: the caution, counts, classes, what a screen reader says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from openzone.decide.words.sentences import say, term
from openzone.watch.operate import Coverage, Operating
from openzone.watch.operate_reader import (
    BLOCKED,
    ENTER,
    NO,
    NOTHING,
    PERMIT,
    WORDS,
    Figure,
    Standing,
    Tally,
)
from openzone.watch.words import word

Cells = list[str]

ENTRY_HEAD = ("yes", "on_conditions", "on_approval", "ask", "look_up", "blocked")
REMAINS_HEAD = ("remains", "permit", "commitment", "filing", "unknown", "free", "nothing")
AT_LEAST, AT_MOST = (BLOCKED, PERMIT), (NOTHING,)


def caution(coverage: Coverage, lang: str) -> str:
    """That every figure is a lower bound, with how much is held."""
    if coverage.listed is None:
        return say("operate.caution_unlisted", lang, held=coverage.held)
    rest = coverage.listed - coverage.held
    return say("operate.caution", lang, held=coverage.held, listed=coverage.listed, rest=rest)


def law_line(measured: Operating, lang: str) -> str:
    """One line that says which law was asked."""
    line = word("known", lang, day=measured.known.isoformat())
    if measured.reforms:
        names = ", ".join(reform.id for reform in measured.reforms)
        line += word("comma", lang) + word("with", lang, names=names)
    return line


def list_lines(coverage: Coverage, lang: str) -> Iterator[str]:
    """How many items each list of modes has, with what that rests on."""
    for one in coverage.lists:
        note = one.note or term("evidence", one.evidence, lang)
        yield say("operate.list", lang, title=one.title, n=one.count, note=note)


def notes(coverage: Coverage, lang: str) -> tuple[str, ...]:
    """How the figures are to be read."""
    found = [say(key, lang) for key in ("operate.bounds", "operate.firm", "operate.weak")]
    if coverage.modes_from is not None:
        found.append(say("operate.record", lang, day=coverage.modes_from))
    return (*found, say("operate.trigger", lang))


# ---- counts ----------------------------------------------------------------------------------


def summed(figure: Figure, sections: Sequence[str]) -> Tally:
    """The counts of some sections together; of all without any."""
    if not sections:
        return figure.total
    found = [figure.sections[one] for one in sections if one in figure.sections]
    return Tally(
        {name: sum(one.enter[name] for one in found) for name in ENTER},
        {name: sum(one.words[name] for one in found) for name in WORDS},
        sum(one.classes for one in found),
    )


def entry_head(lang: str) -> Cells:
    """The columns of the counts on entry."""
    words = [term("operate.enter", one, lang) for one in ENTRY_HEAD[:-1]]
    return [word("on", lang), *words, term("operate.head", ENTRY_HEAD[-1], lang)]


def remains_head(lang: str) -> Cells:
    """The columns of the counts of what may remain."""
    return [word("on", lang), *(term("operate.head", one, lang) for one in REMAINS_HEAD)]


def entry_numbers(tally: Tally) -> list[int]:
    """The counts on entry, under `entry_head`."""
    return [tally.enter[NO if one == "blocked" else one] for one in ENTRY_HEAD]


def remains_numbers(tally: Tally) -> list[int]:
    """The counts of what may remain, under `remains_head`."""
    return [tally.remains, *(tally.words[one] for one in REMAINS_HEAD[1:])]


def coverage_rows(measured: Operating, lang: str) -> list[Cells]:
    """For each section: its classes, the items held that it triggers, the classes these hit."""
    codes = measured.book.classification
    counts = next((one.sections for one in measured.figures if one.sections), {})
    head = ["", word("section", lang)]
    head += [term("operate.head", one, lang) for one in ("classes", "items", "hit")]
    rows = [head]
    for letter, (held, hit) in measured.coverage.sections.items():
        size = counts[letter].classes if letter in counts else 0
        rows.append([letter, codes[letter].title.lang(lang), f"{size:,}", str(held), str(hit)])
    return rows


# ---- classes ---------------------------------------------------------------------------------


def listed(figure: Figure, sections: Sequence[str], codes: Mapping[str, str]) -> Iterator[str]:
    """The codes of some sections of which there is something to say. `codes`: their sections."""
    for code, one in figure.classes.items():
        if codes[code] in sections and (one.permits or one.enter != "yes"):
            yield code


def standing_cells(standing: Standing, lang: str) -> Cells:
    """A class in words: may it enter, what may remain, the items hit by mode."""
    colon = word("colon", lang)
    modes = dict.fromkeys(mode for _, mode in standing.permits)
    hit = [
        f"{term('operate.mode', mode, lang)}{colon}{', '.join(standing.of_mode(mode))}"
        for mode in modes
    ]
    return [
        term("operate.enter", standing.enter, lang),
        term("operate.word", standing.word, lang),
        "; ".join(hit),
    ]


def change_line(before: Standing, after: Standing, lang: str) -> str:
    """What a reform changes in a class: entry, the word, the items of which the mode changes."""
    parts = [
        _step(term("operate.enter", before.enter, lang), term("operate.enter", after.enter, lang)),
        _step(term("operate.word", before.word, lang), term("operate.word", after.word, lang)),
    ]
    was, now = dict(before.permits), dict(after.permits)
    for permit in dict.fromkeys((*was, *now)):
        if was.get(permit) != now.get(permit):
            modes = (
                term("operate.mode", one[permit], lang) if permit in one else "–"
                for one in (was, now)
            )
            parts.append(f"{permit} {_step(*modes)}")
    return word("comma", lang).join(parts)


def _step(was: str, now: str) -> str:
    return now if was == now else f"{was} → {now}"


# ---- for those who do not see the chart ------------------------------------------------------


def told(tally: Tally, lang: str) -> str:
    """The counts of what may remain in one line, each with its bound."""
    parts = [say("operate.told", lang, n=tally.remains, word=say("operate.any_item", lang))]
    for name in WORDS:
        words = {"n": tally.words[name], "word": term("operate.word", name, lang)}
        if name in AT_LEAST:
            parts.append(say("operate.told", lang, **words))
        elif name in AT_MOST:
            parts.append(say("operate.told_most", lang, **words))
        else:
            parts.append(say("operate.told_of", lang, **words))
    return word("comma", lang).join(parts)


def in_words(measured: Operating, lang: str) -> str:
    """What the chart shows: the caution, then each place on its first and last day."""
    colon, stop = word("colon", lang), word("stop", lang)
    lines = [say("operate.title", lang) + stop + caution(measured.coverage, lang)]
    for place in measured.places:
        shown = [one for one in measured.of_place(place.id) if one.classes]
        ends: dict[dt.date, Figure] = {one.on: one for one in (*shown[:1], *shown[-1:])}
        for figure in ends.values():
            start = f"{place.name.lang(lang)} {figure.on}{colon}"
            lines.append(start + told(figure.total, lang) + stop)
    return _joined(lines, lang)


def _joined(lines: Iterable[str], lang: str) -> str:
    return ("" if lang == "zh" else " ").join(line.strip() for line in lines)
