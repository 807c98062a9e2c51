"""A ledger of transfers: counts of a year, crossing, warning, repeats, disorder, bad lines."""

import datetime as dt
import json
from functools import cache

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from openzone.cli.main import openzone
from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.regimes.data.ledger import Ledger
from openzone.regimes.data.ledger_file import LedgerError, read_ledger
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import body_hash, row_hash
from openzone.rulebook.law import Law

DAY = dt.date(2026, 11, 23)
HEAD = "id,date,nonsensitive,sensitive,purpose,strictly_necessary"
FIRM = {"place": [], "ciio": "false"}


@cache
def law():
    return Law(load_book("cn"), DAY)


def read(lines, head=HEAD, base=None, of=None):
    return read_ledger(of or law(), [head + "\n", *(one + "\n" for one in lines)], "l.csv",
                       base or FIRM, DAY)  # fmt: skip


def entries(lines, head=HEAD, base=None, of=None, **more):
    held = read(lines, head, base, of)
    return list(Ledger(of or law(), base or FIRM, DAY, **more).entries(held.transfers))


def faults(lines, head=HEAD, base=None):
    with pytest.raises(LedgerError) as caught:
        read(lines, head, base)
    return caught.value.faults


def routes(found):
    return [(one.transfer.id, one.route.outcome) for one in found]


def test_the_route_after_each_transfer_and_the_one_that_crosses():
    found = entries(["a,2026-01-05,99999,0,,", "b,2026-02-01,1,0,,", "c,2026-03-01,0,10000,,"])
    assert routes(found) == [
        ("a", "exempt"), ("b", "contract_or_certification"), ("c", "security_assessment"),
    ]  # fmt: skip
    assert [one.was for one in found] == [None, "exempt", "contract_or_certification"]


def test_one_transfer_may_cross_two_thresholds_at_once():
    (one,) = entries(["a,2026-01-05,1000000,0,,"])
    assert (one.own.rule, one.was, one.route.outcome) == (
        "large_volume", "exempt", "security_assessment",
    )  # fmt: skip
    assert one.ahead == ()


def test_persons_under_an_exemption_do_not_count():
    found = entries([
        "a,2026-01-05,5000000,0,contract,true",
        "b,2026-01-06,5000000,0,contract,false",
    ])  # fmt: skip
    assert [one.own.rule for one in found] == ["contract_need", "large_volume"]
    assert [one.own.counted for one in found] == [False, True]
    assert [one.counts[0] for one in found] == [0, 5_000_000]
    assert [one.route.outcome for one in found] == ["exempt", "security_assessment"]


def test_small_transfers_count_though_they_are_free():
    found = entries([f"t{n},2026-01-{n + 1:02},40000,0,," for n in range(3)])
    assert [one.own.rule for one in found] == ["small_volume", "small_volume", "middle_volume"]
    assert found[-1].counts[0] == 120_000


def test_counts_begin_anew_on_the_first_of_january():
    found = entries(["a,2026-12-31,99999,0,,", "b,2027-01-01,99999,0,,", "c,2027-01-02,1,0,,"])
    assert [one.counts[0] for one in found] == [99_999, 99_999, 100_000]
    assert [one.was for one in found] == [None, None, "exempt"]
    assert [one.year for one in found] == [2026, 2027, 2027]


def test_what_is_left_to_the_next_threshold_and_the_warning_before_it():
    found = entries(["a,2026-01-05,89999,0,,", "b,2026-01-06,1,0,,"])
    left = [one.as_dict()["next"][0] for one in found]
    assert [(one["at"], one["left"], one["becomes"]) for one in left] == [
        (100_000, 10_001, "contract_or_certification"),
        (100_000, 10_000, "contract_or_certification"),
    ]
    assert [one.warns for one in found] == [False, True]
    assert [one.warns for one in entries(["a,2026-01-05,60000,0,,"], warn_percent=40)] == [True]


