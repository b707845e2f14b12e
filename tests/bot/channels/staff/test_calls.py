"""Three calls on the real chain, by keyboard alone, from the first word to the confirmed sheet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from browsing import ARTEFACTS, assert_accessible, shot
from people import log_in
from playwright.sync_api import Page, expect

from knowledge import load_knowledge, option_facts

MOST_QUESTIONS = 12

CALLS = {
    "squatted_trademark": {
        "heard": [
            "あのー、もしもし、えーとですね、中国でうちの商標がですね、勝手に登録されちゃってまして",
            "あ、はい、日本ではちゃんと登録してます",
            "取り消したいんですけど、費用がえーと、200万円、あ、すみません、240万円って言われました",
        ],
        "truth": {
            "applicant": "corporation",
            "is_sme": True,
            "deemed_large": False,
            "spent_already": False,
            "jp_trademark": True,
            "will_to_use": True,
            "measure": "cancellation",
            "countries": ["CN"],
        },
        "shows": ["⑤ 冒認商標無効・取消係争支援", "対象となる可能性があります", "1,600,000円"],
    },
    "foreign_filing": {
        "heard": [
            "えー、お世話になります。アメリカに特許を2件、出したいと思ってるんですよ",
            "ええ、日本の特許庁にはもう出してあります",
            "費用はですね、えっと、1件あたり120万円くらいですかね",
            "あ、すみません、特許は2件じゃなくて3件でした",
        ],
        "truth": {
            "applicant": "corporation",
            "is_sme": True,
            "deemed_large": False,
            "spent_already": False,
            "jp_application": True,
            "countries": ["US"],
        },
        "shows": ["① 外国出願支援", "対象となる可能性があります", "1,800,000円"],
    },
    "counterfeit": {
        "heard": [
            "すみません、あのですね、ベトナムでうちの商品の偽物が出回ってるって聞きまして",
            "現地でも商標は登録してあります",
            "えーと、来週の展示会までに何とかしたいんですけど",
            "調査と警告の費用は、150万円の見積もりです",
        ],
        "truth": {
            "applicant": "corporation",
            "is_sme": True,
            "deemed_large": False,
            "spent_already": False,
            "right_in_country": True,
            "evidence": True,
            "countries": ["VN"],
        },
        "shows": ["③ 模倣品対策支援", "対象となる可能性があります", "1,000,000円"],
        "warns": ["期限があります", "展示会"],
    },
}


@dataclass
class Hands:
    """An operator's hands: counts what they do."""

    page: Page
    presses: int = 0
    characters: int = 0
    steps: list[str] = field(default_factory=list)

    def press(self, key: str, step: str = "") -> None:
        """One press, of a key or a chord."""
        self.presses += 1
        if step:
            self.steps.append(step)
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type a text, as it comes out of the input method."""
        self.characters += len(text)
        self.page.keyboard.insert_text(text)


@pytest.mark.parametrize("name", CALLS)
def test_a_call_from_the_first_word_to_the_confirmed_sheet(browse, real_console, name):
    script = CALLS[name]
    page = browse(real_console, real_console.removesuffix("/staff"), viewport={"width": 1440, "height": 900})
    log_in(page, "tanaka")
    hands = Hands(page)
    expect(page.get_by_role("button", name="新しい電話を受ける")).to_be_focused()
    hands.press("Enter", "new call")
    expect(page.locator("body[data-ready] #words")).to_be_focused()
    for line in script["heard"]:
        hands.write(line)
        hands.press("Control+Enter", "analyse")
        expect(page.locator("#words")).to_have_value("", timeout=30_000)
    for words in script.get("warns", []):
        expect(page.locator("#question")).to_contain_text(words)
    shot(page, f"staff-call-{name}-heard")
    _answer_all(page, hands, script["truth"])
    for words in script["shows"]:
        expect(page.locator("#routes")).to_contain_text(words)
    shot(page, f"staff-call-{name}-answered", full_page=True)
    hands.press("Alt+m", "memo")
    expect(page.locator("#s-remarks")).to_be_focused()
    hands.write("見積書を送ってもらう")
    hands.press("Alt+k", "confirm")
    expect(page.locator("#status")).to_have_text("相談票を確定しました。", timeout=30_000)
    expect(page.locator("#head")).to_contain_text("確定済み")
    expect(page.locator("#sheet")).to_contain_text("第1版")
    expect(page.locator("#s-remarks")).to_have_value("見積書を送ってもらう")
    assert_accessible(page)
    shot(page, f"staff-call-{name}-confirmed", full_page=True)
    _report(name, hands)


def _answer_all(page: Page, hands: Hands, truth: dict[str, object]) -> None:
    """Reads each question and presses the key of the answer that is true."""
    spoken = page.locator("#question .spoken")
    for _ in range(MOST_QUESTIONS):
        asked = spoken.inner_text()
        options = [chip.get_attribute("data-option") for chip in page.locator("[data-action=answer]").all()]
        if not options:
            return
        hands.press(f"Alt+{_true_one(options, truth) + 1}", "answer")
        expect(spoken).not_to_have_text(asked, timeout=30_000)
    raise AssertionError(f"more than {MOST_QUESTIONS} questions")


def _true_one(options: list[str], truth: dict[str, object]) -> int:
    for place, option in enumerate(options):
        values = option_facts(option, {}, load_knowledge())
        if all(value is not None and truth.get(fact) == value for fact, value in values.items()):
            return place
    return len(options) - 1


def _report(name: str, hands: Hands) -> None:
    found = {
        "steps": len(hands.steps),
        "presses": hands.presses,
        "characters": hands.characters,
        "answers": hands.steps.count("answer"),
    }
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    (ARTEFACTS / f"staff-call-{name}.json").write_text(json.dumps(found))
    # Beyond what is heard, a call takes about a press a question.
    assert found["presses"] <= 20, found
