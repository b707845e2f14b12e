"""The console in a real Chromium: everybody can use it, keys can be switched off, nothing is lost."""

from __future__ import annotations

import re

import pytest
from browsing import assert_accessible, shot
from pdf_text import Pdf, flat
from phone import HEARD, Listening, with_answer
from playwright.sync_api import Page, expect

from bot.channels.staff.texts import load_staff_texts


@pytest.fixture(autouse=True)
def listening(rasa) -> Listening:
    rasa.answer = Listening()
    return rasa.answer


def hear(page: Page, words: str) -> None:
    """Type what the caller says, and analyse it."""
    page.locator("#words").fill(words)
    page.locator("#words").press("Control+Enter")
    expect(page.locator("#words")).to_have_value("")


def reopened(page: Page) -> Page:
    """The same case in another window of the same person."""
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("body[data-ready]")).to_have_count(1)
    return other


# Ends each answer to what is analysed after its first line, as a connection that breaks does.
CUT = """() => {
    const send = window.fetch;
    window.uncut = () => { window.fetch = send; };
    window.fetch = async (address, options) => {
        const answer = await send(address, options);
        if (!String(address).endsWith("/say")) return answer;
        const text = await answer.text();
        const first = new TextEncoder().encode(text.slice(0, text.indexOf("\\n") + 1));
        const body = new ReadableStream({
            start(line) { line.enqueue(first); setTimeout(() => line.error(new TypeError("cut")), 100); },
        });
        return new Response(body, { headers: answer.headers });
    };
}"""


def test_an_answer_that_breaks_off_is_said_and_made_up_for(call):
    page = call()
    page.evaluate(CUT)
    page.locator("#words").fill(HEARD)
    page.locator("#words").press("Control+Enter")
    expect(page.locator("#question")).to_contain_text("注意：期限があります")
    expect(page.locator("#notice")).to_contain_text("通信")
    page.evaluate("window.uncut()")
    expect(page.locator("#sheet")).to_contain_text("海外で自社の商標を他人に取られた", timeout=20_000)
    expect(page.locator("#notice")).to_be_hidden()


def test_every_panel_and_dialog_is_for_everybody(call):
    page = call()
    assert_accessible(page)
    hear(page, HEARD)
    for part, words in {
        "#log": "確からしさ：高",
        "#question": "注意：期限があります",
        "#routes": "未確認",
        "#facts": "国・地域",
        "#sheet": "海外で自社の商標を他人に取られた",
    }.items():
        expect(page.locator(part)).to_contain_text(words)
    assert "%" not in page.locator("main").inner_text()
    expect(page.locator("#log mark").first).to_contain_text("中国")
    assert_accessible(page)
    shot(page, "staff-console")
    for opened in page.locator("summary").all():
        opened.click()
    assert_accessible(page)
    for button, dialog in {
        "?": "#help",
        "とばす": "#skip",
        "違う": "#wrong",
        "ウェブで続けて": "#offer",
    }.items():
        page.get_by_role("button", name=re.compile(re.escape(button))).first.click()
        expect(page.locator(dialog)).to_be_visible()
        assert_accessible(page)
        shot(page, f"staff-dialog-{dialog[1:]}")
        page.keyboard.press("Escape")
    page.locator("#query").fill("展示会")
    expect(page.locator("#found")).to_contain_text("出典")
    assert_accessible(page)
    page.locator("#whatif").check()
    expect(page.locator("#facts")).to_contain_text("もしもの計算です")
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert_accessible(page)


def test_what_stands_in_the_centre_is_for_everybody_to_the_end(call, rasa):
    """An answer to the caller, an error, another question first, what is read out when nothing is asked."""
    page = call()
    listening = rasa.answer
    rasa.answer = lambda request: with_answer(listening(request), "後払いです。")
    hear(page, f"{HEARD}。いつ振り込まれますか")
    expect(page.locator("#question .answer")).to_contain_text("後払いです。")
    page.locator("#f-countries-value").fill("火星")
    page.locator("#f-countries-value").press("Enter")
    expect(page.locator("#notice")).to_contain_text("火星")
    assert_accessible(page)
    shot(page, "staff-answer")
    page.locator("#question [data-action=ask]").first.click()
    expect(page.locator("#question .answer")).to_be_visible()
    rasa.answer = listening
    spoken = page.locator("#question .spoken")
    for _ in range(12):
        if page.locator("#question [data-action=answer]").count() == 0:
            break
        asked = spoken.inner_text()
        page.keyboard.press("Alt+1")
        expect(spoken).not_to_have_text(asked)
    expect(page.locator("#question .read-out li").first).to_contain_text("冒認商標無効・取消係争支援は")
    assert_accessible(page)
    shot(page, "staff-done")


