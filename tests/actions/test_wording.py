"""What the bot says is plain: short sentences, the conclusion first, one voice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from actions.advising import advice_on
from actions.wording import acknowledgement, changed_text, handover_offer, handover_text, what_if_text
from bot.channels.inbox.texts import load_inbox_texts
from bot.channels.texts import load_texts

ROOT = Path(__file__).parents[2]
LONGEST = 60
"""Characters of a sentence, without the places that the code fills."""
ALLOWED = 75
"""A sentence with an example or two ways out may be a little longer: at most a tenth of all are."""

COPIED: dict[str, Any] = {
    "problems": ["counterfeit"],
    "countries": ["TH"],
    "applicant": "corporation",
    "is_sme": True,
    "deemed_large": False,
    "spent_already": False,
    "right_in_country": True,
    "evidence": True,
    "costs": {"counterfeit": 1_500_000},
}


def sentences() -> Iterator[str]:
    """Every sentence that is said around the questions and the advice, and every question."""
    said = yaml.safe_load((ROOT / "actions/data/texts.yml").read_text(encoding="utf-8"))
    texts = [text for text in said.values() if isinstance(text, str)]
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    texts += [reply["text"] for replies in domain["responses"].values() for reply in replies]
    facts = yaml.safe_load((ROOT / "knowledge/data/facts.yml").read_text(encoding="utf-8"))["facts"]
    for question in (question for fact in facts for question in fact["questions"].values()):
        for words in (question, *question.get("variants", [])):
            texts += [words[part] for part in ("text", "spoken", "help")]
    for text in texts:
        yield from (part for part in re.split("[。？！]", re.sub(r"\{[^}]*\}", "", text)) if part)


def test_sentences_are_short() -> None:
    said = list(sentences())
    long = [sentence for sentence in said if len(sentence) > LONGEST]
    assert len(said) > 150
    assert not [sentence for sentence in long if len(sentence) > ALLOWED]
    assert len(long) <= len(said) // 10, long


def test_one_voice() -> None:
    """Polite throughout, and nothing is promised."""
    for sentence in sentences():
        assert not re.search("(だ|である|しろ|せよ)$", sentence), sentence
        assert "対象です" not in sentence


def test_a_suit_or_a_deadline_puts_the_desk_before_the_next_question() -> None:
    sued = acknowledgement({"problems": ["sued_abroad"]}, ["problems"], echo=True)
    assert any("03-3581-1101" in line for line in sued)
    late = acknowledgement({"problems": ["exam_response"]}, ["problems"], echo=True, presses=True)
    assert any("期限" in line for line in late)
    calm = acknowledgement({"problems": ["exam_response"]}, ["problems"], echo=True)
    assert not any("03-3581-1101" in line for line in calm)


def test_a_correction_says_what_it_changed() -> None:
    before, after = advice_on(COPIED), advice_on(COPIED | {"costs": {"counterfeit": 3_000_000}})
    assert "1,000,000円 → 2,000,000円" in changed_text(before, after)
    # A cap is no amount: what becomes known is told by itself.
    open_cost = advice_on({name: value for name, value in COPIED.items() if name != "costs"})
    known = changed_text(open_cost, before)
    assert "補助額の目安は1,000,000円になりました" in known
    assert "→" not in known
    assert "変わりません" in changed_text(before, advice_on(COPIED | {"countries": ["VN"]}))
    paid = changed_text(before, advice_on(COPIED | {"spent_already": True}))
    assert "「対象となる可能性があります」から「対象外の見込みです」" in paid
    both = changed_text(before, advice_on(COPIED | {"problems": ["counterfeit", "squatted_trademark"]}))
    assert "加えました" in both
    assert "外しました" in changed_text(before, advice_on({"problems": ["squatted_trademark"]}))


def test_a_supposition_shows_both_results() -> None:
    told = what_if_text(advice_on(COPIED), advice_on(COPIED | {"costs": {"counterfeit": 3_000_000}}))
    assert "2,000,000円" in told
    assert "1,000,000円" in told
    assert "記録はまだ変えていません" in told


def test_the_text_for_the_desk_holds_what_was_learnt() -> None:
    told = handover_text(advice_on(COPIED | {"evidence": None}))
    for piece in (
        "タイ",
        "1,500,000円",
        "まだ分からないこと：模倣品の証拠",
        "確認が必要です",
        "03-3581-1101",
    ):
        assert piece in told


def test_each_channel_names_a_way_to_an_operator_that_it_has():
    """The web opens the sheet, a messenger takes a word; on the phone an operator is there already."""
    assert load_texts().words["sheet"].startswith(named(handover_offer("web")))
    for channel in ("line", "slack"):
        assert "handover" == load_inbox_texts().command(named(handover_offer(channel)))
    assert handover_offer("phone") is None
    assert handover_offer(None) is None


def named(offer: str | None) -> str:
    return re.search("「(.+?)」", offer or "")[1]
