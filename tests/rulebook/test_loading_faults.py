"""Each fault of a book names its code, file, line and field, what was seen, and what to do next."""

import random

import pytest

from openzone.errors import CODES
from tests.rulebook.bench import CN, TINY, Bench, mistakes

MISTAKES = [*mistakes("reading"), *mistakes("shape"), *mistakes("links")]


@pytest.fixture
def tiny(tmp_path):
    return Bench.of(TINY, tmp_path)


def check(fault, code, file, line, field, *words):
    assert code in CODES
    assert (fault.code, fault.file, fault.line, fault.field) == (code, file, line, field)
    assert fault.next, "the fault says no next step"
    for word in words:
        assert word in str(fault), f"{word!r} is not said in: {fault}"


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_one_mistake_is_one_fault(tiny, mistake):
    file, new = mistake["file"], mistake["instead"]
    tiny.change(file, mistake["stands"], new)
    line = tiny.line(file, mistake.get("at", new)) + mistake.get("lines_below", 0)
    check(tiny.fault(), mistake["code"], file, line, mistake.get("field", ""), *mistake["says"])


def test_no_two_mistakes_have_one_name():
    assert len({mistake["name"] for mistake in MISTAKES}) == len(MISTAKES)


def test_the_tiny_book_loads(tiny):
    assert len(tiny.book().rows) == 4


def test_text_that_is_not_utf8(tiny):
    tiny.write(
        "sources.yaml", tiny.text("sources.yaml").encode().replace(b"other", "它".encode("gbk"))
    )
    check(tiny.fault(), "unreadable", "sources.yaml", 4, "", "not UTF-8", "save the file as UTF-8")


def test_a_table_of_codes_that_is_not_utf8(tiny):
    tiny.write("codes.csv", tiny.text("codes.csv").encode("gbk"))
    check(tiny.fault(), "unreadable", "codes.csv", 2, "", "not UTF-8", "CSV UTF-8")


def test_a_byte_order_mark_and_other_ends_of_lines_are_no_fault(tiny):
    before = tiny.book().hash
    for file in ("rows.yaml", "codes.csv"):
        tiny.write(file, b"\xef\xbb\xbf" + tiny.text(file).replace("\n", "\r\n").encode())
    assert tiny.book().hash == before


def test_an_alias_bomb_costs_nothing(tiny):
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n" for i in range(1, 90)
    )
    tiny.write("bomb.yaml", bomb)
    first, second = tiny.faults()
    check(first, "alias", "bomb.yaml", 1, "", "and 84 more", "write the value out")
    assert (second.code, second.file, second.field) == ("missing_field", "bomb.yaml", "schema")


def test_a_bomb_inside_a_file_of_rows_hides_nothing_else(tiny):
    tiny.change("rows.yaml", "params: {foreign_total_max_percent: 49}", "params: &p {x: *p}")
    tiny.change("rows.yaml", "document: DOC-Z", "document: DOC-Y")
    assert {(f.code, f.line) for f in tiny.faults()} == {
        ("alias", tiny.line("rows.yaml", "&p")),
        ("unknown_reference", tiny.line("rows.yaml", "DOC-Y")),
    }


@pytest.mark.parametrize("file", ["book.yaml", "codes.yaml"])
def test_a_book_needs_what_it_has_once(tiny, file):
    (tiny.root / file).unlink()
    named = next(f for f in tiny.faults() if f.file == ".")
    check(named, "missing_field", ".", None, "", "schema: openzone/", "openzone book new")


def test_two_files_of_which_a_book_has_one(tiny):
    tiny.write("also.yaml", tiny.text("book.yaml"))
    check(tiny.fault(), "duplicate", "book.yaml", 2, "schema", "the first is also.yaml", "keep one")


def test_an_id_that_stands_in_two_files(tiny):
    tiny.write("more.yaml", "schema: openzone/sources/1\nsources: {S0: a, S2: again}\n")
    check(tiny.fault(), "duplicate", "sources.yaml", 4, "sources.S2", "first at more.yaml:2")


def test_an_empty_file(tiny):
    tiny.write("empty.yaml", "# nothing\n")
    check(tiny.fault(), "missing_field", "empty.yaml", 1, "schema", "the file is empty")


def test_a_csv_that_no_file_names(tiny):
    tiny.write("old.csv", "a,b\n")
    check(tiny.fault(), "unknown_reference", "old.csv", None, "", "no file of the book names")


def test_hidden_files_are_no_part_of_a_book(tiny):
    tiny.write(".github/workflows/run.yaml", "not: [a book\n")
    tiny.write(".rows.yaml.swp.yaml", "\x00")
    tiny.book()


