"""What a message rules out of a case, and what only sounds like it."""

from __future__ import annotations

import pytest

from actions.narrowing import ruled_out

SUED, TAKEN, COPIED = "sued_abroad", "squatted_trademark", "counterfeit"
INSURED, FILING, EXAM = "litigation_insurance", "foreign_filing", "exam_response"


@pytest.mark.parametrize(
    ("text", "problems", "latest", "expected"),
    [
        ("訴訟の話だけです", [SUED, TAKEN], [], [TAKEN]),
        ("訴訟の件だけでいいです", [SUED, TAKEN], [], [TAKEN]),
        ("警告状のほうだけお願いします", [SUED, COPIED, TAKEN], [], [COPIED, TAKEN]),
        ("商標の話は関係ないです", [SUED, TAKEN], [], [TAKEN]),
        ("模倣品の話じゃないです", [COPIED], [], [COPIED]),
        ("偽物じゃないです、商標を取られたんです", [COPIED], [], [COPIED]),
        ("保険はもういいです", [SUED, INSURED], [], [INSURED]),
        ("出願の方はやめます", [FILING, TAKEN], [], [FILING]),
        ("保険は考えてません", [SUED, INSURED], [], [INSURED]),
        ("それは関係ないです", [SUED, TAKEN], [TAKEN], [TAKEN]),
        ("そっちは違います", [SUED, TAKEN], [TAKEN], [TAKEN]),
        ("それは関係ないです", [SUED, TAKEN], [], []),
        # About a fact, not about what the case is about.
        ("商標は日本で登録していません", [TAKEN], [], []),
        ("訴訟はまだしていません", [TAKEN, SUED], [], []),
        ("警告状はないです", [INSURED, SUED], [], []),
        ("警告状だけです", [SUED], [], []),
        ("保険には入っていません", [INSURED], [], []),
        ("商標だけじゃなくて特許も", [FILING, TAKEN], [], []),
        ("審査請求じゃなくて応答です", [EXAM], [], []),
        ("商標じゃなくて意匠", [FILING, TAKEN], [], []),
        ("まだ出願してません", [FILING], [], []),
        ("偽物の証拠はありません", [COPIED], [], []),
        ("裁判はしたくない", [SUED], [], []),
        ("応答はまだです", [EXAM], [], []),
        ("違います", [SUED], [SUED], []),
    ],
)
def test_only_words_about_the_matter_rule_it_out(
    text: str, problems: list[str], latest: list[str], expected: list[str]
) -> None:
    assert expected == ruled_out(text, problems, latest)
