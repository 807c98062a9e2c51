"""`openzone book import-tariff` and `import-list`: the report, in both languages, and refusals."""

import pytest
from click.testing import CliRunner

from openzone.cli.book import command
from openzone.errors import OpenZoneError
from openzone.rulebook.books import load_book

TARIFF = "hs,mfn,RASR\n01012100,0,\n01012900,10,1.5/kg\n98010010,,\n"
LIST = "hs,from,rate\n2203,,25\n01012100,2026-06-01,\n"


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENZONE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text(TARIFF, encoding="utf-8")
    (tmp_path / "l.csv").write_text(LIST, encoding="utf-8")


def run(line):
    return CliRunner().invoke(command, line.split(), catch_exceptions=False)


def test_the_report_says_what_was_taken_in_and_what_was_checked():
    lines = run("import-tariff t.csv --book mine --edition 2026 --lines 3").output.splitlines()
    assert lines[0] == "mine/goods/tariff/cn-2026.yaml: 3 lines (published 3)"
    assert lines[1] == "codes looked up in the edition of 2022, but 1 lines of chapters 98 and 99"
    assert lines[2] == "columns: 2"
    assert " ".join(lines[3].split()) == "mfn ad valorem 2, specific 0, blank 1, zero 1 (33.3%)"
    assert " ".join(lines[4].split()) == "RASR ad valorem 0, specific 1, blank 2, zero 0 (0.0%)"
    assert lines[5].startswith("columns left out, since the file has none of them: provisional,")
    assert lines[6] == "replaces what stood under this id"
    listed = run(
        "import-list l.csv --book mine --id taxed --document DOC-HN-TAX-2025-12"
        " --from 2025-12-18 --settles on_taxed_list --lang zh"
    ).output.splitlines()
    assert listed == [
        "mine/goods/lists/taxed.yaml: 2 行",
        "编码已按 2022 年版协调制度核对",
        "有税率 1，有自己的日期 1",
        "整份清单：不在其中即为“否”",
    ]
    assert load_book("mine").goods_lists["taxed"].settles == "on_taxed_list"


def test_columns_may_be_described_in_a_file(tmp_path):
    columns = '{"columns": [{"id": "mfn", "kind": "mfn", "title": {"zh": "甲", "en": "A"},'
    columns += ' "evidence": {"status": "memory"}}]}'
    (tmp_path / "c.json").write_text(columns, encoding="utf-8")
    (tmp_path / "t.csv").write_text("hs,mfn\n99999999,5\n", encoding="utf-8")
    output = run(
        "import-tariff t.csv --book mine --id old --edition 2018 --hs-edition 2017"
        " --columns c.json --document DOC-TARIFF-2026 --use estimate"
    ).output
    assert "holds no nomenclature of 2017: codes were checked for their form only" in output
    (tmp_path / "c.json").write_text('{"columns": [{"id": "mfn"}]}', encoding="utf-8")
    with pytest.raises(OpenZoneError, match=r"kind.*missing|missing.*kind"):
        run("import-tariff t.csv --book mine --id old --edition 2018 --columns c.json")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("import-tariff none.csv --book mine --edition 2026", "does not exist"),
        ("import-tariff t.csv --edition 2026", "--book"),
        ("import-list l.csv --book mine --id a --document DOC-HN-TAX-2025-12", "--from"),
        ("import-list l.csv --book mine --id a --document D --from 2026-01-01 --share 26", "share"),
    ],
)
def test_a_line_that_cannot_be_is_refused(line, words):
    result = run(line)
    assert result.exit_code == 2
    assert words in result.output