def test_a_file_that_cannot_be_read(tiny):
    (tiny.root / "gone.yaml").symlink_to("nowhere.yaml")
    check(tiny.fault(), "unreadable", "gone.yaml", None, "", "cannot be read", "check the path")


def test_a_book_without_any_document_says_so_once(tiny):
    (tiny.root / "documents.yaml").unlink()
    found = [f for f in tiny.faults() if "the book holds no document" in f.message]
    assert len(found) == 1
    assert "names refer to one" in found[0].message


TEN = [
    ("book.yaml", "as_of: 2026-01-01", "as_of: soon"),
    ("sources.yaml", "S1: the gazette", "S1: 5"),
    ("documents.yaml", "power: SP-1", "power: SP-9"),
    ("measures.yaml", "id: ferries, table: entry", "id: ferries, table: exit"),
    ("territories.yaml", "- {id: zone, in_force", "- {id: zoned, in_force"),
    ("activities.yaml", "{code: A01, match: exact}", "{code: A77, match: exact}"),
    ("table.yaml", "kind: choice", "kind: choise"),
    ("rows.yaml", "    effect: share_cap", "    effct: share_cap"),
    ("rows.yaml", "document: DOC-Z", "document: DOC-Y"),
    ("reform.yaml", "territory: [zone]", "territory: [nowhere]"),
    ("cases.yaml", "story: fishing outside the zone", "storey: fishing"),
    ("codes.csv", "B01,class,B,渡", "B01,class,B9,渡"),
]


@pytest.mark.parametrize("count", [2, 5, len(TEN)])
def test_many_mistakes_are_told_at_once(tiny, count):
    for file, old, new in TEN[-count:]:
        tiny.change(file, old, new)
    wanted = {(file, tiny.line(file, new.strip())) for file, _, new in TEN[-count:]}
    if count == len(TEN):  # codes are not judged by a table of codes that has faults of its own
        wanted.discard(("activities.yaml", tiny.line("activities.yaml", "A77")))
    assert {(fault.file, fault.line) for fault in tiny.faults()} == wanted


def test_ten_mistakes_in_the_bundled_book_are_told_at_once(tmp_path):
    cn = Bench.of(CN, tmp_path)
    places = [
        ("book.yaml", "host: CN", "host: China"),
        ("documents.yaml", "- id: DOC-FI-NAT-2015\n", "- id: DOC-FI-NAT-2015\n    colour: red\n"),
        ("measures.yaml", "- id: air.public.control\n    table: capital",
         "- id: air.public.control\n    table: capitel"),
        ("capital/table.yaml", "under: [hainan]", "under: [hainann]"),
        ("capital/national-2024.yaml", "- id: FI-NAT-2024-01b\n    measure: seed.corn.share",
         "- id: FI-NAT-2024-01b\n    measure: seed.maize.share"),
        ("capital/retired.yaml", "- id: RT-AUTO-NEV\n", "- id: RT-AUTO-NEV\n    extra: 1\n"),
        ("reforms/PO-2024-HOSP.yaml", "status: in_force", "status: inforce"),
        ("powers.yaml", "  - id: npcsc_decision\n    name: {zh: 全国人大常委会决定, en: ",
         "  - id: npcsc_decision\n    nam: {zh: 全国人大常委会决定, en: "),
        ("openness.yaml", "score: 1\n", "score: all\n"),
        ("classifications/gbt4754-2017.csv", "0111,class,011,", "0111,class,X011,"),
    ]  # fmt: skip
    for place in places:
        cn.change(*place)
    assert {fault.file for fault in cn.faults()} == {file for file, _, _ in places}


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_told_and_never_breaks_the_loader(tmp_path, seed):
    """Lines lost, doubled, moved or cut: the book loads, or says what is wrong with it."""
    bench = Bench.of(TINY, tmp_path)
    dice = random.Random(seed)
    for path in dice.sample(sorted(bench.root.iterdir()), 3):
        lines = path.read_text(encoding="utf-8").splitlines()
        at = dice.randrange(len(lines))
        harm = dice.choice(["lose", "double", "indent", "cut", "swap"])
        if harm == "lose":
            del lines[at]
        elif harm == "double":
            lines.insert(at, lines[at])
        elif harm == "indent":
            lines[at] = "  " + lines[at]
        elif harm == "cut":
            lines[at] = lines[at][: len(lines[at]) // 2]
        else:
            other = dice.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        bench.book()
    except AssertionError:
        raise
    except Exception as error:
        faults = getattr(error, "faults", None)
        assert faults, f"{type(error).__name__}: {error}"
        for fault in faults:
            assert fault.code in CODES
            assert fault.next