def test_a_place_with_thresholds_of_its_own_has_them_ahead():
    beijing = {"place": ["ftz:beijing"], "ciio": "false"}
    line = "a,2026-01-05,9900000,0,contract,true"
    (one,) = entries([line], base=beijing)
    ahead = {mark.counter: mark.at for mark in one.ahead}
    assert ahead["volume_nonsensitive"] == 10_000_001
    assert ahead["nonsensitive"] == 100_000
    assert (one.counts[0], one.counts[3], one.warns) == (0, 9_900_000, True)
    assert "volume_nonsensitive" not in {mark.counter for mark in entries([line])[0].ahead}
    crossing = entries([line, "b,2026-02-01,100001,0,contract,true"], base=beijing)[-1]
    assert (crossing.own.rule, crossing.was) == ("important_by_volume", "exempt")


def test_thresholds_come_from_the_rows():
    """A reform of a row moves the warning and the crossing with it."""
    rows = {row.id: row_hash(row)[:16] for row in load_book("cn").rows}
    change = m.Change(
        "raise", "amend", rows=("middle_volume",),
        was=(("middle_volume", rows["middle_volume"]),),
        conditions=(m.Condition("nonsensitive", "between", min=150_000),),
    )  # fmt: skip
    free = m.Change(
        "free", "amend", rows=("small_volume",), was=(("small_volume", rows["small_volume"]),),
        conditions=(
            m.Condition("nonsensitive", "between", below=150_000),
            m.Condition("sensitive", "between", max=0),
        ),
    )  # fmt: skip
    reform = m.Reform(
        "TRY", m.Text("试", "try"), "draft", (change, free), (),
        m.Interval(dt.date(2026, 1, 1), None), m.Authorisation(False), body_hash((change, free)),
    )  # fmt: skip
    changed = Law(load_book("cn"), DAY, (reform,))
    (one,) = entries(["a,2026-01-05,120000,0,,"], of=changed)
    assert (one.route.outcome, one.ahead[0].at) == ("exempt", 150_000)


def test_the_day_on_which_counts_begin_anew_is_a_figure_of_the_law():
    change = m.Change("april", "parameter", parameter="data_count_from_month_day", value="04-01")
    reform = m.Reform(
        "TRY", m.Text("试", "try"), "draft", (change,), (),
        m.Interval(dt.date(2025, 1, 1), None), m.Authorisation(False), body_hash((change,)),
    )  # fmt: skip
    changed = Law(load_book("cn"), DAY, (reform,))
    lines = ["a,2026-01-05,60000,0,,", "b,2026-03-31,60000,0,,", "c,2026-04-01,60000,0,,"]
    assert [one.counts[0] for one in entries(lines, of=changed)] == [60_000, 120_000, 60_000]
    assert [one.year for one in entries(lines, of=changed)] == [2025, 2025, 2026]
    assert [one.counts[0] for one in entries(lines)] == [60_000, 120_000, 180_000]


def test_a_firm_whose_facts_are_missing_is_asked_for_them():
    (one,) = entries(["a,2026-01-05,5,0,,"], base={"place": []})
    assert one.own.outcome == "ask"
    assert one.as_dict()["needs"] == ["ciio"]


def test_the_ledger_counts_and_no_one_tells_it_a_count():
    with pytest.raises(CaseError, match="the ledger itself counts"):
        Ledger(law(), {**FIRM, "nonsensitive": 5}, DAY)


# ---- repeats, disorder, bad lines ----------------------------------------------------------------


def test_the_same_line_twice_counts_once_and_is_told():
    held = read(["a,2026-01-05,5,0,,", "b,2026-01-06,5,0,,", "a,2026-01-05,5,0,, "])
    assert [one.id for one in held.transfers] == ["a", "b"]
    assert held.repeats == [("a", 4, 2)]


def test_the_same_id_with_other_content_is_refused_with_both_lines():
    (fault,) = faults(["a,2026-01-05,5,0,,", "a,2026-01-05,6,0,,"])
    assert (fault.file, fault.line, fault.field) == ("l.csv", 3, "nonsensitive")
    assert fault.seen == "a,2026-01-05,6,0,,"
    assert fault.expected == "line 2: a,2026-01-05,5,0,,"


