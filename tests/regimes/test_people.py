"""People: work permits, entry, qualifications and income tax of talent."""

import json
from functools import cache

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from openzone.cli.decide import command
from openzone.decide.dmn.desk import TableDesk
from openzone.regimes.asking import Desk
from openzone.regimes.registry import table_regime
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from openzone.rulebook.reading import read_yaml
from tests.regimes.reformed import DAY, agrees, sheet_cases, under
from tests.tidy.tree import ROOT

SHEET = ROOT.parent / "shared" / "facts" / "people" / "cases.yaml"
ENGINEER = {"age": 35, "education": "master", "work_years": 6, "salary": 360000, "months": 12}
MAY = {"date": "2026-05-10"}
TALENT = {"scheme": "PIT-HN", "year": 2025, "income": 1000000, "actual_days": 100}


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="people")


def ask(**case):
    return desk().answer(case)


def rows(answer):
    return [entry["row"] for entry in answer["because"]]


@pytest.mark.parametrize("case", sheet_cases(SHEET))
def test_a_case_of_the_sheet_has_its_answer(case):
    agrees(ask(**case["given"]), case["expect"])


@pytest.mark.parametrize("case", sheet_cases(SHEET)[:1])
def test_the_sheet_as_published_is_answered_by_the_command(case):
    words = [str(SHEET), "--regime", "people", "--known", DAY.isoformat()]
    ran = CliRunner().invoke(command, words)
    assert ran.exit_code == 0, ran.output
    answers = {one["id"]: one for one in map(json.loads, ran.stdout.splitlines())}
    for one in read_yaml(SHEET).value["cases"]:
        agrees(answers[one["id"]], one["expect"])


class TestWorkPermit:
    @pytest.mark.parametrize(
        ("salary", "points"),
        [(49999, 0), (50000, 5), (69999, 5), (70000, 8), (149999, 8), (150000, 11),
         (249999, 11), (250000, 14), (349999, 14), (350000, 17), (449999, 17), (450000, 20)],
    )  # fmt: skip
    def test_bands_of_salary_are_closed_below(self, salary, points):
        found = ask(**{**ENGINEER, "salary": salary})["effects"]["by_criterion"]
        assert found.get("salary", 0) == points

    @pytest.mark.parametrize(
        ("age", "points"), [(17, 0), (18, 10), (25, 10), (26, 15), (45, 15), (46, 10), (55, 10),
                            (56, 5), (60, 5), (61, 0)],
    )  # fmt: skip
    def test_bands_of_age(self, age, points):
        assert ask(**{**ENGINEER, "age": age})["effects"]["by_criterion"].get("age", 0) == points

    @pytest.mark.parametrize(
        ("years", "points"), [(0, 0), (1, 0), (2, 5), (3, 6), (17, 20), (18, 20), (40, 20)]
    )
    def test_points_of_work_grow_by_the_year(self, years, points):
        found = ask(**{**ENGINEER, "work_years": years})["effects"]["by_criterion"]
        assert found.get("work_years", 0) == points

    def test_chinese_counts_once(self):
        found = ask(**ENGINEER, hsk=5, degree_in_chinese=True, former_national=True)
        assert found["effects"]["by_criterion"]["chinese"] == 5

    def test_given_points_count_up_to_their_limit(self):
        found = ask(**ENGINEER, bonus=50, local=50)["effects"]["by_criterion"]
        assert (found["bonus"], found["local"]) == (5, 10)

    def test_class_a_begins_at_its_points_and_b_below(self):
        assert ask(**ENGINEER, bonus=5, local=9)["effects"] | {"by_criterion": 0} == {
            "class": "A", "points": 85, "by_criterion": 0, "rule": "WP-A"}  # fmt: skip
        assert ask(**ENGINEER, bonus=4, local=9)["outcome"] == "class_b"

    def test_class_b_ends_at_sixty_but_class_a_does_not(self):
        old = {**ENGINEER, "age": 61, "salary_multiple": "4"}
        assert ask(**old)["outcome"] == "not_eligible"
        assert ask(**old)["effects"]["lacked"] == "age"
        assert ask(**{**old, "age": 60})["outcome"] == "class_b"
        assert ask(**{**old, "salary_multiple": "6"})["outcome"] == "class_a"
        assert ask(**{**old, "salary_multiple": "5.999999"})["outcome"] == "not_eligible"

    def test_a_quota_group_is_class_c(self):
        poor = {"age": 20, "education": "other", "work_years": 0, "salary": 1, "months": 1}
        assert ask(**poor)["outcome"] == "not_eligible"
        assert ask(**poor, quota_group="intern")["outcome"] == "class_c"

    def test_the_first_class_asks_for_no_points(self):
        found = ask(award=True, age=70)
        assert (found["outcome"], found["needs"]) == ("class_a", [])

    def test_what_is_missing_is_asked_where_it_decides(self):
        case = {name: value for name, value in ENGINEER.items() if name != "months"}
        found = ask(**case, local=10, bonus=5)
        assert found["verdict"] == "ask"
        assert found["needs"] == ["months"]
        assert found["possible"] == ["class_a", "class_b"]
        assert ask(**case)["outcome"] == "class_b"  # months cannot reach class A

    def test_points_cannot_be_stated(self):
        found = ask(**ENGINEER, points=90)
        assert found["outcome"] == "refused"
        assert found["faults"][0]["field"] == "points"

    def test_before_the_standard_the_law_is_not_on_record(self):
        assert ask(**ENGINEER, date="2016-05-01")["outcome"] == "look_up"

    @given(
        st.integers(0, 80), st.sampled_from(["doctor", "master", "bachelor", "other"]),
        st.integers(0, 50), st.integers(0, 900000), st.integers(0, 12), st.integers(0, 6),
        st.integers(0, 12), st.integers(0, 12),
    )  # fmt: skip
    def test_points_and_class_are_those_of_a_plain_reading(
        self, age, education, years, salary, months, hsk, bonus, local
    ):
        points = next((p for low, p in ((45, 20), (35, 17), (25, 14), (15, 11), (7, 8), (5, 5))
                       if salary >= low * 10000), 0)  # fmt: skip
        points += {"doctor": 20, "master": 15, "bachelor": 10}.get(education, 0)
        points += min(5 + years - 2, 20) if years >= 2 else 0
        points += next((p for low, p in ((9, 15), (6, 10), (3, 5)) if months >= low), 0)
        points += min(hsk, 5) + min(bonus, 5) + min(local, 10)
        points += next((p for low, high, p in ((18, 25, 10), (26, 45, 15), (46, 55, 10),
                                               (56, 60, 5)) if low <= age <= high), 0)  # fmt: skip
        degree = education != "other" and years >= 2
        second = age <= 60 and (points >= 60 or degree)
        found = ask(age=age, education=education, work_years=years, salary=salary, months=months,
                    hsk=hsk, bonus=bonus, local=local)  # fmt: skip
        assert found["effects"]["points"] == points
        assert found["effects"]["class"] == ("A" if points >= 85 else "B" if second else "none")


