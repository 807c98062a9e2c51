"""What a hash covers, and what it does not: of a book, of a row, of the body of a reform."""

import dataclasses
import datetime as dt
import json
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.errors import BookError
from openzone.rulebook import building, files
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import body_hash, digest, row_hash
from openzone.rulebook.reading import read_yaml, yaml_reading
from openzone.rulebook.shaping import shaped
from tests.rulebook.bench import CN, TINY, Bench

seeds = st.integers(min_value=0, max_value=2**32)


@pytest.fixture
def tiny(tmp_path):
    return Bench.of(TINY, tmp_path)


def written(value, dice, depth=0):
    """A value as YAML in one of the many ways to write it."""
    if isinstance(value, dict):
        items = list(value.items())
        dice.shuffle(items)
        parts = [f"{json.dumps(key)}: {written(item, dice, depth + 1)}" for key, item in items]
        space = dice.choice(["", " ", f"\n{' ' * (depth + 1)}", " # why\n" + " " * (depth + 1)])
        return "{" + f",{space or ' '}".join(parts) + space + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(written(item, dice, depth + 1) for item in value) + "]"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value) + "0" * dice.randrange(3)
    if value is None:
        return dice.choice(["null", "~", "Null"])
    if isinstance(value, str) and "'" not in value and dice.random() < 0.3:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=dice.random() < 0.5)


# ---- the content of a book -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_formatting_and_the_order_of_keys_are_not_content(tiny, seed):
    before, dice = tiny.book(), random.Random(seed)
    for path in tiny.root.glob("*.yaml"):
        tiny.write(path.name, "# said anew\n" + written(read_yaml(path).value, dice) + "\n")
    after = tiny.book()
    assert after.hash == before.hash
    assert [row_hash(row) for row in after.rows] == [row_hash(row) for row in before.rows]
    assert [r.body_hash for r in after.reforms.values()] == [
        r.body_hash for r in before.reforms.values()
    ]


@pytest.mark.parametrize("seed", range(8))
def test_names_and_places_of_files_are_not_content(tiny, seed):
    before, dice = tiny.book(), random.Random(seed)
    tiny.write("more.yaml", "schema: openzone/sources/1\nsources: {S0: more}\n")
    more = tiny.book()
    assert more.hash != before.hash
    paths = sorted(tiny.root.glob("*.yaml"))
    names = [f"{number:02}" for number in range(len(paths))]
    dice.shuffle(names)
    for path, name in zip(paths, names, strict=True):
        folder = tiny.root / dice.choice(["", "a", "b/c"])
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(folder / f"{name}.yaml")
        if path.stem == "codes":
            (tiny.root / "codes.csv").rename(folder / "table.csv")
            text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
            (folder / f"{name}.yaml").write_text(text.replace("codes.csv", "table.csv"), "utf-8")
    after = tiny.book()
    assert after.hash == more.hash
    assert [row.key for row in after.rows] == [row.key for row in more.rows]
    assert list(after.sources) == list(more.sources)


def test_a_default_that_is_written_out_is_not_content(tiny):
    before = tiny.book().hash
    tiny.change("rows.yaml", "        seen_in: [S1]\n", "        seen_in: [S1]\n"
                "        carried_back: false\n        evidence: null\n")  # fmt: skip
    tiny.change("book.yaml", "licence: CC0-1.0\n", "licence: CC0-1.0\nnotes: []\n")
    assert tiny.book().hash == before


def test_worked_cases_are_not_content(tiny):
    before = tiny.book().hash
    tiny.change("cases.yaml", "fishing outside", "angling outside")
    assert tiny.book().hash == before


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def changed(value, path, new):
    if not path:
        return new
    if isinstance(value, dict):
        return {**value, path[0]: changed(value[path[0]], path[1:], new)}
    at = path[0]
    return (*value[:at], changed(value[at], path[1:], new), *value[at + 1 :])


