"""A question in between is answered about the case that is being talked of, or honestly not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.faq import find_answer
from knowledge import load_knowledge

TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "faq_questions.yml").read_text(encoding="utf-8")
)
QUESTIONS = [row for rows in TABLE.values() for row in rows]


@pytest.mark.parametrize(
    ("question", "problems", "entry"),
    [
        ("補助率はいくつですか？", ["squatted_trademark"], "rate_squatted_trademark"),
        ("補助率はいくつですか？", ["counterfeit"], "rate_counterfeit"),
        ("補助率はいくつですか？", ["counterfeit", "sued_abroad"], "rates_all"),
        ("補助率はいくつですか？", [], "rates_all"),
        ("①の補助率は?", ["squatted_trademark"], "rate_foreign_filing"),
        ("弁理士費用も入る？", ["foreign_filing"], "agent_fees"),
        ("上限はいくらまで?", ["counterfeit"], "cap_counterfeit"),
        ("どこに申し込む？", ["counterfeit", "desk_consultation"], "when_counterfeit"),
        ("どこに申し込む？", ["foreign_filing"], "where_foreign_filing"),
        ("いつまでに", ["squatted_trademark"], "when_squatted_trademark"),
    ],
)
def test_the_rate_is_that_of_the_case(question: str, problems: list[str], entry: str) -> None:
    """Another programme's rate would be a false answer."""
    found = find_answer(question, problems)
    assert found is not None
    assert entry == found.id


def test_short_questions_find_their_entry_and_seldom_a_wrong_one() -> None:
    """None of the table is worded as the entries are; silence is better than a false answer."""
    given = [_id(row) for row in QUESTIONS]
    right = [id_ in (row["a"] or [None]) for id_, row in zip(given, QUESTIONS, strict=True)]
    wrong = [
        (row["q"], id_) for id_, row, fine in zip(given, QUESTIONS, right, strict=True) if id_ and not fine
    ]
    assert sum(right) / len(QUESTIONS) >= 0.93, wrong
    assert len(wrong) / len(QUESTIONS) <= 0.05, wrong


def test_the_table_is_apart_from_the_entries_own_words() -> None:
    wordings = {wording for entry in load_knowledge().faq for wording in (entry.question, *entry.variants)}
    assert len(QUESTIONS) >= 60
    assert not wordings & {row["q"] for row in QUESTIONS}
    assert {id_ for row in QUESTIONS for id_ in row["a"] or []} <= {
        entry.id for entry in load_knowledge().faq
    }


def test_every_wording_of_an_entry_finds_an_answer() -> None:
    """Nearly always its own: a few mean the same in two entries."""
    pairs = [
        (wording, entry.id) for entry in load_knowledge().faq for wording in (entry.question, *entry.variants)
    ]
    own = [_id({"q": wording, "p": []}) == id_ for wording, id_ in pairs]
    assert sum(own) / len(own) >= 0.93, [pair for pair, fine in zip(pairs, own, strict=True) if not fine]


def _id(row: dict[str, Any]) -> str | None:
    found = find_answer(row["q"], row["p"])
    return found.id if found else None