class TestEntry:
    def test_days_end_at_thirty(self):
        assert ask(**MAY, country="FR", days=30, purpose="tourism")["outcome"] == "admitted"
        found = ask(**MAY, country="FR", days=31, purpose="tourism")
        assert (found["verdict"], found["effects"]["lacked"]) == ("on_approval", "days")

    @pytest.mark.parametrize("code", ["NO", "no", False])
    def test_norway_is_read_as_a_country(self, code):
        found = ask(**MAY, country=code, days=10, purpose="tourism")
        assert found["effects"]["rule"] == "VF-UNI-46"

    def test_sweden_begins_a_week_later(self):
        case = {"country": "SE", "days": 5, "purpose": "tourism"}
        assert ask(**case, date="2025-11-09")["outcome"] == "visa_required"
        assert ask(**case, date="2025-11-10")["effects"]["rule"] == "VF-UNI-46"

    def test_the_unilateral_list_ends_and_says_so_a_year_ahead(self):
        case = {"country": "DE", "days": 5, "purpose": "business"}
        last = ask(**case, date="2026-12-31")
        assert last["outcome"] == "admitted"
        assert any("2027-01-01" in remark for remark in last["said"])
        assert ask(**case, date="2027-01-01")["outcome"] == "visa_required"
        assert "said" not in ask(**case, date="2025-12-31")

    def test_before_the_notice_the_first_days_are_looked_up(self):
        found = ask(country="DE", days=5, purpose="business", date="2025-06-01")
        assert (found["outcome"], rows(found)) == ("look_up", ["VF-UNI-46"])

    def test_the_waiver_of_one_territory_binds_to_it(self):
        case = {**MAY, "country": "RU", "days": 10, "purpose": "sport"}
        assert ask(**case, places=["city:sanya", "city:haikou"])["outcome"] == "admitted"
        assert ask(**case, place=["hainan"])["effects"]["rule"] == "VF-HN-59"
        case["country"] = "US"
        found = ask(**case, places=["hainan", "city:shenzhen"])
        assert (found["outcome"], found["effects"]["lacked"]) == ("visa_required", "stay_area")
        assert "no place is named" in ask(**case)["said"][0]

    def test_the_earlier_waiver_was_for_tours_of_an_agency(self):
        case = {"country": "US", "days": 10, "purpose": "tourism", "places": ["hainan"]}
        assert ask(**case, date="2024-02-08")["effects"]["lacked"] == "through_agency"
        assert ask(**case, date="2024-02-08", through_agency=True)["outcome"] == "admitted"
        assert ask(**case, date="2024-02-09")["outcome"] == "admitted"
        case |= {"places": ["city:haikou"], "through_agency": True}
        assert ask(**case, date="2018-05-01")["outcome"] == "admitted"
        assert ask(**case, date="2018-04-30")["outcome"] == "visa_required"

    @pytest.mark.parametrize("purpose", ["work", "study"])
    def test_no_waiver_helps_to_work_or_study(self, purpose):
        found = ask(**MAY, country="DE", days=5, purpose=purpose, places=["hainan"])
        assert found["effects"]["visa_needed"] is True
        assert found["effects"]["permit_needed"] is (purpose == "work")

    @pytest.mark.parametrize(
        ("route", "hours", "outcome"),
        [
            (["US", "CN", "JP"], 240, "admitted"),
            (["US", "CN", "JP"], 241, "visa_required"),
            (["US", "CN", "HK"], 100, "admitted"),
            (["US", "JP", "CN", "US"], 100, "admitted"),
            (["US", "CN"], 100, "visa_required"),
        ],
    )
    def test_transit_goes_on_to_a_third_country(self, route, hours, outcome):
        found = ask(**MAY, country="US", route=route, hours=hours, purpose="business")
        assert (found["outcome"], found["effects"]["rule"]) == (outcome, "TR-240")

    def test_days_of_a_transit_are_counted_as_hours(self):
        case = {**MAY, "country": "US", "route": ["US", "CN", "JP"], "purpose": "tourism"}
        assert ask(**case, days=10)["outcome"] == "admitted"
        assert ask(**case, days=11)["outcome"] == "visa_required"

    def test_the_list_of_transit_is_not_held_in_full(self):
        case = {**MAY, "country": "IN", "purpose": "tourism", "hours": 30}
        assert ask(**case, route=["IN", "CN", "JP"])["outcome"] == "look_up"
        found = ask(**case, route=["IN", "CN", "IN"])
        assert (found["outcome"], found["effects"]["rule"]) == ("visa_required", "TR-240")
        case["hours"] = 20
        found = ask(**case, route=["IN", "CN", "JP"], stays_in_port=True)
        assert found["effects"]["rule"] == "TR-24"

    def test_an_onward_ticket_is_assumed_and_shown(self):
        case = {**MAY, "country": "US", "route": ["US", "CN", "JP"], "hours": 9, "purpose": "visit"}
        assert ask(**case)["assumed"]["onward_ticket"] is True
        assert ask(**case, onward_ticket=False)["effects"]["lacked"] == "onward_ticket"

    def test_an_agreement_that_is_not_held_is_looked_up(self):
        assert rows(ask(**MAY, country="SG", days=5, purpose="business")) == ["VF-MUTUAL"]

    def test_nationals_and_compatriots_enter_under_other_documents(self):
        for country in ("CN", "HK"):
            assert ask(**MAY, country=country, days=5, purpose="visit")["outcome"] == "look_up"

    def test_what_is_missing_is_asked_where_it_decides(self):
        found = ask(**MAY, country="DE", purpose="business")
        assert (found["verdict"], found["needs"]) == ("ask", ["days"])
        assert found["possible"] == ["admitted", "visa_required"]
        assert ask(**MAY, country="DE", purpose="work")["needs"] == []

    @given(
           st.sampled_from(["DE", "US", "KZ", "IN", "BY"]), st.integers(0, 60),
           st.sampled_from(["business", "tourism", "medical", "news"]),
           st.lists(st.sampled_from(["hainan", "city:sanya", "city:shenzhen"]), max_size=3),
    )  # fmt: skip
    def test_entry_is_that_of_a_plain_reading(self, country, days, purpose, places):
        unilateral = country == "DE" and days <= 30 and purpose in ("business", "tourism")
        bound = bool(places) and "city:shenzhen" not in places
        island = country in ("DE", "US", "KZ", "BY") and days <= 30 and bound and purpose != "news"
        agreed = country in ("KZ", "BY")
        found = ask(**MAY, country=country, days=days, purpose=purpose, places=places or None)
        expected = ("admitted" if unilateral or island else
                    "look_up" if agreed else "visa_required")  # fmt: skip
        assert found["outcome"] == expected