def another(value):
    """Other values of the same kind."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, Decimal)):
        return [value + 1, value - 1]
    if isinstance(value, dt.date):
        return [value + dt.timedelta(days=1), value - dt.timedelta(days=1)]
    words = {"verified": "verified_in_part", "memory": "none", "low": "medium", "high": "low"}
    return [words[value]] if value in words else [f"{value} too", f"{value}2"]


def test_every_figure_and_every_word_is_content(tiny):
    """Change each leaf of each file: the book is refused, or has another hash."""
    before, told = tiny.book().hash, 0
    for path in sorted(tiny.root.glob("*.yaml")):
        if path.name == "cases.yaml":
            continue
        text, value = path.read_text(encoding="utf-8"), read_yaml(path).value
        for place, leaf in leaves(value):
            for new in another(leaf) if leaf is not None else ():
                path.write_text(written(changed(value, place, new), random.Random(0)), "utf-8")
                try:
                    assert tiny.book().hash != before, (path.name, place, new)
                except BookError:
                    continue
                told += 1
        path.write_text(text, encoding="utf-8")
    assert tiny.book().hash == before
    assert told > 90


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A02,class,A,养,Rearing,", "A02,class,B,养,Rearing,"),
        ("A02,class,A,养,Rearing,", "A02,order,A,养,Rearing,"),
        ("A02,class,A,养,Rearing,", "A02,class,A,牧,Rearing,"),
        ("A02,class,A,养,Rearing,", "A02,class,A,养,Raising,"),
        ("A02,class,A,养,Rearing,", "A02,class,A,养,Rearing,2011 edition: A03"),
        ("A02,class,A,养,Rearing,\n", ""),
    ],
)
def test_every_column_of_the_table_of_codes_is_content(tiny, old, new):
    before = tiny.book().hash
    tiny.change("codes.csv", old, new)
    assert tiny.book().hash != before


def test_quotes_in_the_table_of_codes_are_not_content(tiny):
    before = tiny.book().hash
    tiny.change("codes.csv", "A02,class,A,养,Rearing,", '"A02",class,A,"养",Rearing,""')
    assert tiny.book().hash == before


# ---- the legal content of a row ------------------------------------------------------------------

# What a row does to a case; everything else is words, evidence and places in files.
LAW = {
    "table", "list", "measure", "activity", "not_activity", "industry", "hs", "not_hs",
    "conditions", "effect", "params", "outcome", "requires", "instead_of",
}  # fmt: skip
WORDS = st.text(max_size=8)
ROWS = st.sampled_from([*load_book("cn").rows, *load_book(TINY).rows])


def other_words(row, dice):
    """The row with other words, evidence, days and places in files; the same law."""
    return dataclasses.replace(
        row,
        key="another",
        id="another",
        title=m.Text(str(dice.random()), "x"),
        document="D",
        in_force=m.Interval(dt.date(1999, 1, 1), None),
        evidence=m.Evidence("memory", "low", (str(dice.random()),), "y"),
        part="p",
        section="Z",
        code_confidence="low",
        instead_of_reason="because",
        carve_outs=("but",),
        notes=(str(dice.random()),),
        on_approval=(m.Text("a", "b"),),
        legal_basis="article 1",
        doubt="perhaps",
        item=dice.randrange(99),
        ended_by="E",
        carried_back=not row.carried_back,
        seen_in=("S",),
        confidence="low",
        measures=("other",),
        origin="before",
        file="elsewhere.yaml",
        line=1,
    )


def test_every_field_of_a_row_is_law_or_words():
    row = load_book(TINY).rows[0]
    told = other_words(row, random.Random(0))
    same = {
        f.name for f in dataclasses.fields(m.Row) if getattr(row, f.name) == getattr(told, f.name)
    }
    assert same == LAW


@given(ROWS, seeds)
def test_words_and_evidence_are_not_law(row, seed):
    assert row_hash(other_words(row, random.Random(seed))) == row_hash(row)


@given(ROWS, seeds)
def test_the_order_in_which_law_is_written_is_not_law(row, seed):
    dice = random.Random(seed)

    def mixed(values):
        return tuple(dice.sample(values, len(values)))

    conditions = [
        dataclasses.replace(one, values=mixed(one.values)) if one.kind in ("in", "under") else one
        for one in row.conditions
    ]
    again = dataclasses.replace(
        row,
        activity=mixed(row.activity),
        not_activity=mixed(row.not_activity),
        industry=mixed(row.industry),
        conditions=mixed(conditions),
        params=mixed(row.params),
        requires=mixed(row.requires),
        instead_of=mixed(row.instead_of),
    )
    assert row_hash(again) == row_hash(row)


@given(ROWS, st.sampled_from(sorted(LAW)))
def test_every_field_of_the_law_counts(row, name):
    other = {
        "params": (*row.params, ("more_percent", 1)),
        "industry": (*row.industry, ("9999", "part")),
        "conditions": (*row.conditions, m.Condition("mode", "in", (1,))),
    }.get(name, (*row.requires, "more") if isinstance(getattr(row, name), tuple) else "other")
    if name in ("activity", "not_activity", "instead_of"):
        other = (*getattr(row, name), "more")
    assert row_hash(dataclasses.replace(row, **{name: other})) != row_hash(row)


@given(ROWS)
def test_a_figure_counts_to_the_last_digit_and_not_beyond(row):
    def figured(value):
        return row_hash(dataclasses.replace(row, params=(("cap_percent", value),)))

    assert figured(Decimal("49.5")) == figured(Decimal("49.50"))
    assert figured(49) == figured(Decimal("49.0"))
    assert len({figured(value) for value in (49, 50, Decimal("49.5"), Decimal("49.51"), None)}) == 5


def test_the_kind_of_a_condition_counts():
    row = load_book(TINY).rows[0]
    kinds = [
        m.Condition("mode", "in", (1,)),
        m.Condition("mode", "in", (1,), negated=True),
        m.Condition("mode", "in", (1, 2)),
        m.Condition("mode", "under", ("1",)),
        m.Condition("mode", "is", (True,)),
        m.Condition("mode", "between", min=1),
        m.Condition("mode", "between", above=1),
        m.Condition("mode", "between", max=1),
        m.Condition("mode", "between", below=1),
        m.Condition("other", "in", (1,)),
    ]
    hashes = {row_hash(dataclasses.replace(row, conditions=(kind,))) for kind in kinds}
    assert len(hashes) == len(kinds)


# ---- the body of a reform ------------------------------------------------------------------------

REFORMS = sorted((CN / "reforms").glob("*.yaml"))


def reform_of(value, dice):
    reading = yaml_reading(written(value, dice), "reform.yaml")
    entry, _ = shaped(reading)
    assert isinstance(entry, files.ReformFile)
    return building.reform(entry, reading)


@given(st.sampled_from(REFORMS), seeds)
def test_scope_evidence_words_formatting_and_order_are_not_the_body(path, seed):
    dice = random.Random(seed)
    value = read_yaml(path).value
    before = reform_of(value, dice)
    changes = [
        {**change, "reason": f"because {dice.random()}", "title": {"zh": "另", "en": "another"}}
        for change in value["body"]["changes"]
    ]
    dice.shuffle(changes)
    told = {
        **value,
        "title": {"zh": "另一", "en": "Another title"},
        "purpose": {"zh": "为何", "en": "What for"},
        "status": "ended",
        "number": "another",
        "evidence": {"status": "memory"},
        "body": {"changes": tuple(changes)},
        "scope": {"territory": ("cn",), "in_force": {"from": dt.date(2030, 1, 1), "to": None}},
        "authorisation": {"on_record": False},
    }
    after = reform_of(told, dice)
    assert after.body_hash == before.body_hash
    assert after.in_force != before.in_force


@given(st.sampled_from(REFORMS), seeds)
def test_every_change_of_the_body_counts(path, seed):
    dice = random.Random(seed)
    value = read_yaml(path).value
    changes = list(value["body"]["changes"])
    at = dice.randrange(len(changes))
    harm = dice.choice(["lose", "id", "effect", "binds", "instead_of", "params", "double"])
    if harm == "lose" and len(changes) > 1:
        del changes[at]
    elif harm == "double":
        changes.append({**changes[at], "id": "again"})
    elif harm == "binds":
        changes[at] = {**changes[at], "binds": {"activity": ("another",)}}
    elif harm == "instead_of":
        changes[at] = {**changes[at], "instead_of": ("ANOTHER",)}
    elif harm == "params":
        changes[at] = {**changes[at], "params": {"another_percent": dice.randrange(100)}}
    else:
        name = "effect" if harm == "effect" else "id"
        changes[at] = {**changes[at], name: "another"}
    other = {**value, "body": {"changes": tuple(changes)}}
    assert reform_of(other, dice).body_hash != reform_of(value, dice).body_hash


def test_the_hash_of_a_body_is_the_hash_of_its_changes():
    for reform in load_book("cn").reforms.values():
        assert reform.body_hash == body_hash(reform.changes) == body_hash(reversed(reform.changes))
        assert len(reform.body_hash) == len(digest("")) == 64
