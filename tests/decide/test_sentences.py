"""Every sentence stands in both languages, with the same placeholders; every word has one."""

import ast
import string

import pytest

from openzone.decide.cited import STRUCTURE_TITLES
from openzone.decide.dmn.reading import declared
from openzone.decide.words.sentences import SENTENCES, joined, percent, say, term, word_of
from openzone.regimes.registry import REGIMES, TABLES, table_regime
from openzone.rulebook import model
from openzone.rulebook.law import Law
from tests.decide.book_cases import book
from tests.tidy import tree


def test_every_sentence_stands_in_both_languages_with_the_same_placeholders():
    faults = []
    for key, (zh, en) in SENTENCES.items():
        fields = [
            {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}
            for template in (zh, en)
        ]
        if not (zh.strip() and en.strip()) or fields[0] != fields[1]:
            faults.append(f"{key}: {zh!r} / {en!r}")
    assert not faults, "\n".join(faults)


def test_chinese_is_written_with_chinese_marks():
    faults = [f"{key}: {zh}" for key, (zh, _) in SENTENCES.items() if set(zh) & set(",;:?()")]
    assert not faults, "\n".join(faults)


def words():
    for name, regime in REGIMES.items():
        for outcome in (*book().tables[name].outcomes, regime.unknown, *regime.look_up):
            yield f"outcome.{name}.{outcome}"
    for row in book().rows:
        for figure, _ in row.params:
            if figure != "hints":
                yield f"figure.{figure}"
        for one in row.requires:
            yield f"requires.{one}"
    for tag in model.EVIDENCE_ORDER:
        yield f"evidence.{tag}"
    for document in book().documents.values():
        if document.record:
            yield f"record.{document.record.state}"
    for place in book().territories.values():
        yield f"place_kind.{place.kind}"
    for level in model.CONFIDENCE_ORDER:
        yield f"level.{level}"
    for verdict in ("yes", "on_conditions", "on_approval", "no", "ask", "look_up", "refused"):
        yield f"verdict.{verdict}"


def test_every_word_of_the_data_has_a_sentence():
    missing = sorted(set(words()) - SENTENCES.keys())
    assert not missing, f"add them to openzone/decide/words/sentences/terms.py: {missing}"


def test_an_unknown_word_stands_for_itself():
    assert term("outcome.elsewhere", "admitted", "zh") == "admitted"


def test_a_share_is_shown_exactly():
    assert percent("0.660001") == "66.0001%"
    assert percent(1.0) == "100%"
    assert percent(0) == "0%"


def test_names_with_commas_are_told_apart():
    assert joined(["Lingang, start area", "Pudong"], "en") == "Lingang, start area; Pudong"
    assert joined(["a", "b"], "en") == "a, b"
    assert joined(["甲", "乙"], "zh") == "甲、乙"


def test_a_sentence_is_filled_in_the_language_asked_for():
    title = model.Text("地点", "Place")
    assert say("case.fact", "zh", title=title, value=True) == "地点：是"
    assert say("case.fact", "en", title=title, value=True) == "Place: yes"


# Keys that are put together from a word of the data, and where they begin.
PUT_TOGETHER = (
    "verdict.", "outcome.", "figure.", "requires.", "status.", "evidence.", "level.", "record.",
    "value.", "mode.", "place_kind.", "status_word.", "change.", "reason.", "assurance.", "check.",
    "condition.", "bound.", "row.state.", "row.code_", "journey.regime.", "journey.short.",
    "journey.step.", "step.",
    "effect.", "fact.", "operate.word.", "operate.enter.", "operate.mode.",
    "operate.head.",
)  # fmt: skip
SAYING = {"say", "counted"}
FOLDER = "openzone/decide/words/sentences"
DATA = {path for path in tree.files() if path.startswith(FOLDER) and "__init__" not in path}


def literals():
    """Answer the texts in the code of the rooms that speak, and those given to `say` as a key."""
    texts, keys = set(), set()
    for path in tree.python_files("openzone"):
        if path in DATA or "openzone.decide" not in (tree.text(path) or ""):
            continue
        for node in ast.walk(tree.syntax(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                if name in SAYING and path.startswith("openzone/decide/"):
                    keys |= {first.value} if isinstance(first, ast.Constant) else set()
    return texts, keys


def test_every_key_that_the_code_names_has_a_sentence():
    _, keys = literals()
    assert len(keys) > 100
    assert not (missing := sorted(keys - SENTENCES.keys())), missing


def test_every_sentence_is_said_somewhere():
    texts, _ = literals()
    unused = [
        key
        for key in SENTENCES
        if key.removesuffix(".one") not in texts and not key.startswith(PUT_TOGETHER)
    ]
    assert not unused, f"no longer said: {unused}"


def test_words_of_one_regime_do_not_stand_in_another():
    assert word_of("licences", "filing", "en") == "filing"
    assert word_of("licences", "filing", "zh") == "审批改为备案"
    assert word_of("outbound", "filing", "zh") == "备案"
    assert term("value", "filing", "zh") == "filing"
    assert word_of("money", "true", "zh") == "是"


@pytest.mark.parametrize("name", TABLES)
def test_every_choice_and_every_derived_fact_of_a_regime_of_tables_has_words(name):
    law = Law(book(), book().info.as_of)
    regime = table_regime(name)
    facts = declared(law, regime.tables)
    words = {word for fact in facts.values() if fact.kind == "choice" for word in fact.values}
    named = {one.fact for row in law.rows if row.table in regime.tables for one in row.conditions}
    missing = [one for one in named - facts.keys() - STRUCTURE_TITLES.keys()
               if f"fact.{name}.{one}" not in SENTENCES]  # fmt: skip
    missing += [word for word in words if not word.isdigit()
                and not {f"value.{name}.{word}", f"value.{word}"} & SENTENCES.keys()]  # fmt: skip
    assert not missing, missing