def test_every_other_page_is_for_everybody(call, screen, server):
    """With something on each, and with nothing."""
    page = call()
    hear(page, HEARD)
    page.locator("#s-name").fill("見渡す製作所")
    page.get_by_role("button", name=re.compile("違う")).first.click()
    page.get_by_role("button", name="違うと記録する").click()
    expect(page.locator("#log")).to_contain_text("ではありません")
    page.keyboard.press("Alt+k")
    expect(page.locator("#head")).to_contain_text("確定済み")
    address = page.url.removeprefix(server.url)
    page = screen("sato")
    for place, words in {
        "/staff": "見渡す製作所",
        "/staff/records": "見渡す製作所",
        "/staff/records?q=見渡す": "見渡す製作所",
        "/staff/records?q=どこにもない言葉": "見つかりません",
        "/staff/examples": HEARD[:5],
        "/staff/audit": "確定",
        f"{address}/print": "見渡す製作所",
        f"{address}/print?version=1": "第1版",
        "/continue": "番号（10桁）",
    }.items():
        page.goto(server.url + place)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.locator("main")).to_contain_text(words)
        assert_accessible(page)
        shot(page, re.sub(r"\W+", "-", f"staff{place.removeprefix('/staff').replace(address, '')}"))


def test_the_screen_is_covered_when_nobody_is_there_and_nothing_is_lost(call, staff):
    page = call()
    page.locator("#words").fill("まだ解析していない言葉")
    # As if the time had passed.
    for row in page.context.cookies():
        staff.sessions.lock(staff.sessions.read(row["value"]).token)
    page.keyboard.press("Control+Enter")
    dialog = page.locator("#idle")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    shot(page, "staff-idle")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    page.keyboard.insert_text("wrong password")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("正しくありません")
    page.keyboard.insert_text("正しい馬の電池とホチキス")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#words")).to_have_value("まだ解析していない言葉")