class TestQuestion:
    def test_facts_of_two_questions_are_refused_naming_both(self):
        found = ask(age=35, country="DE")
        assert found["outcome"] == "refused"
        seen = found["faults"][0]["seen"]
        assert "work_permit: age" in seen and "entry: country" in seen

    def test_a_question_that_is_told_refuses_the_facts_of_another(self):
        found = ask(question="entry", age=35)
        assert found["faults"][0]["field"] == "age"
        assert ask(question="entri", country="DE")["faults"][0]["next"] == "did you mean 'entry'?"

    def test_a_question_that_is_told_chooses_among_those_that_read_a_fact(self):
        assert ask(**MAY, purpose="business", country="US", days=1)["outcome"] == "visa_required"
        found = ask(**MAY, question="visa", purpose="business", stem=True)
        assert found["needs"] == ["known_institution"]
        assert ask(question="entry", country="DE", stem=True)["faults"][0]["field"] == "stem"

    def test_rows_that_came_near_are_those_of_the_question(self):
        desk_of_tables = TableDesk(desk().law, table_regime("people"))
        case = {**MAY, "country": "DE", "days": 31, "purpose": "tourism", "places": ["hainan"]}
        near = desk_of_tables.traced(desk_of_tables.decision(case, DAY))["near"]
        assert "VF-HN-59" in [one["row"]["row"] for one in near]
        assert not [one for one in near if one["row"]["row"].startswith("WP-B")]

    def test_nothing_told_is_refused(self):
        assert ask(place=["hainan"])["faults"][0]["field"] == "question"

    @pytest.mark.parametrize(
        ("case", "field"),
        [
            ({"country": "DE", "dais": 5}, "dais"),
            ({"country": "Germany"}, "country"),
            ({"country": "DE", "days": "x"}, "days"),
            ({"country": "DE", "route": ["US", "JP"]}, "route"),
            ({"country": "DE", "route": "US"}, "route"),
            ({"country": "DE", "places": ["hainann"]}, "places"),
            ({"country": "DE", "places": [5]}, "places"),
            ({"country": "DE", "places": ["ftz:shanghai-lingang"], "date": "2018-01-01"}, "places"),
            ({"country": "DE", "days": 2, "hours": 49}, "hours"),
            ({"age": 30, "months": 13}, "months"),
            ({"age": -1}, "age"),
            ({"scheme": "PIT-XX", "income": 5}, "scheme"),
            ({"scheme": "PIT-HN", "income": 5, "year": 0}, "year"),
            ({"scheme": "PIT-HN", "actual_days": 300, "counted_days": 67}, "counted_days"),
        ],
    )
    def test_bad_input_is_refused_by_field(self, case, field):
        found = ask(**case)
        assert found["outcome"] == "refused"
        assert field in [error["field"] for error in found["faults"]]


