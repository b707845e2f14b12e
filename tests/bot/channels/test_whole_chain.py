"""A whole conversation in Chromium with the real Rasa, actions and knowledge behind the page."""

from __future__ import annotations

import unicodedata
from typing import Any

from browsing import assert_accessible, say, settled, shot
from pdf_text import Pdf
from playwright.sync_api import Page, expect

from knowledge import assess, load_knowledge
from tests.chain import Chain
from tests.told_case import ANSWERS, FIRST, TRUTH


def test_a_conversation_from_the_first_word_to_the_sheet_on_paper(browse, chain: Chain) -> None:
    page = browse(chain.address)
    expected = assess(TRUTH).to_json()["routes"][0]["estimate"]
    amount, share = (f"{expected[end]:,}円" for end in ("low_yen", "self_burden_low_yen"))
    question = _say(page, FIRST)
    shot(page, "real-question-desktop")
    open_answers = dict(ANSWERS)
    while question is not None:
        assert question["fact"] in open_answers, f"{question['fact']} is asked, or asked again"
        question = _say(page, open_answers.pop(question["fact"]))
    card = page.locator(".advice")
    for part in ("対象となる可能性があります", amount, share, "2/3", "2022年度", load_knowledge().desk.phone):
        expect(card).to_contain_text(part)
    assert_accessible(page)
    shot(page, "real-advice-desktop")

    page.reload()
    expect(card).to_contain_text(amount)
    with page.context.expect_page() as opened:
        page.get_by_text("相談票を開く").first.click()
    sheet = opened.value
    sheet.wait_for_load_state()
    shot(sheet, "real-sheet", full_page=True)
    paper = Pdf(sheet.pdf(format="A4", tagged=True)).text
    for part in (amount, share, FIRST, load_knowledge().desk.phone):
        assert _flat(part) in _flat(paper)


def _say(page: Page, words: str) -> dict[str, Any] | None:
    """Say something, wait for the answer, and return the question that is open then."""
    with page.expect_response(lambda r: r.url.endswith("/messages"), timeout=60_000) as response:
        say(page, words)
    settled(page)
    question: dict[str, Any] | None = response.value.json()["advice"]["next"]
    return question


def _flat(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())
