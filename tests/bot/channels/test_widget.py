"""A conversation in a real Chromium: by mouse, by keys, small, enlarged."""

from __future__ import annotations

import re

import pytest
from browsing import (
    PHONE,
    ZOOMED,
    assert_accessible,
    assert_nothing_cut_off,
    said,
    say,
    settled,
    shot,
    words,
)
from playwright.sync_api import expect
from rasa_stand_in import COMPLETE, PROBLEM, advice, text

from knowledge import load_knowledge

SITUATION = load_knowledge().problems["squatted_trademark"].situation
LONG = "\n".join(
    [
        "承知しました。",
        "⑤は対象となる可能性があります。",
        "目安は1,600,000円です。",
        *["くわしい説明です。"] * 9,
    ]
)


@pytest.fixture(autouse=True)
def interview(rasa):
    """One question, then the advice that the engine gives."""

    def answer(request):
        if request["message"] == '/answer{"option": "jp_trademark.yes"}':
            return [text(LONG), advice(COMPLETE)]
        options = {
            "はい": "jp_trademark.yes",
            "いいえ": "jp_trademark.no",
            "わかりません": "jp_trademark.unknown",
        }
        return [text("日本で商標を登録していますか。", **options), advice(PROBLEM)]

    rasa.answer = answer


def assert_advised(page):
    card = page.locator(".advice")
    for part in (
        "対象となる可能性があります",
        "1,600,000円",
        "800,000円",
        "2/3",
        "2022年度",
        "満たす",
        "予算案",
    ):
        expect(card).to_contain_text(part)
    expect(card).to_contain_text(load_knowledge().desk.phone)


def test_by_mouse_from_a_situation_to_a_card_with_everything(page, rasa):
    shot(page, "home-desktop")
    page.get_by_role("button", name=SITUATION).click()
    expect(page.locator(".advice")).to_contain_text("確認が必要です")
    expect(page.locator(".advice")).to_contain_text("5,000,000円")
    shot(page, "asking-desktop")
    page.get_by_role("button", name="はい", exact=True).click()
    assert_advised(page)
    expect(page.get_by_role("button", name="はい", exact=True)).to_have_count(0)
    for part in (".advice .verdict", ".advice .figure", ".advice .bar", ".composer textarea"):
        expect(page.locator(part).first).to_be_in_viewport()
    shot(page, "advice-desktop")
    page.locator(".advice").get_by_text("計算の過程").click()
    expect(page.locator(".advice").get_by_text("= 1,600,000円").first).to_be_visible()
    page.locator(".advice").get_by_text("出典").click()
    expect(page.locator(".advice").get_by_text("令和4年度予算案の資料").first).to_be_visible()
    assert_accessible(page)
    assert rasa.said == [
        '/answer{"option": "problems.squatted_trademark"}',
        '/answer{"option": "jp_trademark.yes"}',
    ]


def test_no_request_is_made_before_the_person_says_something(browse, server):
    asked = []
    page = browse("about:blank", server.url)
    page.on("request", lambda request: asked.append(request.url.removeprefix(server.url)))
    page.goto(server.url)
    expect(said(page)).to_have_count(1)
    assert sorted(asked) == ["/", "/static/icon.svg", "/static/site.css", "/widget.js"] or sorted(asked) == [
        "/",
        "/static/site.css",
        "/widget.js",
    ]


def test_by_keys_alone_the_focus_goes_where_the_answer_is(page):
    """Tab and Enter only: what was chosen goes away, and the focus is at what was answered."""

    def tab_to(name):
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.shadowRoot?.activeElement?.textContent") == name:
                return
        pytest.fail(f"{name} is not reached")

    tab_to(SITUATION)
    page.keyboard.press("Enter")
    expect(page.locator(".log li.bot:focus")).to_contain_text("日本で商標を")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="はい", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".log li.bot:focus")).to_contain_text("承知しました")
    assert_advised(page)
    tab_to("条件")
    tab_to("メニュー")
    page.keyboard.press("Enter")
    expect(page.locator(".menu").get_by_role("button")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator(".menu").get_by_role("button")).to_have_count(0)
    expect(page.locator(".menu summary")).to_be_focused()


@pytest.mark.parametrize(("name", "viewport"), [("320px", PHONE), ("200percent", ZOOMED)])
def test_small_and_enlarged_nothing_is_lost(browse, server, name, viewport):
    page = browse(server.url, viewport=viewport)
    assert_nothing_cut_off(page)
    shot(page, f"home-{name}")
    say(page, "https://example.com/" + "a" * 300)
    settled(page)
    assert_nothing_cut_off(page)
    shot(page, f"asking-{name}")
    page.get_by_role("button", name="はい", exact=True).click()
    assert_advised(page)
    settled(page)
    expect(page.locator(".log li.bot").last).to_be_in_viewport()
    shot(page, f"advice-{name}")
    for summary in page.locator(".advice summary").all():
        if not summary.evaluate("element => element.parentElement.open"):
            summary.click()
    assert_nothing_cut_off(page)
    assert_accessible(page)
    shot(page, f"advice-{name}-all", full_page=True)


