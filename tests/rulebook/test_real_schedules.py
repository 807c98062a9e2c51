"""Whole schedules imported: China's rates of 2018 to 2019 with the rounds on US goods, its RCEP
schedule for ASEAN, an estimate for stress runs. The files stand beside the project, not in it."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from openzone.regimes.asking import Desk
from openzone.regimes.goods.case import GoodsCase
from openzone.regimes.goods.working import Working
from openzone.rulebook.books import load_book
from openzone.rulebook.importing.goods_list import ListTerms, import_list
from openzone.rulebook.importing.tariff import TariffTerms, import_tariff
from openzone.rulebook.law import Law
from openzone.rulebook.reform_files import load_reforms
from openzone.rulebook.tariff import Rate, Schedule
from tests.rulebook.bench import TINY, Bench, goods_only
from tests.tidy.tree import ROOT

SHARED = ROOT.parent / "shared" / "data"
DATA, CUSTOMS = SHARED / "tariffs", SHARED / "customs"
FLOWS = SHARED / "flows" / "cn_imports_from_us_2017_hs8.csv.gz"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real schedules do not stand beside the project"
)
KNOWN = dt.date(2026, 1, 1)
MILLION_YUAN = 100_000_000  # fen: a rate of four decimals gives whole fen
DOCUMENTS = """schema: openzone/documents/1
documents:
  - id: DOC-OLD
    title: {zh: 旧税则, en: Rates of earlier years}
    level: ministry_document
    in_force: {from: 2014-01-01, to: null}
    evidence: {status: none}
"""
COLUMNS = """columns:
  - id: mfn
    kind: mfn
    title: {zh: 最惠国税率, en: Most-favoured-nation rate}
    evidence: {status: none}
  - id: RASR
    kind: agreement
    title: {zh: 区域全面经济伙伴关系协定（东盟）, en: RCEP for ASEAN}
    partners: [BN, KH, ID, LA, MY, MM, PH, SG, TH, VN]
    evidence: {status: none}
"""
# The first day of each rate of most favoured nations, and what had changed by then.
EDITIONS = {
    "2018-01-01": (),
    "2018-05-01": ("d_mfn_2018_05_pharma",),
    "2018-07-01": ("d_mfn_2018_07_consumer_auto_ita",),
    "2018-11-01": ("d_mfn_2018_11_industry",),
    "2019-01-01": ("d_mfn_2019_01_temp",),
}
# Each round on US goods: its first day, and the column of its rates. The third is in the file by
# six digits only.
ROUNDS = {
    "US-232": ("2018-04-02", "us_2018_04_s232"),
    "US-34": ("2018-07-06", "us_2018_07_s301_34bn"),
    "US-16": ("2018-08-23", "us_2018_08_s301_16bn"),
    "US-60": ("2018-09-24", "us_2018_09_s301_60bn"),
    "US-60-UP": ("2019-06-01", "us_2019_06_s301_60bn_increase"),
    "US-75": ("2019-09-01", None),
}
SUSPENDED = "us_2019_01_auto_suspension"
REFORM = """schema: openzone/reform/1
id: {id}
title: {{zh: 对美加征 {id}, en: Additional duties on US goods {id}}}
status: in_force
published: {start}
body:
  changes:
    - id: add
      kind: add
      table: goods_remedies
      binds: {{}}
      conditions:
        - {{fact: origin, in: [US]}}
      effect: additional_duty_by_list
      params: {{rate_list: L-{id}, except_list: L-SUSPENDED}}
scope:
  in_force: {{from: {start}, to: null}}