def test_lines_out_of_order_are_told_and_counted_on_their_day():
    held = read(["a,2026-03-01,5,0,,", "b,2026-01-06,5,0,,", "c,2026-02-01,5,0,,"])
    assert [one.id for one in held.transfers] == ["b", "c", "a"]
    first = dt.date(2026, 3, 1)
    assert held.disorder == [
        ("b", 3, dt.date(2026, 1, 6), first), ("c", 4, dt.date(2026, 2, 1), first),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "field", "seen"),
    [
        ("a,2026-13-01,5,0,,", "date", "2026-13-01"),
        ("a,2026-01-01,-5,0,,", "nonsensitive", "-5"),
        ("a,2026-01-01,5.0,0,,", "nonsensitive", "5.0"),
        ("a,2026-01-01,,0,,", "nonsensitive", ""),
        ("a,2026-01-01,５,0,,", "nonsensitive", "５"),
        ("a,2026-01-01,5,9999999999999,,", "sensitive", "9999999999999"),
        ("a,2026-01-01,5,0,pleasure,", "purpose", "pleasure"),
        ("a,2026-01-01,5,0,,perhaps", "strictly_necessary", "perhaps"),
        (",2026-01-01,5,0,,", "id", None),
        ("a,2026-01-01,5,0,", "", 5),
    ],
)
def test_a_bad_line_names_file_line_field_and_what_was_seen(line, field, seen):
    (fault,) = faults(["z,2026-01-01,1,0,,", line])
    assert (fault.file, fault.line, fault.field, fault.seen) == ("l.csv", 3, field, seen)
    assert fault.expected or fault.next


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("id,date,nonsensitive", "sensitive"),
        ("id,date,nonsensitive,sensitive,purpos", "purpos"),
        ("id,date,nonsensitive,sensitive,volume_all", "volume_all"),
        ("id,date,nonsensitive,sensitive,id", "id"),
    ],
)
def test_a_wrong_header_is_refused(head, field):
    assert [one.field for one in faults([], head)] == [field]


def test_a_part_is_no_greater_than_its_whole():
    head = "id,date,nonsensitive,sensitive,special_sensitive,contains_pi"
    (fault,) = faults(["a,2026-01-01,0,5,6,"], head)
    assert (fault.code, fault.field) == ("contradiction", "special_sensitive")
    (fault,) = faults(["a,2026-01-01,3,0,,false"], head)
    assert (fault.code, fault.field) == ("contradiction", "contains_pi")


def test_an_empty_file_is_refused():
    with pytest.raises(LedgerError, match="the ledger is empty"):
        read_ledger(law(), [], "l.csv", FIRM, DAY)


# ---- properties ----------------------------------------------------------------------------------

days = st.dates(dt.date(2025, 11, 1), dt.date(2026, 3, 1))
persons = st.sampled_from((0, 1, 500, 9_999, 30_000, 99_999, 400_000))
drawn = st.lists(
    st.tuples(days, persons, persons, st.sampled_from(("", "contract", "hr")), st.booleans()),
    max_size=12,
)


def written(rows):
    return [
        f"t{n},{on},{plain},{sensitive},{purpose},{str(needed).lower()}"
        for n, (on, plain, sensitive, purpose, needed) in enumerate(rows)
    ]


def told(found):
    return [{**one.as_dict(), "line": 0} for one in found]


