"""What is asked when facts are missing, and where each answer leads."""

from tests.decide.book_cases import cases, explained, part, told


def leaves(ask):
    for branch in ask.branches:
        if branch.then is not None:
            yield from leaves(branch.then)
        else:
            yield branch


def leading(ask):
    return {branch.possible[0]: branch.choices for branch in ask.branches}


def test_each_nationality_leads_somewhere():
    found = leading(explained("AT-07").ask)
    assert found["allowed_within_limits"][0].kind == "host"
    assert found["denied_condition"][0].kind == "foreign"


def test_each_area_leads_somewhere():
    found = leading(explained("AT-16").ask)
    named = {place.id for choice in found["allowed_with_approval"] for place in choice.named}
    assert named == {"ftz:shanghai-lingang", "city:shanghai-pudong"}
    assert found["prohibited"][0].kind == "elsewhere"


def test_each_activity_of_a_code_leads_somewhere():
    found = leading(explained("AT-08").ask)
    assert [one.id for choice in found["denied_share"] for one in choice.named] == ["edu.higher"]
    assert "unnamed" in {choice.kind for choice in found["allowed"]}


def test_an_activity_of_no_kind_that_rules_name_leads_somewhere_too():
    found = leading(explained("AT-11").ask)
    kinds = {choice.kind: choice for choice in found["allowed_with_approval"]}
    assert [one.id for one in kinds["other_kind"].named] == ["health.medical_institution.hospital"]
    left_out = {one.id.rpartition(".")[2] for c in found["denied_share"] for one in c.named}
    assert left_out == {"tcm", "psychiatric", "infectious", "blood"}


def test_the_ends_of_a_range_are_exact():
    case = {"regime": "capital", "activity": "seed.corn", "place": "ftz:shandong",
            "date": "2023-05-01"}  # fmt: skip
    ask = explained(case).ask
    found = [(branch.possible[0], branch.choices[0].low, branch.choices[0].high)
             for branch in ask.branches]  # fmt: skip
    names = [(word, str(low.normalize()), str(high.normalize())) for word, low, high in found]
    assert names == [("allowed_within_limits", "0", "0.66"), ("denied_share", "0.660001", "1")]
    english = part(told(case, "en"), "What is missing")
    assert "- up to 66%: Yes;" in english
    assert "- more than 66%: No;" in english
    assert "- 高于66%：不可以。" in part(told(case, "zh"), "尚缺的事实")


def test_questions_go_on_until_the_answer_is_settled():
    case = {"regime": "capital", "activity": "air.public", "foreign_share": "0.4",
            "place": "ftz:henan", "date": "2024-06-01"}  # fmt: skip
    explanation = explained(case)
    assert explanation.needs == ("largest_single_foreign", "legal_rep_nationality")
    outcomes = {branch.possible for branch in leaves(explanation.ask)}
    assert outcomes == {(word,) for word in explanation.possible}


def test_questions_lead_to_what_is_possible():
    for case in cases():
        explanation = explained(case)
        assert bool(explanation.ask) == bool(explanation.needs)
        if explanation.ask is not None:
            words = {word for branch in leaves(explanation.ask) for word in branch.possible}
            assert words <= set(explanation.possible), case