class TestReforms:
    def test_a_longer_stay_acts_in_its_territory_only(self):
        change = m.Change(
            "stay", "amend", rows=("VF-HN-59",),
            params=(("days_max", 60), ("stay_area", ("hainan",))),
            conditions=(
                m.Condition("country", "in", ("US",)),
                m.Condition("days", "between", max=60),
            ),
        )  # fmt: skip
        case = {**MAY, "country": "US", "days": 45, "purpose": "tourism"}
        reformed = under("people", change, territory=("hainan",))
        assert ask(**case, places=["hainan"])["outcome"] == "visa_required"
        assert reformed.answer({**case, "places": ["hainan"]})["outcome"] == "admitted"
        out = reformed.answer({**case, "places": ["hainan", "city:shenzhen"]})
        assert out["outcome"] == "visa_required"

    def test_fewer_points_for_class_a_in_one_zone(self):
        change = m.Change(
            "points", "amend", rows=("WP-A",),
            conditions=(m.Condition("points", "between", min=70),),
        )  # fmt: skip
        reformed = under("people", change, territory=("ftz:shanghai-lingang",))
        case = {**ENGINEER, "place": ["ftz:shanghai-lingang"]}
        assert ask(**case)["outcome"] == "class_b"
        assert reformed.answer(case)["outcome"] == "class_a"
        assert reformed.answer({**ENGINEER, "place": ["city:beijing"]})["outcome"] == "class_b"


def test_transit_by_a_list_recalled_from_memory_is_to_be_confirmed():
    found = ask(**MAY, country="US", route=["US", "CN", "JP"], hours=120, purpose="business")
    assert (found["outcome"], found["because"][0]["row"]) == ("admitted", "TR-240")
    assert found["because"][0]["evidence"] == "memory/high"
    assert any("confirm before relying on this" in text for text in found["said"])


@pytest.mark.parametrize(
    "case",
    [{"country": "DE", "days": 5, "purpose": "business", "date": "2010-01-01"},
     {"income": 600000, "year": 2018, "place": ["hainan"]}],
)  # fmt: skip
def test_a_day_before_the_record_names_the_first_document_after_it(case):
    found = ask(**case)
    assert found["outcome"] == "look_up"
    assert any("the first that is held after it" in text for text in found["said"])