def test_keys_answer_skip_undo_and_can_be_switched_off(call):
    page = call()
    hear(page, HEARD)
    asked = page.locator("#question .spoken")
    first = asked.inner_text()
    page.keyboard.press("Alt+1")
    expect(asked).not_to_have_text(first)
    page.keyboard.press("Alt+z")
    expect(asked).to_have_text(first)
    expect(page.locator("#log")).to_contain_text("取り消し済み")
    page.keyboard.press("Alt+s")
    expect(page.locator("#skip")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(asked).not_to_have_text(first)
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.locator("#shortcuts").uncheck()
    page.keyboard.press("Escape")
    now = asked.inner_text()
    for key in ("Alt+1", "Alt+s", "Alt+m", "Alt+n", "Alt+l", "Alt+z", "Alt+k", "?", "/"):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.matches('body, dialog, main, button')"), key
    page.wait_for_timeout(500)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(asked).to_have_text(now)
    other = reopened(page)
    other.keyboard.press("Alt+s")
    expect(other.locator("dialog[open]")).to_have_count(0)


def test_no_key_fires_while_an_input_method_composes(call):
    page = call()
    hear(page, HEARD)
    asked = page.locator("#question .spoken").inner_text()
    composing = """(keys) => {
        const field = document.querySelector("#words");
        field.focus();
        for (const [code, more] of keys) {
            for (const state of [{ isComposing: true }, { keyCode: 229 }]) {
                const pressed = { code, bubbles: true, cancelable: true, ...more, ...state };
                field.dispatchEvent(new KeyboardEvent("keydown", pressed));
            }
        }
    }"""
    alt = [[code, {"altKey": True}] for code in ("Digit1", "KeyS", "KeyM", "KeyZ", "KeyK")]
    page.locator("#words").fill("変換中")
    page.evaluate(composing, [*alt, ["Enter", {"key": "Enter", "ctrlKey": True}]])
    page.wait_for_timeout(500)
    expect(page.locator("#words")).to_be_focused()
    expect(page.locator("#words")).to_have_value("変換中")
    expect(page.locator("#question .spoken")).to_have_text(asked)
    expect(page.locator("dialog[open]")).to_have_count(0)
    # The same keys when nothing is composed.
    page.keyboard.press("Control+Enter")
    expect(page.locator("#words")).to_have_value("")


@pytest.mark.parametrize("field", ["#words", "#query", "#s-remarks"])
def test_no_key_fires_while_chromium_itself_composes(call, field):
    page = call()
    hear(page, HEARD)
    asked = page.locator("#question .spoken").inner_text()
    page.locator(field).focus()
    browser = page.context.new_cdp_session(page)
    browser.send("Input.imeSetComposition", {"text": "へんかん", "selectionStart": 4, "selectionEnd": 4})
    expect(page.locator(field)).to_have_value("へんかん")
    # As the browser sends any key that an input method takes.
    for code in ("Digit1", "KeyS", "KeyM", "KeyN", "KeyL", "KeyZ", "KeyK", "Slash", "Enter"):
        pressed = {"type": "rawKeyDown", "code": code, "key": "Process", "windowsVirtualKeyCode": 229}
        for modifiers in (0, 1, 2):
            browser.send("Input.dispatchKeyEvent", {**pressed, "modifiers": modifiers})
    page.wait_for_timeout(500)
    expect(page.locator(field)).to_be_focused()
    expect(page.locator(field)).to_have_value("へんかん")
    expect(page.locator("#question .spoken")).to_have_text(asked)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#head")).to_contain_text("作成中")


def test_slash_and_question_mark_are_only_letters_inside_a_field(call):
    page = call()
    page.locator("#words").press("/")
    page.locator("#words").press("?")
    expect(page.locator("#words")).to_have_value("/?")
    page.locator("#words").fill("")
    page.locator("#heard-title").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    expect(page.locator("#query")).to_be_focused()


def test_a_browser_that_closes_in_the_middle_loses_nothing(call, browse, server):
    page = call()
    hear(page, HEARD)
    page.keyboard.insert_text("まだ途中の")
    page.locator("#s-name").fill("山本製作所")
    page.wait_for_timeout(1200)
    page.keyboard.insert_text("名前")
    address, state = page.url, page.context.storage_state()
    page.close()
    again = browse(address, server.url, storage_state=state, viewport={"width": 1440, "height": 900})
    expect(again.locator("#words")).to_have_value("まだ途中の")
    expect(again.locator("#s-name")).to_have_value("山本製作所名前")
    expect(again.locator("#log")).to_contain_text("を取られました")
    expect(again.locator("#routes")).to_contain_text("⑤")


def test_what_is_written_into_the_sheet_while_an_answer_comes_stays(call, rasa):
    page = call()
    hear(page, HEARD)
    box, other = page.locator("#sheet [data-told]").nth(0), page.locator("#sheet [data-told]").nth(1)
    told = box.get_attribute("data-told")
    rasa.gate.clear()
    page.locator("#words").fill("費用は240万円です")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_have_text("解析しています")
    box.check()
    page.locator("#s-remarks").fill("急いでいる様子")
    page.locator("#s-remarks").press("ArrowLeft")
    # Long enough to be sent: both wait for the answer.
    page.wait_for_timeout(800)
    rasa.gate.set()
    expect(page.locator("#routes")).to_contain_text("1,600,000円")
    expect(page.locator("#saved")).to_have_text("保存しました")
    expect(page.locator("#s-remarks")).to_have_value("急いでいる様子")
    expect(page.locator(f'#sheet [data-told="{told}"]')).to_be_checked()
    # The caret is where it was.
    page.keyboard.insert_text("の")
    expect(page.locator("#s-remarks")).to_have_value("急いでいる様の子")
    other.check()
    expect(page.locator("#saved")).to_have_text("保存しました")
    page.wait_for_timeout(300)
    page.reload()
    expect(page.locator("#s-remarks")).to_have_value("急いでいる様の子")
    expect(page.locator(f'#sheet [data-told="{told}"]')).to_be_checked()


def test_the_second_operator_is_told_and_nothing_is_overwritten(call, screen, server):
    tanaka = call()
    hear(tanaka, HEARD)
    tanaka.get_by_role("button", name="ほかの担当者と共有").click()
    expect(tanaka.locator("#head")).to_contain_text("共有中")
    suzuki = screen("suzuki")
    suzuki.goto(tanaka.url)
    expect(suzuki.locator("#notice")).to_contain_text("田中さんも、この相談票を開いています")
    tanaka.locator("#s-remarks").fill("田中のメモ")
    tanaka.locator("#s-remarks").blur()
    expect(tanaka.locator("#saved")).to_have_text("保存しました")
    suzuki.locator("#s-remarks").fill("鈴木のメモ")
    suzuki.locator("#s-remarks").blur()
    dialog = suzuki.locator("#conflict")
    expect(dialog).to_contain_text("田中さんが")
    assert_accessible(suzuki)
    shot(suzuki, "staff-conflict")
    assert "田中のメモ" in suzuki.request.get(f"{tanaka.url}/sheet.txt").text()
    dialog.get_by_role("button", name="最新の内容を見る").click()
    # Theirs is shown, ours is still there and not saved.
    expect(suzuki.locator("#s-remarks")).to_have_value("鈴木のメモ")
    expect(suzuki.locator("#theirs")).to_contain_text("田中のメモ")
    assert "鈴木" not in suzuki.request.get(f"{tanaka.url}/sheet.txt").text().replace("担当：", "")
    suzuki.locator("#s-remarks").fill("田中と鈴木のメモ")
    suzuki.locator("#s-remarks").blur()
    expect(suzuki.locator("#saved")).to_have_text("保存しました")
    assert "田中と鈴木のメモ" in suzuki.request.get(f"{tanaka.url}/sheet.txt").text()


def test_two_who_speak_at_once_lose_no_words(call, screen):
    tanaka = call()
    hear(tanaka, HEARD)
    tanaka.get_by_role("button", name="ほかの担当者と共有").click()
    expect(tanaka.locator("#head")).to_contain_text("共有中")
    suzuki = screen("suzuki")
    suzuki.goto(tanaka.url)
    expect(suzuki.locator("body[data-ready]")).to_have_count(1)
    hear(tanaka, "費用は240万円です")
    suzuki.locator("#words").fill("日本では登録済みです")
    suzuki.locator("#words").press("Control+Enter")
    expect(suzuki.locator("#conflict")).to_contain_text("田中さんが")
    expect(suzuki.locator("#words")).to_have_value("日本では登録済みです")


def test_a_confirmed_case_is_read_only_and_says_how_to_go_on(call):
    page = call()
    hear(page, HEARD)
    page.keyboard.press("Alt+k")
    expect(page.locator("#head")).to_contain_text("確定済み")
    fields = page.locator("#facts fieldset").locator("input, select")
    assert fields.count() > 20
    expect(fields.locator("visible=true").first).to_be_disabled()
    assert page.locator("#facts fieldset").locator(":is(input, select):enabled").count() == 0
    expect(page.locator("#facts")).to_contain_text("直すときは、上の「再開して直す」を押してください")
    expect(page.locator("#question")).to_contain_text("続けるときは、上の「再開して直す」を押してください")
    expect(page.locator("#question button")).to_have_count(0)
    expect(page.locator("#words")).not_to_be_editable()
    assert_accessible(page)
    shot(page, "staff-confirmed")
    # Trying out changes no record, and makes none.
    page.locator("#whatif").check()
    expect(page.locator("#facts select").first).to_be_enabled()
    expect(page.get_by_role("button", name="この内容を記録にする")).to_have_count(0)
    page.locator("#whatif").uncheck()
    expect(page.locator("#facts select").first).to_be_disabled()
    page.get_by_role("button", name="再開して直す").click()
    expect(page.locator("#facts select").first).to_be_enabled()
    expect(page.locator("#words")).to_be_editable()
    expect(page.locator("#question button").first).to_be_visible()


def test_an_earlier_text_is_brought_back_into_its_field(call):
    page = call()
    hear(page, HEARD)
    request = page.locator("#s-request")
    for text in ("先方に名前を使われている", "別の件"):
        with page.expect_response("**/fields"):
            request.fill(text)
        expect(page.locator("#saved")).to_have_text("保存しました")
        expect(request).to_be_focused()
    earlier = page.locator("#earlier-request")
    earlier.locator("summary").click()
    # What filled by itself, and what was written in its place.
    expect(earlier).to_contain_text("先方に名前を使われている")
    expect(earlier).to_contain_text(HEARD)
    assert_accessible(page)
    shot(page, "staff-earlier")
    with page.expect_response("**/fields"):
        earlier.get_by_role("button", name="この文に戻す").first.click()
    expect(request).to_have_value("先方に名前を使われている")
    expect(earlier).to_contain_text("別の件")
    page.reload()
    expect(page.locator("#s-request")).to_have_value("先方に名前を使われている")


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768)])
def test_the_question_and_its_answers_are_on_the_screen_whatever_there_is_to_mind(call, size):
    page = call(viewport=dict(zip(("width", "height"), size, strict=True)))
    hear(page, f"{HEARD}。展示会にも出ます。もう弁理士に払いました")
    expect(page.locator("#question .warning")).to_have_count(3)
    for part in ("#question .spoken", "#question [data-action=skip]", "#question .warning >> nth=0"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    shot(page, f"staff-console-{size[0]}")


def test_what_happened_is_seen_from_the_end_of_the_page(call):
    page = call(viewport={"width": 1280, "height": 720})
    hear(page, HEARD)
    field = page.locator("#f-countries-value")
    field.fill("火星")
    field.press("Enter")
    expect(page.locator("#notice")).to_contain_text("火星")
    expect(page.locator("#notice")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Alt+m")
    expect(page.locator("#s-remarks")).to_be_in_viewport()
    page.keyboard.press("Alt+k")
    expect(page.locator("#status")).to_have_text("相談票を確定しました。")
    expect(page.locator("#status")).to_be_in_viewport(ratio=1)


def test_every_field_of_a_confirmed_sheet_is_text_on_a_tagged_a4_page(call, server):
    page = call()
    hear(page, f"{HEARD}。費用は240万円です")
    for field, said in {
        "#s-name": "印刷製作所",
        "#s-contact": "0312345678",
        "#s-remarks": "急いでいる",
    }.items():
        page.locator(field).fill(said)
    page.locator("#sheet [data-told]").first.check()
    page.keyboard.press("Alt+k")
    expect(page.locator("#head")).to_contain_text("確定済み")
    page.goto(f"{page.url}/print")
    pdf = Pdf(page.pdf(format="A4", tagged=True, outline=True))
    written = flat(pdf.text)
    fields = [
        *load_staff_texts().sheet.values(),
        HEARD,
        "印刷製作所",
        "0312345678",
        "急いでいる",
        "1,600,000円",
    ]
    fields += [*page.locator("h1, h2, h3, th, td, li").all_inner_texts(), "☑読み上げた"]
    assert [] == [field for field in fields if flat(field) not in written]
    assert "印刷する" not in written
    assert (True, "ja") == (pdf.tagged, pdf.language)
    assert pytest.approx((595, 842), abs=1) == pdf.box
    assert [page.locator(tags).count() for tags in ("h1, h2, h3", "th")] == [pdf.headings, pdf.table_headers]


def test_an_answer_redraws_only_what_it_changed(call):
    page = call()
    hear(page, HEARD)
    page.evaluate("""() => {
        for (const id of ["fact-jp_trademark", "fact-employees", "step-1", "route-squatted_trademark"])
            document.getElementById(id).before = true;
    }""")
    hear(page, "日本では登録済みです")
    kept = """(id) => document.getElementById(id).before === true"""
    assert all(page.evaluate(kept, id) for id in ("fact-employees", "step-1", "route-squatted_trademark"))
    expect(page.locator("#f-jp_trademark-state")).to_have_value("yes")