def test_writing_does_not_move_the_page(browse, server):
    """Everything of the conversation stands in one view of a laptop and stays there."""
    page = browse(server.url, viewport={"width": 1280, "height": 720})
    page.mouse.move(0, 0)
    words(page).focus()
    page.keyboard.type("相談")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_count(3)
    page.keyboard.type("続き")
    assert page.evaluate("scrollY") == 0
    expect(words(page)).to_be_in_viewport(ratio=1)


def test_on_a_phone_the_card_follows_its_message(browse, server):
    page = browse(server.url, viewport=PHONE)
    say(page, "相談")
    page.get_by_role("button", name="はい", exact=True).click()
    assert_advised(page)
    message, card = page.locator(".log li").last.bounding_box(), page.locator(".advice").bounding_box()
    assert 0 < card["y"] - message["y"] < PHONE["height"]


def test_a_long_answer_is_folded_and_can_be_read_whole(page):
    say(page, "相談")
    page.get_by_role("button", name="はい", exact=True).click()
    last = page.locator(".log li.bot").last
    expect(last).to_contain_text("承知しました")
    expect(last.get_by_text("くわしい説明です。")).to_be_hidden()
    last.get_by_text("続きを文章で読む").click()
    expect(last.get_by_text("くわしい説明です。")).to_be_visible()


@pytest.mark.parametrize(
    "event",
    [
        {"isComposing": True, "keyCode": 13},
        {"isComposing": True, "keyCode": 229},
        {"isComposing": False, "keyCode": 229},
    ],
    ids=["composing", "chrome", "safari"],
)
def test_enter_that_accepts_a_conversion_does_not_send(page, rasa, event):
    words(page).fill("しょうひょう")
    order = ["keydown", "compositionend"] if event["isComposing"] else ["compositionend", "keydown"]
    kept = words(page).evaluate(
        """(text, {event, order}) => {
            text.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true, composed: true}));
            return order.map((type) => text.dispatchEvent(type === "keydown"
                ? new KeyboardEvent(type, {
                    key: "Enter", bubbles: true, composed: true, cancelable: true, ...event})
                : new CompositionEvent(type, {bubbles: true, composed: true, data: "商標"})));
        }""",
        {"event": event, "order": order},
    )
    assert kept == [True, True]
    expect(said(page)).to_have_count(1)
    assert rasa.requests == []


def test_a_real_composition_is_not_sent_until_enter_comes_after_it(page, rasa):
    """Chromium's own input method events, not made by a script."""
    words(page).focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "しょうひょう", "selectionStart": 6, "selectionEnd": 6})
    enter = {"type": "rawKeyDown", "key": "Process", "windowsVirtualKeyCode": 229, "code": "Enter"}
    session.send("Input.dispatchKeyEvent", enter)
    session.send("Input.insertText", {"text": "商標"})
    expect(words(page)).to_have_value("商標")
    assert rasa.requests == []
    page.keyboard.press("Shift+Enter")
    page.keyboard.insert_text("の相談")
    page.keyboard.press("Enter")
    expect(said(page).nth(1)).to_have_text("商標\nの相談", use_inner_text=True)
    expect(said(page)).to_have_count(3)


def test_waiting_is_said_and_a_second_message_does_not_interrupt(page, rasa):
    rasa.gate.clear()
    say(page, "一つ目")
    expect(page.locator(".status")).to_have_text("回答を作成しています")
    expect(page.get_by_role("button", name="送信")).to_have_attribute("aria-disabled", "true")
    assert_accessible(page)
    shot(page, "waiting-desktop")
    words(page).fill("二つ目")
    page.keyboard.press("Enter")
    rasa.gate.set()
    expect(said(page)).to_have_count(3)
    assert rasa.said == ["一つ目"]
    expect(words(page)).to_have_value("二つ目")


def test_a_long_wait_says_that_it_goes_on(browse, server, rasa):
    page = browse("about:blank", server.url)
    page.clock.install()
    page.goto(server.url)
    rasa.gate.clear()
    say(page, "一つ目")
    expect(page.locator(".status")).to_have_text("回答を作成しています")
    page.clock.fast_forward(9000)
    expect(page.locator(".status")).to_contain_text("もう少しお待ちください")
    rasa.gate.set()


def test_a_range_has_a_bar_for_each_end_and_says_why(page, rasa):
    facts = {"problems": ["litigation_insurance"], "costs": {"litigation_insurance": 300_000}}
    rasa.answer = lambda _: [text("うかがいます"), advice(facts)]
    say(page, "保険")
    card = page.locator(".advice")
    expect(card).to_contain_text("100,000円～150,000円")
    expect(card.locator(".bar")).to_have_count(2)
    expect(card).to_contain_text("少ない場合：費用300,000円のうち、補助金100,000円")
    shares = card.locator(".bar").first.evaluate("bar => [...bar.children].map((part) => part.offsetWidth)")
    assert shares[1] / shares[0] == pytest.approx(2, rel=0.1)