authorisation: {{on_record: false}}
evidence: {{status: none}}
"""


def table(name):
    import pyarrow.parquet as pq

    return pq.read_table(DATA / f"{name}.parquet").to_pylist()


def text(number):
    """A rate as text, with four decimals at most: some are equivalents of specific duties."""
    if number is None:
        return ""
    return f"{round(Decimal(number), 4).normalize():f}"


def write(path, header, lines):
    path.write_text("\n".join(",".join(line) for line in [header, *lines]) + "\n")
    return path


def goods_book(folder):
    """The bundled book without the rooms that are not about goods."""
    root = goods_only(folder)
    (root / "old.yaml").write_text(DOCUMENTS, encoding="utf-8")
    (folder / "columns.yaml").write_text(COLUMNS, encoding="utf-8")
    return root


def small_book(folder):
    """A book without any nomenclature."""
    bench = Bench.of(TINY, folder)
    bench.write("old.yaml", DOCUMENTS.replace("ministry_document", "order"))
    (folder / "columns.yaml").write_text(COLUMNS, encoding="utf-8")
    return bench.root


def schedule(folder, book, name, lines, columns, start, end, **more):
    path = write(folder / f"{name}.csv", ["hs", *columns], lines)
    terms = TariffTerms(
        id=name, edition=name, start=start, end=end, document="DOC-OLD",
        columns_file=folder / "columns.yaml", lines=len(lines), **more,
    )  # fmt: skip
    return import_tariff(path, book, terms)


def goods_list(folder, book, name, lines, start, header=("hs", "rate")):
    path = write(folder / f"{name}.csv", header, lines)
    terms = ListTerms(id=name, document="DOC-OLD", start=start, hs_edition="2017")
    return import_list(path, book, terms)


def merged(records):
    """Lines that the source splits by a letter after the tenth digit, as one: the dearer half."""
    found: dict[str, Any] = {}
    for one in records:
        code = one["hs10"][:10]
        other = found.get(code)
        if other is None or (one["us_total_2019_06"] or 0) > (other["us_total_2019_06"] or 0):
            found[code] = {**one, "hs10": code}
    assert len(records) == 11_790
    return list(found.values())


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(8, id="every eighth subheading"),
        pytest.param(1, id="all", marks=pytest.mark.soak),
    ],
)
def rounds(request, tmp_path_factory):
    """The law with the rates of 2018 to 2019, each round a reform on top."""
    folder = tmp_path_factory.mktemp("rounds")
    book = goods_book(folder)
    path = table("cn_tariff_on_us_hs6_2018_2019")[:: request.param]
    kept = {one["hs6"] for one in path}
    held = merged(table("cn_applied_mfn_2018_2019_hs10"))
    held = [one for one in held if one["hs10"][:6] in kept]
    days = [dt.date.fromisoformat(day) for day in EDITIONS] + [dt.date(2026, 1, 1)]
    cuts: tuple[str, ...] = ()
    for (start, cut), end in zip(EDITIONS.items(), days[1:], strict=True):
        cuts += cut
        rates = [one["applied_mfn_2018_01"] for one in held]
        lines = [
            [one["hs10"], text(None if r is None else r + sum((one[c] or 0.0) for c in cuts))]
            for one, r in zip(held, rates, strict=True)
        ]
        first = dt.date.fromisoformat(start)
        report = schedule(folder, book, f"mfn-{start}", lines, ["mfn"], first, end,
                          hs_edition="2017")  # fmt: skip
        assert (report.lines, report.codes.edition) == (len(held), None)
    third = {
        one["hs6"]: one["us_total_2019_09_01"] - one["us_total_2019_06_01"]
        for one in path
        if one["us_total_2019_09_01"] and one["us_total_2019_06_01"] is not None
    }
    for name, (start, column) in ROUNDS.items():
        pairs = [(one["hs10"], one[column]) for one in held] if column else third.items()
        lines = [[code, text(rate)] for code, rate in pairs if rate and round(rate, 4)]
        goods_list(folder, book, f"L-{name}", lines, dt.date.fromisoformat(start))
        (folder / f"{name}.yaml").write_text(REFORM.format(id=name, start=start), encoding="utf-8")
    out = [[one["hs10"], "2019-01-01"] for one in held if one[SUSPENDED]]
    back = [
        [one["hs6"], "2019-12-26"]
        for one in path
        if (one["us_total_2019_12_26"] or 0) < (one["us_total_2019_09_01"] or 0)
    ]
    whole = dt.date(2018, 1, 1)
    goods_list(folder, book, "L-SUSPENDED", out + back, whole, header=("hs", "from"))
    loaded = load_book(book)
    named = [folder / f"{name}.yaml" for name in ROUNDS]
    return Law(loaded, KNOWN, load_reforms(loaded, named)), held, path


def total_percent(law, code, on):
    """What is due on US goods of a code, as a percentage; None where no rate is on record."""
    worth = {"customs_value": MILLION_YUAN}
    case = GoodsCase(on, frozenset(), code, "US", worth)
    found = Working(law, case).duty(MILLION_YUAN, lifted=False)
    return None if found is None else Decimal(found) / (MILLION_YUAN // 100)


def test_the_total_on_us_goods_agrees_at_each_of_the_twelve_dates(rounds):
    law, held, path = rounds
    shares = {}
    for column in [name for name in path[0] if name != "hs6"]:
        on = dt.date.fromisoformat(column[9:].replace("_", "-"))
        highest: defaultdict[str, Decimal] = defaultdict(Decimal)
        for one in held:
            found = total_percent(law, one["hs10"], on)
            if found is not None:
                highest[one["hs10"][:6]] = max(highest[one["hs10"][:6]], found)
        common = [one for one in path if one[column] is not None and one["hs6"] in highest]
        assert len(common) >= len(path) * 0.998
        off = [abs(highest[one["hs6"]] - Decimal(one[column])) for one in common]
        shares[column] = sum(one < Decimal("0.006") for one in off) / len(common)
    worst = shares.pop("us_total_2018_11_01")  # 39 of 5,383: the path drops a temporary rate
    assert worst == pytest.approx(0.9928, abs=0.003)
    assert set(shares.values()) == {1.0}, shares


def test_a_round_is_told_with_its_list_and_other_origins_are_left_alone(rounds):
    law, held, _ = rounds
    desk = Desk(law.book, known=KNOWN, reforms=law.reforms, regime="goods")
    listed = [one for one in held if one[ROUNDS["US-34"][1]] == 25]
    kept = next(one["hs10"] for one in listed if not one[SUSPENDED])
    car = next(one["hs10"] for one in listed if one[SUSPENDED])
    given = {"customs_value": "1000", "origin": "US", "vat": "0.1", "ct": "0"}
    plain = {**given, "hs": kept, "date": "2018-07-06"}
    found = desk.answer(plain)
    assert found["effects"]["remedy"] == "250.00"
    assert {"US-34", "L-US-34"} <= {entry["row"] for entry in found["because"]}
    assert "remedy" not in desk.answer({**plain, "date": "2018-07-05"})["effects"]
    assert "remedy" not in desk.answer({**plain, "origin": "BR"})["effects"]
    cars = {**given, "hs": car, "date": "2018-12-31"}
    assert desk.answer(cars)["effects"]["remedy"] == "250.00"
    assert "remedy" not in desk.answer({**cars, "date": "2019-01-01"})["effects"]


def test_the_rcep_schedule_for_asean_in_its_yearly_steps(tmp_path):
    """One edition a year: so the country publishes its tariff, and a day meets one edition."""
    held = table("rcep_cn_for_asean_hs8")
    schedules: dict[str, Schedule] = {}
    for year in range(1, 22):
        lines = [[o["hs8"], text(o["base_2014_mfn"]), text(o[f"y{year}"])] for o in held]
        start = dt.date(2021 + year, 1, 1)
        end = dt.date(2022 + year, 1, 1) if year < 21 else None
        book = small_book(tmp_path / str(year))
        schedule(tmp_path / str(year), book, f"rcep-{year:02}", lines, ["mfn", "RASR"], start, end,
                 hs_edition="2012", use="estimate")  # fmt: skip
        schedules |= load_book(book).schedules
    shares = [
        sum(one.rate(place, "RASR") == Rate() for place in range(len(one.hs))) / len(one.hs)
        for one in (schedules[f"rcep-{year:02}"] for year in range(1, 22))
    ]
    assert [round(share, 3) for share in (shares[0], shares[-1])] == [0.679, 0.905]
    assert shares == sorted(shares)
    days = [one.in_force for one in schedules.values()]
    assert sum(span.holds(dt.date(2026, 6, 1)) for span in days) == 1
    assert sum(span.holds(dt.date(2060, 1, 1)) for span in days) == 1


def test_an_estimate_answers_no_case_that_does_not_name_it(tmp_path):
    book = goods_book(tmp_path)
    held = [one for one in table("cn_tariff_proxy_hs8") if one["mfn_est"] is not None
            and one["hs6_in_hs2022"]]  # fmt: skip
    lines = [[one["hs8"], text(one["mfn_est"])] for one in held]
    whole = (dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    report = schedule(tmp_path, book, "estimate", lines, ["mfn"], *whole, use="estimate")
    assert (report.codes.edition, report.lines) == ("2022", len(lines))
    desk = Desk(load_book(book), known=KNOWN, regime="goods")
    case = {"hs": "39253000", "customs_value": "1000", "date": "2026-06-01", "origin": "US"}
    silent = desk.answer(case)
    assert (silent["outcome"], silent["needs"]) == ("look_up", ["tariff_line"])
    named = desk.answer({**case, "schedule": "estimate"})
    assert named["effects"]["rate"] == "6.5%"
    assert any("is an estimate for stress runs, no law" in one for one in named["said"])
    assert named["confidence"] == "low"


YUAN = 3_376  # for a thousand dollars: half the mean of 2017, so that soya fits in one line


def imports_of_2017(held):
    """China's imports from the United States of 2017, each on a ten-digit line of its code: the one
    with the highest total in June 2019."""
    import csv
    import gzip

    line: dict[str, Any] = {}
    for one in held:
        known = line.get(one["hs10"][:8])
        if known is None or (one["us_total_2019_06"] or 0) > (known["us_total_2019_06"] or 0):
            line[one["hs10"][:8]] = one
    with gzip.open(FLOWS, "rt", encoding="utf-8", newline="") as stream:
        return [
            {"hs": line[one["hs8"]]["hs10"], "sector": one["sector"], "origin": "US",
             "customs_value": int(one["value_kusd"]) * YUAN}
            for one in csv.DictReader(stream)
            if one["hs8"] in line and int(one["value_kusd"])
        ]  # fmt: skip


def test_the_rounds_over_the_imports_of_2017_by_day_and_sector(rounds, request):
    import ibis
    import pyarrow as pa

    from openzone.lab.goods_replay import over_days

    law, held, _ = rounds
    flows = imports_of_2017(held)
    cases = ibis.duckdb.connect().create_table("flows", pa.Table.from_pylist(flows))
    days = [dt.date(2018, 1, 1), dt.date(2018, 9, 24), dt.date(2019, 6, 1)]
    found = over_days(law, cases, days, today=KNOWN, by="sector")
    for day in days:
        shown: dict[str, list[Decimal]] = {}
        for one in flows:
            percent = total_percent(law, one["hs"], day)
            sums = shown.setdefault(one["sector"], [Decimal(0), Decimal(0)])
            if percent is not None:
                sums[0] += one["customs_value"]
                sums[1] += one["customs_value"] * percent
        for one in (one for one in found if one.day == day):
            value, weighted = shown[one.group]
            assert one.value == value * 100
            assert one.average is None or one.average == pytest.approx(
                float(weighted / value),
                abs=2e-3,  # small duties are not collected
            )
    june = [one for one in found if one.day == days[-1]]
    worth = sum(one.value for one in june)
    if len(held) > 10_000:  # all subheadings: the figures that the source gives
        assert 100 * sum(one.duty for one in june) / worth == pytest.approx(4.8, abs=0.2)
        assert 100 * sum(one.remedy for one in june) / worth == pytest.approx(
            10.4, abs=0.5
        )  # dearest lines
    before = sum(one.duty + one.remedy for one in found if one.day == days[0])
    assert sum(one.duty + one.remedy for one in june) > before


@pytest.mark.skipif(not CUSTOMS.is_dir(), reason="the declarations do not stand beside the project")
def test_a_file_of_declarations_tells_its_coverage_first():
    from openzone.lab.goods_replay import replay_goods

    law = Law(load_book("cn"), KNOWN)
    mapping = {"hs": "HS6 Code", "origin": "Country of Origin", "customs_value": "Item Price"}
    lines, met = 0, 0
    for name in ("train", "valid", "test"):
        found = replay_goods(law, law, CUSTOMS / f"{name}.parquet", today=dt.date(2026, 6, 1),
                             mapping=mapping)  # fmt: skip
        assert found.counted == 0  # six digits are no line of the tariff
        lines += found.lines
        met += found.coverage.part
        told = dict(found.missing())
        assert told["look_up tariff_line"] > 0.8 * found.lines
    assert lines == 54_000
    assert 0.035 < met / lines < 0.05
