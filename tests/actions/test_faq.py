"""A question in between is answered about the case that is being talked of."""

from __future__ import annotations

import pytest

from actions.faq import find_answer


@pytest.mark.parametrize(
    ("question", "problems", "entry"),
    [
        ("補助率はいくつですか？", ["squatted_trademark"], "rate_squatted_trademark"),
        ("補助率はいくつですか？", ["counterfeit"], "rate_counterfeit"),
        ("補助率はいくつですか？", ["counterfeit", "sued_abroad"], "rates_all"),
        ("補助率はいくつですか？", [], "rates_all"),
        ("①の補助率は?", ["squatted_trademark"], "rate_foreign_filing"),
        ("弁理士費用も入る？", ["foreign_filing"], "agent_fees"),
    ],
)
def test_the_rate_is_that_of_the_case(question: str, problems: list[str], entry: str) -> None:
    """Another programme's rate would be a false answer."""
    found = find_answer(question, problems)
    assert found is not None
    assert entry == found.id


def test_what_no_entry_is_about_is_not_answered() -> None:
    assert find_answer("明日の天気は晴れますか", []) is None
