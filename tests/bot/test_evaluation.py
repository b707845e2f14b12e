"""How well utterances are understood, held to bounds; the figures stand in docs/nlu.md."""

from __future__ import annotations

import os
from datetime import date

import pytest

from bot.train import ROOT
from tests import evaluation


@pytest.fixture(scope="module")
def first() -> evaluation.Figures:
    if not evaluation.DEVELOPMENT_SET.exists():
        if os.environ.get("CI"):
            pytest.fail(f"the development set is missing: {evaluation.DEVELOPMENT_SET}")
        pytest.skip("the development set lies beside the checkout of those who build")
    return evaluation.first_problems()


def test_the_right_problem_comes_first(first: evaluation.Figures) -> None:
    assert first.accuracy >= 0.93, list(first.confusions())
    assert first.macro_f1 >= 0.92


def test_no_problem_is_much_worse_than_the_others(first: evaluation.Figures) -> None:
    assert {label: first.recall(label) for label in first.labels if first.recall(label) < 0.85} == {}


def test_what_is_out_of_scope_is_not_sent_to_a_programme(first: evaluation.Figures) -> None:
    assert first.wrongly_routed <= 0.08


def test_several_problems_in_one_utterance_are_all_found() -> None:
    several = evaluation.several_problems()
    assert len(several.rows) >= 60
    assert several.accuracy >= 0.85, list(several.confusions())


def test_what_owners_say_in_their_own_voices_is_understood() -> None:
    """Trades, dialects, telephone, errors of recognition. Its mistakes were looked at once: docs/nlu.md."""
    owners = evaluation.several_problems(evaluation.DATA / "owners.tsv")
    assert len(owners.rows) >= 130
    assert owners.accuracy >= 0.85, list(owners.confusions())
    counts, mistakes = evaluation.facts(evaluation.DATA / "owners.tsv")
    assert evaluation.micro_f1(counts) >= 0.9, mistakes


def test_facts_are_read_from_any_utterance() -> None:
    counts, mistakes = evaluation.facts()
    assert sum(counts.values()) >= 200
    assert evaluation.micro_f1(counts) >= 0.93, mistakes


def test_the_figures_of_the_page_are_written_anew_and_nothing_else_of_it() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    written = evaluation.with_figures(page, [("facts", 3, "micro-F1", 0.5)], date(2026, 12, 1))
    (table,) = set(written.splitlines()) - set(page.splitlines()) - {"| facts | 3 | micro-F1 | 0.500 |"}
    assert "| what, measured on 2026-12-01 | utterances | measure | figure |" == table
    before, after = (page.partition(evaluation.FIGURES[0])[0], page.partition(evaluation.FIGURES[1])[2])
    assert written.startswith(before)
    assert written.endswith(after)