def test_unlikely_has_words_a_reason_and_no_amount(page, rasa):
    rasa.answer = lambda _: [text("対象外です"), advice({**COMPLETE, "jp_trademark": False})]
    say(page, "次")
    card = page.locator(".advice")
    expect(card).to_contain_text("対象外の見込みです")
    expect(card).to_contain_text("満たさない")
    expect(card).not_to_contain_text("補助金の目安")
    assert_accessible(page)
    shot(page, "unlikely-desktop")


def test_feedback_stands_under_final_advice_only_and_is_remembered(page, server):
    say(page, "相談です")
    expect(page.locator(".advice")).to_contain_text("確認が必要です")
    expect(page.locator(".feedback")).to_have_count(0)
    page.get_by_role("button", name="はい", exact=True).click()
    useful = page.get_by_role("button", name="役に立った", exact=True)
    useful.click()
    expect(page.locator(".feedback")).to_contain_text("ありがとうございました")
    expect(useful).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="役に立たなかった")).to_have_attribute("aria-pressed", "false")


def test_starting_over_asks_first_and_forgets_the_old_conversation(page, server):
    say(page, "忘れてほしい相談")
    expect(said(page)).to_have_count(3)
    old = page.evaluate("JSON.parse(localStorage.getItem(`kaigai-chizai-navi ${location.origin}`))")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="最初からやり直す").click()
    assert_accessible(page)
    shot(page, "restart-desktop")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="最初からやり直しますか")).to_be_hidden()
    expect(said(page)).to_have_count(3)
    page.locator(".menu summary").click()
    page.get_by_role("button", name="最初からやり直す").click()
    page.get_by_role("button", name="削除してやり直す").click()
    expect(said(page)).to_have_count(1)
    expect(page.locator(".advice")).to_be_hidden()
    expect(page.locator(".status")).to_contain_text("削除しました")
    headers = {"Authorization": f"Bearer {old['token']}"}
    assert server.client.get(f"/api/conversations/{old['id']}", headers=headers).status_code == 404


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)> **太字** [a](javascript:alert(2)) <script>alert(3)</script>",
        "長" * 10_000,
        "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 abc",
    ],
    ids=["markup", "long", "rtl"],
)
def test_hostile_words_are_shown_as_words(page, rasa, hostile):
    bad = advice(COMPLETE)
    bad["custom"]["routes"][0]["name"] = hostile
    bad["custom"]["routes"][0]["conditions"][0]["text"] = hostile
    bad["custom"]["assumptions"] = [hostile]
    rasa.answer = lambda _: [text(hostile, **{hostile: "jp_trademark.yes"}), bad]
    say(page, hostile[:2000])
    expect(said(page)).to_have_count(3)
    page.reload()
    expect(said(page).nth(1)).to_have_text(hostile[:2000])
    expect(said(page).nth(2)).to_have_text(hostile)
    expect(page.locator(".advice")).to_contain_text(hostile)
    assert (
        page.locator("kaigai-chizai-navi").locator("img, script, b, strong, [href^=javascript]").count() == 0
    )
    assert_nothing_cut_off(page)


def test_a_text_that_is_too_long_goes_back_to_be_changed(page, rasa):
    say(page, "あ" * 10_000)
    expect(page.locator("#error")).to_contain_text("2000")
    expect(words(page)).to_have_value("あ" * 10_000)
    expect(words(page)).to_have_attribute("aria-invalid", "true")
    expect(words(page)).to_be_focused()
    expect(said(page)).to_have_count(1)
    assert rasa.requests == []


def test_the_sheet_and_its_text_open_from_the_card(page):
    say(page, "中国で当社の商標が勝手に登録されました")
    with page.context.expect_page() as opened:
        page.locator(".advice").get_by_role("button", name=re.compile("相談票を開く")).click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("相談票")
    with page.expect_download() as saved:
        page.locator(".advice").get_by_role("button", name=re.compile("テキスト")).click()
    assert saved.value.suggested_filename == "相談票.txt"
    kept = saved.value.path().read_text(encoding="utf-8-sig")
    assert "中国で当社の商標が勝手に登録されました" in kept
    assert load_knowledge().desk.phone in kept


def test_an_old_link_to_the_sheet_is_made_anew(browse, server):
    page = browse("about:blank", server.url)
    page.clock.install()
    page.goto(server.url)
    say(page, "相談")
    expect(said(page)).to_have_count(3)
    page.clock.fast_forward(31 * 60_000)
    with page.expect_response(re.compile("/api/conversations/[^/]+$")), page.context.expect_page() as opened:
        page.locator(".advice").get_by_role("button", name=re.compile("相談票を開く")).click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("相談票")


def test_the_desk_s_number_is_always_in_sight_and_can_be_dialled(browse, server):
    page = browse(server.url, viewport={"width": 320, "height": 400})
    link = page.locator("header").get_by_role("link", name=re.compile("電話"))
    page.get_by_role("button", name="送信").scroll_into_view_if_needed()
    expect(link).to_be_in_viewport()
    expect(link).to_have_attribute("href", "tel:03-3581-1101")
