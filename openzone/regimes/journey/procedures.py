"""The steps that an answer asks for: what is filed or applied for, with whom, how long it takes.

Each regime has one reader of its answer's figures; the figures come from the rows it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from openzone.decide.dmn.desk import Decision
from openzone.decide.facts import as_day
from openzone.decide.words.sentences import say, term
from openzone.regimes.journey.asked_of import asked_of
from openzone.regimes.journey.steps import OPENING, REGISTRATION, WORKING, Step
from openzone.regimes.journey.walk import Asked
from openzone.regimes.licences import case as licences
from openzone.regimes.licences.items import by_effect
from openzone.regimes.licences.timeline import REGISTER
from openzone.rulebook.authority import issuer_of
from openzone.rulebook.model import Text

HOLDING = ("enter", "gate")
OPEN = ("ask", "look_up")
Reader = Callable[[Asked], Iterator[Step]]


def procedures(asked: Asked) -> tuple[Step, ...]:
    """The steps that an answer asks for; what is not settled and holds the opening up is one."""
    reader = READERS.get(asked.part.regime)
    steps = () if reader is None else tuple(reader(asked))
    holds = asked.part.role in HOLDING or asked.part.regime == "licences"
    if holds and (asked.verdict in OPEN or any(True for _ in asked_of(asked))):
        what = _said("open", asked.part.title or _regime(asked))
        held = (OPENING,) if asked.part.regime == "licences" else (REGISTRATION,)
        steps = (*steps, _step(asked, "open", what, days=None, holds_up=held))
    return steps


def _regime(asked: Asked) -> Text:
    """The regime of a part in words."""
    key = f"journey.regime.{asked.part.regime}"
    return Text(say(key, "zh"), say(key, "en"))


def _step(asked: Asked, name: str, what: Text, **more: Any) -> Step:
    """A step of a part; its rows are those that the answer rests on."""
    more.setdefault("rows", tuple(row.id for row in asked.rows))
    part = asked.part
    return Step(f"{part.id}/{name}", part.regime, what, part=part.id, **more)


def _issuer(asked: Asked) -> Text | None:
    """Who decides single cases: the approver of a reform, else who issued the document."""
    book = asked.desk.law.book
    for row in asked.rows:
        reform = book.reforms.get(row.document)
        if reform is not None and reform.approver is not None:
            return reform.approver
        document = book.documents.get(row.document)
        if document is not None and (issuer := issuer_of(document)) is not None:
            return issuer
    return None


def _entry(asked: Asked) -> Iterator[Step]:
    """An entry that needs approval: no clock of it is on record."""
    if asked.verdict == "on_approval":
        what = Text("投资准入批准", "approval of the investment")
        yield _step(asked, "approval", what, by=_issuer(asked), days=None,
                    holds_up=(REGISTRATION,))  # fmt: skip


def _review(asked: Asked) -> Iterator[Step]:
    """The security review: the clocks of its stages, one after the other."""
    if asked.outcome in ("declare", "consult"):
        what = Text("外商投资安全审查", "security review of the investment")
        if asked.outcome == "consult":
            what = Text(
                "外商投资安全审查（先向工作机制办公室咨询）",
                "security review of the investment (ask the office first)",
            )
        days = asked.effects.get("longest_days")
        yield _step(asked, "review", what, by=_issuer(asked), days=days, unit=WORKING,
                    holds_up=(REGISTRATION,))  # fmt: skip


def _licences(asked: Asked) -> Iterator[Step]:
    """Registration, then each permit by its mode: before it, before the opening, or after it."""
    book = asked.desk.law.book
    yield _registration(asked)
    for id, told in asked.effects.get("permits", {}).items():
        outcome = told.get("outcome")
        if outcome in (None, "free_to_operate", "ask"):
            continue
        titles = [row.title for row in book.versions(id)] or [Text(id, id)]
        first = bool(told.get("before_registration"))
        held = (REGISTRATION,) if first else (OPENING,)
        waits = () if first else (REGISTRATION,)
        more: dict[str, Any] = {
            "by": _words(told.get("authority")), "rows": (id,), "after": waits,
            "fixed": as_day(told.get("operate_from") or told.get("may_apply_from")),
        }  # fmt: skip
        what = _said(f"licences.{outcome}", titles[-1])
        if outcome == "file_after_opening":
            clock = _clock(told)
            yield _step(asked, id, what, **more | {"after": ()}, **clock, due_from=OPENING)
        elif outcome in ("permit_before_operating", "look_up"):
            yield _step(asked, id, what, **more, **_clock(told), holds_up=held)
        else:  # a filing or a commitment is decided on the spot
            yield _step(asked, id, what, **more, holds_up=held)


def _registration(asked: Asked) -> Step:
    """The registration of the company: the clocks of its steps on record, one after the other."""
    ground = cast(Decision, asked.decided).ground
    steps = by_effect(ground, licences.REGISTRATION).get("step", ())
    rows = [row for row in steps if row.param("stage") == REGISTER]
    clocks = [row.param("due_days") for row in rows]
    days = [days for days in clocks if isinstance(days, int)]
    what = Text("公司设立登记", "registration of the company")
    return Step(REGISTRATION, asked.part.regime, what, days=sum(days) if days else None,
                rows=tuple(row.id for row in rows))  # fmt: skip


def _clock(told: Mapping[str, Any]) -> dict[str, Any]:
    """Length and unit of a clock; None where it is not on record."""
    clock = told.get("clock")
    if not isinstance(clock, Mapping) or not isinstance(clock.get("value"), int):
        return {"days": None}
    return {"days": clock["value"], "unit": str(clock.get("unit") or WORKING)}


def _data(asked: Asked) -> Iterator[Step]:
    """The route that a transfer takes: an assessment before it, a filing of the contract after."""
    routes = asked.effects.get("routes", {})
    assessment = routes.get("security_assessment")
    if assessment is not None:
        stages = ("completeness", "acceptance", "review")
        days = [assessment.get(f"{stage}_working_days") for stage in stages]
        total = None if None in days else sum(days)
        what = _said("data.assessment", asked.part.title)
        yield _step(asked, "assessment", what, days=total, by=_words(assessment.get("authority")),
                    after=(REGISTRATION,))  # fmt: skip
    contract = routes.get("standard_contract")
    if contract is not None:
        sign = _said("data.contract", asked.part.title)
        yield _step(asked, "contract", sign, after=(REGISTRATION,))
        what = _said("data.filing", asked.part.title)
        yield _step(
            asked, "filing", what, days=contract.get("filing_working_days"),
            by=_words(contract.get("authority")), due_from=f"{asked.part.id}/contract",
        )  # fmt: skip


def _people(asked: Asked) -> Iterator[Step]:
    """A permit or a visa: who decides and how long it takes are not on record."""
    if asked.verdict == "on_approval":
        what = _said("people.permit", asked.part.title)
        yield _step(asked, "permit", what, days=None, after=(REGISTRATION,))


def _outbound(asked: Asked) -> Iterator[Step]:
    """One desk after the other, as the answer orders them."""
    clocks, before = asked.effects.get("clocks", {}), (REGISTRATION,)
    for desk in asked.effects.get("steps", ()):
        told = asked.effects.get(desk)
        if not isinstance(told, Mapping) or told.get("do") in (None, "none"):
            continue
        days = clocks.get(desk, {}).get("working_days")
        word = str(told.get("by"))
        by = Text(term("value", word, "zh"), term("value", word, "en"))
        side = Text(term("effect", desk, "zh"), term("effect", desk, "en"))
        what = _said(f"outbound.{told['do']}", asked.part.title)
        what = Text(f"{what.zh}（{side.zh}）", f"{what.en} ({side.en})")
        yield _step(asked, desk, what, days=days, by=by, after=before)
        before = (f"{asked.part.id}/{desk}",)


def _said(key: str, of: Text | None) -> Text:
    """A step in words, with what it is about."""
    about = of or Text("", "")
    told = (say(f"step.{key}", lang, of=about.lang(lang)).rstrip("：: ") for lang in ("zh", "en"))
    return Text(*told)


def _words(value: Any) -> Text | None:
    """Words in both languages; a plain word stands for both."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Mapping) and {"zh", "en"} <= value.keys():
        return Text(str(value["zh"]), str(value["en"]))
    return Text(value, value) if isinstance(value, str) and value else None


READERS: Mapping[str, Reader] = {
    "capital": _entry,
    "services": _entry,
    "security_review": _review,
    "licences": _licences,
    "data": _data,
    "people": _people,
    "outbound": _outbound,
}