@settings(max_examples=60, deadline=None)
@given(drawn, st.randoms())
def test_order_and_repeats_of_lines_change_nothing(rows, rng):
    lines = written(rows)
    again = [*lines, *rng.sample(lines, len(lines) // 2)]
    rng.shuffle(again)
    assert told(entries(again)) == told(entries(lines))


@settings(max_examples=20, deadline=None)
@given(drawn)
def test_each_line_has_the_answer_of_the_desk_at_its_counts(rows):
    """The ledger's short way (bands of counts) gives what one case after the other gives."""
    desk = Desk(load_book("cn"), known=DAY, today=DAY, regime="data")
    base = {"transfer_abroad": True, "contains_pi": True, "ciio": False}
    plain = sensitive = year = 0
    for one in entries(written(rows)):
        if one.transfer.on.year != year:
            plain, sensitive, year = 0, 0, one.transfer.on.year
        more, items, _ = one.transfer.persons
        case = {**base, "date": one.transfer.on, **one.transfer.case.facts}
        own = desk.answer({**case, "nonsensitive": plain + more, "sensitive": sensitive + items})
        assert (own["outcome"], own["effects"]["rule"]) == (one.own.outcome, one.own.rule)
        if own["effects"]["rule"] not in ("contract_need", "hr_need"):
            plain, sensitive = plain + more, sensitive + items
        assert one.counts[:2] == (plain, sensitive)
        common = {**base, "date": one.transfer.on}
        after = desk.answer({**common, "nonsensitive": plain, "sensitive": sensitive})
        assert after["outcome"] == one.route.outcome
        for mark in one.as_dict()["next"]:
            reached = {"nonsensitive": plain, "sensitive": sensitive}
            reached[mark["counter"]] = mark["at"]
            assert desk.answer({**common, **reached})["outcome"] == mark["becomes"]
            reached[mark["counter"]] -= 1
            assert desk.answer({**common, **reached})["outcome"] == one.route.outcome


# ---- the command ---------------------------------------------------------------------------------

LINES = [HEAD, "a,2026-01-05,95000,0,,", "b,2026-02-01,6000,0,,", "b,2026-02-01,6000,0,,",
         "c,2025-02-01,1,0,,"]  # fmt: skip


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("\ufeff" + "\r\n".join(LINES) + "\r\n", encoding="utf-8")
    return str(path)


def run(*arguments):
    return CliRunner().invoke(openzone, ["ledger", *arguments])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("crosses a threshold", "5000 persons left to 100000", "line 4 repeats line 3",
                "line 5 (c) of 2025-02-01 comes after 2026-02-01")),
        ("zh", ("本笔越过门槛", "距100000还差5000人", "第4行重复第3行", "第5行（c）")),
    ],
)  # fmt: skip
def test_the_command_tells_the_route_in_words(ledger, lang, words):
    ran = run(ledger, "--fact", "ciio=false", "--lang", lang)
    assert ran.exit_code == 0, ran.output
    for word in words:
        assert word in ran.stdout


def test_the_command_writes_json_lines_and_a_summary(ledger):
    ran = run(ledger, "--fact", "ciio=false", "--json", "--year", "2026")
    *told_lines, last = map(json.loads, ran.stdout.splitlines())
    assert [(one["id"], one["crossed_from"]) for one in told_lines] == [
        ("a", None), ("b", "exempt"),
    ]  # fmt: skip
    assert last["summary"]["years"]["2026"]["route"] == "contract_or_certification"
    assert last["summary"]["repeated"] == [{"id": "b", "line": 4, "first": 3}]
    assert [one["id"] for one in last["summary"]["out_of_order"]] == ["c"]


def test_a_list_of_a_zone_serves_a_line(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("id,date,nonsensitive,sensitive,zone_list_hit\na,2026-01-05,400000,0,outside\n")
    ran = run(str(path), "--fact", "ciio=false", "--place", "ftz:tianjin", "--json")
    found = json.loads(ran.stdout.splitlines()[0])
    assert (found["rule"], found["counted"], found["nonsensitive"]) == ("zone_outside", False, 0)


def test_bad_lines_exit_with_one_and_count_nothing(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text(HEAD + "\na,2026-01-05,x,0,,\nb,2026-01-05,1,y,,\n", encoding="utf-8")
    ran = run(str(path))
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert [line.split(": ")[0] for line in ran.stderr.splitlines()] == [f"{path}:2", f"{path}:3"]


@pytest.mark.parametrize(
    "arguments",
    [("--fact", "ciio"), ("--fact", "ciioo=false"), ("--fact", "nonsensitive=5"),
     ("--place", "ftz:nowhere")],
)  # fmt: skip
def test_a_wrong_option_is_refused(ledger, arguments):
    ran = run(ledger, *arguments)
    assert ran.exit_code != 0
    assert "ledger.csv" not in ran.output  # it is no fault of a line
