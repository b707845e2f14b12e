"""What may go wrong around the widget: the server, the connection, other tabs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import assert_accessible, said, say, settled, shot, words
from playwright.sync_api import expect
from rasa_stand_in import COMPLETE, advice, text

from knowledge import load_knowledge
from tests.chain import READY_SECONDS
from tests.waiting import answers, wait_until

ROOT = Path(__file__).parents[3]


class Process:
    """Channels as a process of its own, to be killed and started again on the same port and data."""

    def __init__(self, data_dir: Path, rasa_url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("NAVI_")}
        self.environment = kept | {
            "NAVI_DATA_DIR": str(data_dir),
            "NAVI_PORT": str(self.port),
            "NAVI_RASA_URL": rasa_url,
            "NAVI_ACTIONS_URL": rasa_url,
        }
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.channels", "serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: answers(f"{self.url}/healthz"), lambda: self.url, READY_SECONDS)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@pytest.fixture
def channels(tmp_path, rasa):
    running = Process(tmp_path / "var", rasa.url)
    yield running
    running.kill()


def test_the_server_killed_in_a_turn_loses_and_doubles_nothing(browse, channels, rasa):
    page = browse(channels.url)
    say(page, "最初の相談")
    expect(said(page)).to_have_count(3)
    rasa.arrived.clear()
    rasa.gate.clear()
    say(page, "消えては困る文章")
    assert rasa.arrived.wait(30)
    channels.kill()
    expect(page.locator("#error")).to_contain_text("通信できませんでした")
    expect(words(page)).to_have_value("消えては困る文章")
    assert_accessible(page)
    shot(page, "error-desktop")
    page.get_by_role("button", name="再送").click()
    settled(page)
    expect(page.locator("#error")).to_contain_text("通信できませんでした")
    rasa.gate.set()
    channels.start()
    page.get_by_role("button", name="再送").click()
    expect(said(page)).to_have_count(5)
    expect(page.locator("#error")).to_be_empty()
    expect(page.get_by_role("button", name="再送")).to_be_hidden()
    expect(page.locator(".unsent")).to_have_count(0)
    expect(words(page)).to_have_value("")
    page.reload()
    expect(said(page)).to_have_count(5)


def test_the_server_away_from_the_first_word_on(browse, channels, rasa):
    """Also what begins the conversation may fail, and be tried again."""
    page = browse(channels.url)
    channels.kill()
    say(page, "最初の一言")
    expect(page.get_by_role("button", name="再送")).to_be_visible()
    channels.start()
    page.reload()
    expect(page.locator(".unsent")).to_have_count(1)
    page.get_by_role("button", name="再送").click()
    expect(said(page)).to_have_count(3)
    assert rasa.said == ["最初の一言"]


def test_rasa_away_is_said_with_the_desk_and_sent_again_without_doubling(page, rasa):
    rasa.stop()
    say(page, "消えては困る文章")
    error = page.locator("#error")
    expect(error).to_contain_text(load_knowledge().desk.phone)
    expect(words(page)).to_have_value("消えては困る文章")
    assert "error" in words(page).get_attribute("aria-describedby")
    rasa.start()
    page.get_by_role("button", name="再送").click()
    expect(said(page)).to_have_count(3)
    expect(error).to_be_empty()
    assert rasa.said == ["消えては困る文章"]


def test_the_same_words_sent_again_by_hand_are_the_same_message(page, rasa):
    rasa.raw = b"[]"
    say(page, "消えては困る文章")
    expect(page.locator("#error")).not_to_be_empty()
    rasa.raw = None
    page.get_by_role("button", name="送信").click()
    expect(said(page)).to_have_count(3)
    expect(page.locator(".unsent")).to_have_count(0)


def test_an_option_that_failed_is_sent_again_as_an_option(page, rasa):
    rasa.stop()
    page.get_by_role("button", name="海外で自社の偽物が出回っている").click()
    expect(page.locator("#error")).not_to_be_empty()
    page.reload()
    rasa.start()
    page.get_by_role("button", name="再送").click()
    expect(said(page)).to_have_count(3)
    assert rasa.said == ['/answer{"option": "problems.counterfeit"}']


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


def test_a_second_tab_shows_the_same_and_follows(page, rasa):
    """What is said, begun or forgotten in one tab is seen in the other, without a reload."""
    other = page.context.new_page()
    other.goto(page.url)
    expect(said(other)).to_have_count(1)
    say(page, "相談です")
    expect(said(page)).to_have_count(3)
    expect(said(other)).to_have_count(3)
    expect(other.locator(".advice")).to_contain_text("1,600,000円")
    other.get_by_role("button", name="はい", exact=True).click()
    expect(said(other)).to_have_count(5)
    expect(said(page)).to_have_count(5)
    words(page).fill("書きかけ")
    other.locator(".menu summary").click()
    other.get_by_role("button", name="最初からやり直す").click()
    other.get_by_role("button", name="削除してやり直す").click()
    expect(said(other)).to_have_count(1)
    expect(said(page)).to_have_count(1)
    expect(words(page)).to_have_value("書きかけ")


def test_two_tabs_that_speak_at_once_double_nothing(page, rasa):
    other = page.context.new_page()
    other.goto(page.url)
    say(page, "始まり")
    expect(said(other)).to_have_count(3)
    rasa.gate.clear()
    rasa.arrived.clear()
    say(page, "一つ目")
    assert rasa.arrived.wait(30)
    say(other, "二つ目")
    expect(other.locator("#error")).to_contain_text("少し待ってから")
    rasa.gate.set()
    expect(said(page)).to_have_count(5)
    other.get_by_role("button", name="再送").click()
    settled(other)
    for tab in (page, other):
        tab.reload()
        expect(said(tab)).to_have_count(7)
    assert rasa.said == ["始まり", "一つ目", "二つ目"]


def test_a_reload_while_an_answer_is_made_finds_it_later(page, rasa):
    rasa.gate.clear()
    say(page, "待っている間に")
    assert rasa.arrived.wait(30)
    page.reload()
    expect(page.locator(".unsent")).to_have_count(1)
    rasa.gate.set()
    for _ in range(20):
        page.get_by_role("button", name="再送").click()
        settled(page)
        if page.get_by_role("button", name="再送").is_hidden():
            break
    expect(said(page)).to_have_count(3)
    assert rasa.said == ["待っている間に"]


def test_a_conversation_that_is_gone_keeps_what_was_said_and_begins_anew(page, server, rasa):
    say(page, "最初")
    expect(said(page)).to_have_count(3)
    kept = page.evaluate("JSON.parse(localStorage.getItem(`kaigai-chizai-navi ${location.origin}`))")
    headers = {"Authorization": f"Bearer {kept['token']}"}
    server.client.delete(f"/api/conversations/{kept['id']}", headers=headers)
    say(page, "続き")
    expect(page.locator("#error")).to_contain_text("新しい相談を始めてください")
    page.get_by_role("button", name="再送").click()
    expect(said(page)).to_have_count(3)
    expect(said(page).nth(1)).to_have_text("続き")
    page.reload()
    expect(said(page)).to_have_count(3)


def test_a_reload_of_a_conversation_that_is_gone_says_so(page, server):
    say(page, "最初")
    expect(said(page)).to_have_count(3)
    kept = page.evaluate("JSON.parse(localStorage.getItem(`kaigai-chizai-navi ${location.origin}`))")
    headers = {"Authorization": f"Bearer {kept['token']}"}
    server.client.delete(f"/api/conversations/{kept['id']}", headers=headers)
    page.reload()
    expect(said(page)).to_have_count(1)
    expect(page.locator(".status")).to_contain_text("新しい相談を始められます")


def test_without_storage_a_conversation_lasts_as_long_as_the_page(browse, server):
    page = browse("about:blank", server.url)
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('off'); }})")
    page.goto(server.url)
    say(page, "相談")
    expect(said(page)).to_have_count(3)
    say(page, "続き")
    expect(said(page)).to_have_count(5)


def test_final_advice_after_a_question_in_between_stays(page, rasa):
    """A turn without advice of its own leaves the card as it is."""
    rasa.answer = lambda _: [text("案内です"), advice(COMPLETE)]
    say(page, "相談")
    expect(page.locator(".advice")).to_contain_text("1,600,000円")
    rasa.answer = lambda _: [text("補助率は3分の2です")]
    say(page, "率は")
    expect(said(page)).to_have_count(5)
    expect(page.locator(".advice")).to_contain_text("1,600,000円")
    expect(page.locator(".feedback")).to_have_count(1)
