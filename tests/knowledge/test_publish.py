"""What is published of a year: every figure with the document it comes from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from knowledge import load_knowledge
from tests.programmes import PROGRAMMES

KNOWLEDGE = load_knowledge()
YEARS = pytest.mark.parametrize("fiscal_year", [2022, 2025])


def mappings(content: Any) -> Any:
    """Every mapping in the publication."""
    if isinstance(content, dict):
        yield content
        content = list(content.values())
    if isinstance(content, list):
        for item in content:
            yield from mappings(item)


@YEARS
def test_every_figure_has_a_basis_with_its_document(fiscal_year):
    published = KNOWLEDGE.to_json(fiscal_year)
    found = list(mappings([published["programs"], published["size_tables"]]))
    figures = [each for each in found if {"yen", "from_policy_year", "capital_yen"} & set(each)]
    assert 12 + 8 + 10 < len(figures)
    for figure in figures:
        assert figure["basis"]["document"]
        assert figure["basis"]["checked_on"]
        assert figure["basis"]["kind"] in ("seed", "page", "interpretation")


@YEARS
def test_it_holds_the_six_programmes_and_the_desk(fiscal_year):
    published = KNOWLEDGE.to_json(fiscal_year)
    assert [*PROGRAMMES, "inpit_desk"] == [programme["id"] for programme in published["programs"]]
    assert fiscal_year == published["fiscal_year"]
    assert [2022, 2025] == published["fiscal_years"]
    assert KNOWLEDGE.version == published["knowledge_version"]
    assert published["label"]
    assert published["provisional"]["basis"]["document"]
    assert json.loads(json.dumps(published)) == published


@YEARS
def test_common_conditions_stand_in_each_programme(fiscal_year):
    for programme in KNOWLEDGE.to_json(fiscal_year)["programs"][:-1]:
        ids = [condition["id"] for condition in programme["conditions"]]
        assert ["is_sme", "deemed_large", "spent_already"] == ids[:3]
        assert all(condition["test"] and condition["text"] for condition in programme["conditions"])


def test_it_holds_the_vocabulary_of_the_facts():
    published = KNOWLEDGE.to_json(2022)
    facts = {fact["id"]: fact for fact in published["vocabulary"]["facts"]}
    assert set(KNOWLEDGE.facts) == set(facts)
    assert "日本での商標登録" == facts["jp_trademark"]["label"]
    assert facts["measure"]["questions"]["default"]["options"]
    assert 251 == len(published["vocabulary"]["countries"])
    assert set(KNOWLEDGE.problems) == {problem["id"] for problem in published["problems"]}


def test_a_rate_is_published_as_a_fraction():
    budgets = KNOWLEDGE.to_json(2022)["programs"][5]["amount"]["budgets"]
    assert ["1/2", "1/3"] == [rate["value"] for rate in budgets[0]["rates"]]
    assert budgets[0]["company_cap"] is None
    assert "書かれていません" in budgets[0]["no_company_cap"]["text"]
