"""Who may change a rule in a place, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openzone.decide.explain.trace import ReformPower
from openzone.decide.words.lines import Line
from openzone.decide.words.sentences import say, term
from openzone.rulebook.changers import Changers
from openzone.rulebook.model import ZoneChange


def changer_lines(one: Changers, lang: str, titles: Mapping[str, str]) -> Iterator[Line]:
    """Who may change the norms of a document in a place; `titles` cites documents by id."""
    yield Line(
        1,
        say(
            "changers.norm",
            lang,
            document=titles.get(one.document, one.document),
            level=one.level_name,
            issuer=one.issuer,
            changed_by=one.changed_by,
        ),
        "-",
    )
    if one.power is not None:
        text = say(
            "changers.power",
            lang,
            matter=one.power.matter,
            holder=one.power.holder,
            article=one.power.article or say("changers.no_article", lang),
            evidence=term("evidence", one.power.evidence.tag(), lang),
        )
        yield Line(2, text)
    for body in one.bodies:
        yield Line(2, body_text(body, lang))
    if not one.bodies:
        yield Line(2, say("changers.nobody", lang))


def body_text(body: ZoneChange, lang: str) -> str:
    """A body that may act in the place, by which instrument, on which article."""
    return say(
        "changers.body",
        lang,
        body=body.body,
        instrument=body.instrument,
        article=body.article or say("changers.no_article", lang),
        evidence=term("evidence", body.evidence.tag(), lang),
    )


def reform_power_lines(power: ReformPower, lang: str) -> Iterator[Line]:
    """On what a reform rests, whether that is enough, and who decides single cases."""
    rests_on, unknown = power.authorisation, say("unknown", lang)
    text = say(
        "changers.reform",
        lang,
        row=power.reform.id,
        instrument=rests_on.instrument or unknown,
        issuer=rests_on.issuer or unknown,
        level=power.level_name or unknown,
    )
    yield Line(1, text, "-")
    tag = rests_on.evidence.tag() if rests_on.evidence else "none"
    evidence = term("evidence", tag, lang)
    basis = rests_on.basis or unknown
    yield Line(2, say("changers.reform_basis", lang, basis=basis, evidence=evidence))
    if power.above:
        yield Line(2, say("changers.reform_above", lang, above=power.above))
    if rests_on.expiry:
        yield Line(2, say("changers.reform_until", lang, expiry=rests_on.expiry))
    if power.approver:
        yield Line(2, say("changers.approver", lang, approver=power.approver))
