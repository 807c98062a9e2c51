"""`openzone law`: the documents in force, and a page for each thing that has an id."""

import json

import pytest
from click.testing import CliRunner

from openzone.cli.law import command
from openzone.errors import OpenZoneError


@pytest.fixture(autouse=True)
def _one_day(monkeypatch):
    monkeypatch.setenv("OPENZONE_TODAY", "2026-11-23")
    monkeypatch.delenv("OPENZONE_LANG", raising=False)


def run(*arguments):
    return CliRunner().invoke(command, arguments)


def flat(ran):
    """Answer the text with its lines joined, so that a test need not know where they break."""
    assert ran.exit_code == 0, ran.output
    return " ".join(ran.stdout.split())


def test_without_an_id_the_documents_in_force():
    text = flat(run("--on", "2025-01-10", "--place", "ftz:tianjin"))
    assert "Applies here: Foreign-investment negative list of the pilot free trade zones" in text
    assert "* DOC-FI-FTZ-2021" in text
    assert "Record held complete: 46 rows, 27 items; official count 27" in text
    assert "7 verified, 13 verified in part, 26 from memory" in text


def test_a_row_in_words():
    text = flat(run("FI-NAT-2024-22"))
    assert "foreign total below 100%, so not wholly foreign-owned" in text
    assert "in force from 2020-07-23, no longer on 2022-01-01" in text
    assert "carried back from another edition" in text
    assert "legal hash" in text
    assert "PO-2024-HOSP: Wholly foreign-owned hospital pilot" in text
    assert "A special power goes before the level" in text


def test_a_measure_shows_when_it_left_the_lists():
    text = flat(run("auto.passenger.cap", "--lang", "zh"))
    assert text.count("2022-01-01起不再列入") == 2
    assert "全国外商投资准入负面清单" in text
    assert "乘用车制造：海南比全国早十一个月" in text


def test_a_document_shows_what_changed():
    text = flat(run("DOC-FI-NAT-2024"))
    assert "It replaced NDRC/MOFCOM Order No. 47 (2021)" in text
    assert "Printing of publications: control (print.publications.control)" in text
    assert "Measures unchanged: 44" in text
    assert "No document that replaced it is on record." in text


def test_a_partial_record_is_not_told_as_an_opening():
    text = flat(run("DOC-FI-FTZ-2020"))
    assert "whether it stood before is unknown" in text
    assert "Added:" not in text.split("Against the document after it")[0]


def test_a_reform_a_figure_a_place_an_activity():
    assert "conditions that an authority examines" in flat(run("PO-2024-HOSP")).lower()
    assert "51, in force since 2002-04-01" in flat(run("host_control_min_percent"))
    assert "Pudong New Area, Shanghai (city:shanghai-pudong) lies in the territory" in flat(
        run("city:shanghai", "--on", "2025-01-10")
    )
    text = flat(run("telecom.vas.edi", "--on", "2025-01-10"))
    assert "FI-HN-2020-11b" in text
    assert "Gone since" not in text


def test_a_place_decides_who_may_change_the_rule():
    assert "Pudong New Area regulation" not in flat(run("SR-B"))
    assert "Pudong New Area regulation" in flat(run("SR-B", "--place", "city:shanghai-pudong"))


def test_a_page_as_json():
    data = json.loads(run("FI-NAT-2024-22", "--json").stdout)
    assert (data["schema"], data["kind"]) == ("law/1", "row")
    assert data["page"]["versions"][0]["in_force"] == {"from": "2020-07-23", "to": "2022-01-01"}


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("FI-NAT-2024-222",), "unknown_reference", "openzone search 'FI-NAT-2024-222'"),
        (("--place", "shangai"), "unknown_place", ""),
        (("DOC-FI-NAT-2024", "--known", "2024-01-01"), "unknown_reference", "a later --known"),
    ],
)
def test_what_is_not_found_says_where_to_look(arguments, code, hint):
    ran = run(*arguments)
    assert isinstance(ran.exception, OpenZoneError)
    (fault,) = ran.exception.faults
    assert fault.code == code
    assert hint in fault.next


def test_conditions_have_the_labels_of_their_own_regime():
    text = flat(run("OB-N3"))
    assert "persons since 1 January" not in text
    assert "amount of this transfer" not in text
    assert '"sensitive class of investment" is no' in text
    assert "a local enterprise" in text
    assert '"own_input"' not in text
