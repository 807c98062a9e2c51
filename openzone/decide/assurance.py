"""How sure an answer is, what makes it so, and what to read next."""

from __future__ import annotations

from collections.abc import Iterator

from openzone.decide import cited
from openzone.decide.axes import hinted_facts
from openzone.decide.bundle import Alternative
from openzone.decide.entries import parameters_of
from openzone.decide.explain.trace import Assurance, Check
from openzone.decide.single import Decision
from openzone.rulebook.model import Evidence, ParameterValue, Row

ALLOWING = frozenset(("yes", "on_conditions", "on_approval"))
WEAK = ("memory", "none", "verified_title")


def assurances(decision: Decision) -> tuple[Assurance, ...]:
    """Everything that the confidence is the lowest of: rows, figures, code mapping, lists."""
    return tuple(dict.fromkeys(all_assurances(decision)))


def all_assurances(decision: Decision) -> list[Assurance]:
    """The same; what rests on one thing twice stands twice."""
    found: list[Assurance] = []
    if decision.case.activity is not None and _guessed_tag(decision):
        found.append(Assurance("guessed_tag", "low", decision.case.activity))
    for fact in hinted_facts(decision.frame):
        if fact.name not in decision.case.facts:
            found.append(Assurance("hint", "low", fact.name, fact.title))
    for row in decision.found.rows:
        found += _of_row(decision, row)
    for alternative in decision.bundle.alternatives:
        found += _of_list(decision, alternative)
    return found


def _guessed_tag(decision: Decision) -> bool:
    """Say whether silence allows an activity whose tag the vocabulary does not hold."""
    return (
        decision.case.activity not in decision.frame.law.book.vocabulary
        and not decision.found.rows
        and decision.verdict in ALLOWING
    )


def _of_row(decision: Decision, row: Row) -> Iterator[Assurance]:
    kind = "row_version" if row.confidence else "row_evidence"
    yield Assurance(kind, row.level(), _name(row), row.title, row.evidence.tag())
    if row.doubt:
        yield Assurance("row_doubt", "low", _name(row), row.title, row.doubt)
    if decision.bundle.alternatives[0].by_code and row.code_confidence:
        yield Assurance("code_mapping", row.code_confidence, _name(row), row.title)
    for name, value in _parameters(decision, row):
        parameter = decision.frame.law.book.parameters[name]
        yield Assurance(
            "parameter", value.evidence.level(), name, parameter.title, value.evidence.tag()
        )


def _of_list(decision: Decision, alternative: Alternative) -> Iterator[Assurance]:
    setting = alternative.setting
    document = setting.document
    if document is None:
        yield Assurance("no_list", "low", setting.table.id, setting.table.title)
        return
    state = setting.record_state()
    by_section = document.record is not None and document.record.state == "by_section"
    about, title = document.id, document.title
    if state == "none" or (state == "partial" and decision.verdict in ALLOWING and not by_section):
        yield Assurance("list_partial", "low", about, title)
    elif not by_section or not decision.found.rows:
        if state == "partial":
            yield Assurance("list_partial", "low", about, title)
        else:
            note = document.record.note if document.record else None
            yield Assurance("list_complete", setting.record_confidence(), about, title, note)


def _parameters(decision: Decision, row: Row) -> Iterator[tuple[str, ParameterValue]]:
    law, case = decision.frame.law, decision.case
    for name in parameters_of((row,)):
        inside = law.territories.around(case.places, case.on, law.known)
        held = law.parameter_held(name, case.on, inside)
        if held is not None:
            yield name, held


def _name(row: Row) -> str:
    return f"{row.id}#{row.part}" if row.part else row.id


# ---- what to read next ---------------------------------------------------------------------------


def checks(decision: Decision) -> tuple[Check, ...]:
    """What to read before relying on the answer, the deciding rows first."""
    found: list[Check] = []
    for row in decision.found.rows:
        found += _row_checks(decision, row)
    for row in decision.found.rows:
        found += _parameter_checks(decision, row)
    for alternative in decision.bundle.alternatives:
        found += _list_checks(decision, alternative)
    return tuple(dict.fromkeys(found))


def _row_checks(decision: Decision, row: Row) -> Iterator[Check]:
    law = decision.frame.law
    source = cited.source_of(law, row)
    name = _name(row)
    if row.carried_back:
        yield Check("carried_back", name, source, row.item, _note(row.evidence))
    elif row.evidence.status in WEAK:
        yield Check("memory", name, source, row.item, _note(row.evidence))
    elif row.evidence.status != "verified":
        yield Check("in_part", name, source, row.item, _note(row.evidence))
    if row.doubt:
        yield Check("doubt", name, source, row.item, row.doubt)
    if source.published is None and row.document in law.book.documents:
        yield Check("publication", name, source, None, source.published_note)
    reform = cited.reform_named(law, row.document)
    if reform is not None:
        evidence = reform.authorisation.evidence
        if not reform.authorisation.on_record or evidence is None or evidence.status in WEAK:
            yield Check("authorisation", reform.id, source, None, reform.authorisation.basis)


def _parameter_checks(decision: Decision, row: Row) -> Iterator[Check]:
    documents = decision.frame.law.book.documents
    for name, value in _parameters(decision, row):
        if value.evidence.status in WEAK:
            document = documents.get(value.document) if value.document else None
            basis = decision.frame.law.book.parameters[name].basis
            yield Check(
                "parameter",
                name,
                cited.document_source(document) if document else None,
                None,
                basis,
            )


def _list_checks(decision: Decision, alternative: Alternative) -> Iterator[Check]:
    setting = alternative.setting
    if setting.document is None:
        yield Check("no_list", setting.table.id)
        return
    state = setting.record_state()
    source = cited.document_source(setting.document)
    note = setting.document.record.note if setting.document.record else None
    if not decision.found.rows and state != "complete":
        yield Check("silence", setting.document.id, source, None, note)
    elif state == "partial" and decision.verdict in ALLOWING:
        yield Check("partial_list", setting.document.id, source, None, note)


def _note(evidence: Evidence) -> str | None:
    return evidence.note
