"""For which programme an amount of a message is meant."""

from __future__ import annotations

from heard import COUNTERFEIT, TRADEMARK, amounts, message, question

from actions.message import Message
from actions.understanding import understand


def test_the_amount_said_of_costs_goes_to_the_only_programme_that_goes_by_costs() -> None:
    amount = {"low": 2_400_000, "high": 2_400_000, "per": None, "role": "cost", "approx": False}
    assert {"squatted_trademark": 2_400_000} == understand(message(amount=amount), TRADEMARK, None).facts[
        "costs"
    ]


def test_damages_that_are_claimed_are_no_cost() -> None:
    amount = {"low": 10**8, "high": 10**8, "per": None, "role": "other", "approx": False}
    assert "costs" not in understand(message(amount=amount), {"problems": ["sued_abroad"]}, None).facts


def test_each_cost_goes_to_the_matter_named_with_it() -> None:
    """Under the question of one programme's cost, the other's is told as well: none is lost."""
    facts = {"problems": ["squatted_trademark", "counterfeit"]}
    text = "取消に200万、偽物の調査に100万"
    ends = {"per": None, "role": None, "approx": False}
    told = [
        {"entity": "amount", "value": {"low": yen, "high": yen} | ends, "start": text.index(said), "end": end}
        for yen, said, end in ((2_000_000, "200万", 8), (1_000_000, "100万", len(text)))
    ]
    asked = {"fact": "costs", "part": "squatted_trademark", "options": []}
    found = understand(Message(text, "inform", 0.9, told, {"inform": 0.9}), facts, asked)
    assert {"squatted_trademark": 2_000_000, "counterfeit": 1_000_000} == found.facts["costs"]


def test_a_part_of_the_cost_does_not_replace_the_cost() -> None:
    text = "弁護士費用に500万円、うち着手金100万はもう払いました"
    told = amounts(text, **{"500万": 5_000_000, "100万": 1_000_000})
    found = understand(Message(text, "inform", 0.9, told), {"problems": ["sued_abroad"]}, None)
    assert {"sued_abroad": 5_000_000} == found.facts["costs"]


def test_the_cost_of_a_case_is_of_the_programme_that_goes_by_cases() -> None:
    facts = {"problems": ["foreign_filing", "squatted_trademark"]}
    text = "EUは2件、1件40万"
    told = amounts(text, **{"40万": 400_000})
    told[0]["value"]["per"] = "case"
    assert "costs" not in understand(Message(text, "inform", 0.9, told), facts, None).facts


def test_costs_for_different_ends_are_added_up() -> None:
    text = "調査費用として80万円、警告状の送付に40万円を見込んでおります"
    told = amounts(text, **{"80万円": 800_000, "40万円": 400_000})
    found = understand(Message(text, "inform", 0.9, told), COUNTERFEIT, None)
    assert {"counterfeit": 1_200_000} == found.facts["costs"]


def test_the_cost_of_a_case_goes_to_the_cases_beside_another_problem() -> None:
    filing = {"problems": ["foreign_filing", "counterfeit"], "applications": [{"right_type": "design"}]}
    told = amounts("1件60万", **{"60万": 600_000})
    told[0]["value"]["per"] = "case"
    found = understand(Message("1件60万", "inform", 0.9, told), filing, None)
    assert [{"right_type": "design", "cost_yen": 600_000}] == found.facts["applications"]


def test_an_estimate_is_a_cost_and_answers_no_question_of_payment() -> None:
    facts = {"problems": ["squatted_trademark"], "jp_trademark": True}
    asked = question(facts)
    assert "spent_already" == asked["fact"]
    amount = {"low": 1_500_000, "high": 1_500_000, "per": None, "role": "cost", "approx": False}
    found = understand(message("150万円の見積もりです", amount=amount), facts, asked)
    assert {"squatted_trademark": 1_500_000} == found.facts["costs"]
    assert "spent_already" not in found.facts


def test_a_bare_amount_under_a_yes_or_no_question_is_what_it_costs() -> None:
    facts = {**TRADEMARK, "applicant": "corporation", "is_sme": True}
    asked = {"fact": "deemed_large", "part": None, "options": [], "text": "", "help": ""}
    found = understand(message("240万くらい", amount={"low": 2_400_000, "high": 2_400_000}), facts, asked)
    assert {"squatted_trademark": 2_400_000} == found.facts["costs"]
    assert "deemed_large" not in found.facts
