"""The chat page in a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from rasa_stand_in import COMPLETE, advice, text

from knowledge import load_knowledge

CHROMIUM = shutil.which("chromium") or ""
ARTEFACTS = Path(os.environ.get("TEST_ARTEFACTS", "results/screenshots"))
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
WAITING = "回答を作成しています"

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip("no chromium on this machine", allow_module_level=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "CI has a chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, server, rasa) -> Iterator[Page]:
    """The page, opened; it must make no error and ask no other host."""
    context = browser.new_context(
        base_url=server.url, locale="ja-JP", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda m: page.faults.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith(server.url) else page.faults.append(r.url))
    page.goto("/")
    expect(said(page)).to_have_count(1)
    yield page
    # The browser itself logs every answer that is an error: that is what some tests provoke.
    assert [fault for fault in page.faults if "Failed to load resource" not in fault] == []
    context.close()


def said(page):
    return page.locator("#log li.person .said, #log li.bot .said")


def say(page, words, send="Enter"):
    page.get_by_label("ご相談の内容").fill(words)
    page.keyboard.press(send)


def shot(page, name):
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


def assert_accessible(page):
    results = Axe().run(page, options=AXE)
    assert results.violations_count == 0, results.generate_report()


def test_a_conversation_ends_with_a_card_that_has_everything(page):
    page.get_by_label("ご相談の内容").fill("中国で当社の商標が勝手に登録されました")
    page.get_by_role("button", name="送信").click()
    expect(said(page)).to_have_count(3)
    expect(page.get_by_label("ご相談の内容")).to_have_value("")
    page.get_by_role("button", name="はい", exact=True).click()
    expect(said(page)).to_have_count(5)
    expect(said(page).nth(3)).to_have_text("はい")
    card = page.locator("#advice")
    for words in ("対象となる可能性があります", "1,600,000円", "800,000円", "2/3", "2022年度", "満たす"):
        expect(card).to_contain_text(words)
    expect(card).to_contain_text(load_knowledge().desk.phone)
    card.get_by_text("計算の過程").click()
    expect(card.get_by_text("= 1,600,000円").first).to_be_visible()
    card.get_by_text("出典").first.click()
    assert_accessible(page)
    shot(page, "chat-complete")


def test_the_desk_s_number_is_on_the_page_and_can_be_dialled(page):
    link = page.locator(".site-desk").get_by_role("link", name=re.compile("電話"))
    page.set_viewport_size({"width": 320, "height": 400})
    page.get_by_role("button", name="送信").scroll_into_view_if_needed()
    expect(link).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(link).to_have_attribute("href", "tel:03-3581-1101")
    assert_accessible(page)
    shot(page, "chat-opening")


def test_verdicts_are_words_and_what_is_open_says_so(page, rasa):
    rasa.answer = lambda _: [text("うかがいます"), advice({"problems": ["counterfeit"]})]
    say(page, "偽物")
    card = page.locator("#advice")
    for words in ("ここまでの見立て（途中）", "確認が必要です", "未確認", "4,000,000円"):
        expect(card).to_contain_text(words)
    rasa.answer = lambda _: [text("対象外です"), advice({**COMPLETE, "jp_trademark": False})]
    say(page, "次")
    expect(card).to_contain_text("対象外の見込みです")
    expect(card).to_contain_text("満たさない")
    expect(card).not_to_contain_text("補助金の目安")
    assert_accessible(page)
    shot(page, "chat-unlikely")


def test_at_320_px_nothing_is_cut_off(page):
    page.set_viewport_size({"width": 320, "height": 640})
    shot(page, "chat-320-opening")
    say(page, "https://example.com/" + "a" * 300)
    page.get_by_role("link", name="見立てを見る").click()
    expect(page.locator("#advice .verdict").first).to_be_in_viewport()
    page.screenshot(path=ARTEFACTS / "chat-320-advice.png")
    for summary in page.locator("#advice summary").all():
        if summary.evaluate("element => !element.parentElement.open"):
            summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert_accessible(page)
    shot(page, "chat-320")


def test_keys_alone_are_enough(page):
    page.get_by_label("ご相談の内容").focus()
    page.keyboard.insert_text("商標")
    page.keyboard.press("Shift+Enter")
    page.keyboard.insert_text("の相談")
    page.keyboard.press("Enter")
    expect(said(page).nth(1)).to_have_text("商標\nの相談", use_inner_text=True)
    page.get_by_role("button", name="はい", exact=True).focus()
    page.keyboard.press("Enter")
    expect(said(page)).to_have_count(5)


@pytest.mark.parametrize(
    "event",
    [{"isComposing": True, "keyCode": 13}, {"isComposing": False, "keyCode": 229}],
    ids=["chrome", "safari"],
)
def test_enter_that_accepts_a_conversion_does_not_send(page, rasa, event):
    page.get_by_label("ご相談の内容").fill("しょうひょう")
    dispatched = page.locator("#text").evaluate(
        """(text, event) => text.dispatchEvent(
            new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, ...event}))""",
        event,
    )
    assert dispatched is True
    expect(said(page)).to_have_count(1)
    assert rasa.requests == []


def test_waiting_is_said_and_a_second_message_does_not_interrupt(page, rasa):
    rasa.gate.clear()
    say(page, "一つ目")
    expect(page.locator("#status")).to_have_text(WAITING)
    expect(page.get_by_role("button", name="送信")).to_have_attribute("aria-disabled", "true")
    assert_accessible(page)
    page.get_by_label("ご相談の内容").fill("二つ目")
    page.keyboard.press("Enter")
    rasa.gate.set()
    expect(page.locator("#status")).to_have_text("見立てを更新しました。")
    assert rasa.said == ["一つ目"]
    expect(page.get_by_label("ご相談の内容")).to_have_value("二つ目")


def test_a_failed_turn_keeps_the_text_and_is_sent_again_without_doubling(page, rasa):
    rasa.stop()
    say(page, "消えては困る文章")
    error = page.locator("#error")
    expect(error).to_contain_text(load_knowledge().desk.phone)
    expect(page.get_by_label("ご相談の内容")).to_have_value("消えては困る文章")
    assert "error" in page.locator("#text").get_attribute("aria-describedby")
    assert_accessible(page)
    shot(page, "chat-error")
    rasa.start()
    page.get_by_role("button", name="再送").click()
    expect(said(page)).to_have_count(3)
    expect(error).to_be_empty()
    expect(page.get_by_role("button", name="再送")).to_be_hidden()
    expect(page.locator(".unsent")).to_have_count(0)
    assert rasa.said == ["消えては困る文章"]


def test_the_same_words_sent_again_by_hand_are_the_same_message(page, rasa):
    rasa.raw = b"[]"
    say(page, "消えては困る文章")
    expect(page.locator("#error")).not_to_be_empty()
    rasa.raw = None
    page.get_by_role("button", name="送信").click()
    expect(said(page)).to_have_count(3)
    expect(page.locator(".unsent")).to_have_count(0)


def test_the_server_away_keeps_the_text_also_over_a_reload(page, rasa):
    page.route("**/messages", lambda route: route.abort())
    say(page, "届かない文章")
    expect(page.locator("#error")).to_contain_text("通信できませんでした")
    page.unroute("**/messages")
    page.reload()
    expect(said(page)).to_have_count(2)
    expect(page.locator(".unsent")).to_have_count(1)
    page.get_by_role("button", name="再送").click()
    expect(said(page)).to_have_count(3)
    assert rasa.said == ["届かない文章"]


def test_an_answer_that_got_lost_is_fetched_not_made_again(page, rasa):
    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/messages", lose)
    say(page, "一度だけ")
    expect(page.get_by_role("button", name="再送")).to_be_visible()
    page.unroute("**/messages")
    page.get_by_role("button", name="再送").click()
    expect(said(page)).to_have_count(3)
    assert rasa.said == ["一度だけ"]


def test_a_reload_and_a_second_tab_show_the_same_conversation(page):
    say(page, "相談です")
    expect(said(page)).to_have_count(3)
    for tab in (page, page.context.new_page()):
        tab.goto("/")
        expect(said(tab)).to_have_count(3)
        expect(tab.locator("#advice")).to_contain_text("1,600,000円")
        expect(tab.get_by_role("button", name="はい", exact=True)).to_be_visible()


def test_starting_over_asks_first_and_forgets_the_old_conversation(page, server):
    say(page, "忘れてほしい相談")
    expect(said(page)).to_have_count(3)
    old = page.evaluate("JSON.parse(localStorage.getItem('kaigai-chizai-navi'))")
    page.get_by_role("button", name="最初からやり直す").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(said(page)).to_have_count(3)
    page.get_by_role("button", name="最初からやり直す").click()
    page.get_by_role("button", name="削除してやり直す").click()
    expect(said(page)).to_have_count(1)
    expect(page.locator("#advice")).to_be_hidden()
    headers = {"Authorization": f"Bearer {old['token']}"}
    assert server.client.get(f"/api/conversations/{old['id']}", headers=headers).status_code == 404


def test_a_conversation_that_is_gone_begins_anew(page, server):
    kept = page.evaluate("JSON.parse(localStorage.getItem('kaigai-chizai-navi'))")
    headers = {"Authorization": f"Bearer {kept['token']}"}
    server.client.delete(f"/api/conversations/{kept['id']}", headers=headers)
    page.reload()
    expect(said(page)).to_have_count(1)
    expect(page.locator("#status")).to_contain_text("新しい相談を始めました")


def test_a_text_that_is_too_long_goes_back_to_be_changed(page, rasa):
    say(page, "あ" * 3000)
    expect(page.locator("#error")).to_contain_text("2000")
    expect(page.get_by_label("ご相談の内容")).to_have_value("あ" * 3000)
    expect(page.locator("#text")).to_have_attribute("aria-invalid", "true")
    expect(said(page)).to_have_count(1)
    assert rasa.requests == []


def test_hostile_words_are_shown_as_words(page, rasa):
    hostile = "<img src=x onerror=alert(1)> **太字** <script>alert(2)</script> \u202eabc"
    shown = hostile.replace("\u202e", "")
    bad_advice = advice(COMPLETE)
    bad_advice["custom"]["routes"][0]["name"] = hostile
    rasa.answer = lambda _: [text(hostile, **{hostile: "jp_trademark.yes"}), bad_advice]
    say(page, hostile)
    expect(said(page)).to_have_count(3)
    page.reload()
    expect(said(page).nth(1)).to_have_text(shown)
    assert page.locator("main img, main script").count() == 0


def test_feedback_is_thanked_for(page):
    say(page, "相談です")
    page.get_by_role("button", name="役に立った", exact=True).click()
    expect(page.locator(".feedback")).to_contain_text("ありがとうございました")


def test_the_sheet_opens_from_the_card_and_prints(page):
    say(page, "中国で当社の商標が勝手に登録されました")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=re.compile("相談票")).click()
    sheet = opened.value
    expect(sheet.get_by_role("heading", level=1)).to_have_text("相談票")
    assert_accessible(sheet)
    shot(sheet, "sheet")
    sheet.set_viewport_size({"width": 320, "height": 640})
    assert sheet.evaluate("document.documentElement.scrollWidth") <= 320
    assert len(sheet.pdf(format="A4", tagged=True)) > 10_000
