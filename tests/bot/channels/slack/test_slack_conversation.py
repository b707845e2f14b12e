"""A conversation in Slack, from the first message to the advice."""

from __future__ import annotations

import re
import time

from rasa_stand_in import COMPLETE, advice, text

YES_NO = {"はい": "jp_trademark.yes", "いいえ": "jp_trademark.no"}


def words(post) -> str:
    return str(post["blocks"])


def buttons(post) -> list[str]:
    rows = [block["elements"] for block in post["blocks"] if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row]


def test_a_direct_message_is_answered_in_its_thread_with_buttons(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("日本で登録していますか。", **YES_NO)]
    event = slack.direct("中国で A&amp;B の商標を取られた &lt;至急&gt;")
    (post,) = talk_slack.ask(event)
    assert event["event"]["ts"] == post["thread_ts"]
    assert "一つのスレッドが一つの相談です" in words(post)
    assert "日本で登録していますか。" in words(post)
    assert ["はい", "いいえ"] == buttons(post)
    assert ["中国で A&B の商標を取られた <至急>"] == rasa.said
    assert {"channel": "slack", "message": 2} == rasa.requests[0]["metadata"]


def test_an_answered_button_is_replaced_and_counts_once(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("日本で登録していますか。", **YES_NO)]
    (post,) = talk_slack.ask(slack.direct("商標を取られた"))
    click = slack.press(post, "はい")
    again = slack.press(post, "いいえ")
    rasa.answer = lambda _request: [text("わかりました。")]
    (answer,) = talk_slack.ask(click)
    assert "わかりました。" in words(answer)
    assert [] == buttons(post)
    assert "選択：はい" in words(post)
    assert talk_slack.deliver(again).status_code == 200
    time.sleep(0.3)
    assert 2 == len(rasa.said)


def test_buttons_go_when_the_question_is_answered_in_words(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("日本で登録していますか。", **YES_NO)]
    first = slack.direct("商標を取られた")
    (post,) = talk_slack.ask(first)
    talk_slack.ask(slack.direct("登録しています", thread_ts=first["event"]["ts"]))
    assert [] == buttons(post)
    assert "回答済みです。" in words(post)


def test_threads_are_cases_of_their_own(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    first, second = slack.mention("一つめ"), slack.mention("二つめ")
    talk_slack.ask(first)
    talk_slack.ask(second)
    talk_slack.ask(slack.mention("続き", thread_ts=first["event"]["ts"]))
    senders = [request["sender"] for request in rasa.requests]
    assert senders[0] == senders[2] != senders[1]
    assert ["一つめ", "二つめ", "続き"] == rasa.said


def test_the_advice_comes_as_blocks(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("⑤が使えそうです。"), advice(COMPLETE)]
    (post,) = talk_slack.ask(slack.direct("取消の費用は240万円"))
    headers = [block["text"]["text"] for block in post["blocks"] if block["type"] == "header"]
    assert ["⑤ 冒認商標無効・取消係争支援", "相談窓口：海外展開知財支援窓口"] == headers
    assert "1,600,000円" in words(post)
    assert "03-3581-1101" in words(post)
    assert "対象となる可能性があります" in post["text"]
    assert ["相談票を見る", "担当者に引き継ぐ", "最初から始める"] == buttons(post)
    (sheet,) = talk_slack.ask(slack.press(post, "相談票を見る"))
    assert "■相談の内容（本人の言葉）" in words(sheet)
    assert ["相談票を見る", "担当者に引き継ぐ", "最初から始める"] == buttons(post)


def test_what_bots_write_and_what_is_not_for_us_is_ignored(talk_slack, slack, rasa):
    for event in [
        slack.direct("bot", bot_id="B1"),
        slack.direct("edited", subtype="message_changed"),
        slack.event(type="message", channel="C0", channel_type="channel", text="chat"),
        slack.event(type="reaction_added", item={}, reaction="eyes"),
    ]:
        assert talk_slack.deliver(event).status_code == 200
    time.sleep(0.3)
    assert [] == rasa.said
    assert {} == slack.posts


def test_a_thread_opens_in_the_console_with_consent(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("わかりました。"), advice(COMPLETE)]
    (post,) = talk_slack.ask(slack.direct("取消の費用は240万円"))
    (asked,) = talk_slack.ask(slack.press(post, "担当者に引き継ぐ"))
    assert not re.search(r"\d{5} \d{5}", words(asked))
    (said,) = talk_slack.ask(slack.press(asked, buttons(asked)[0]))
    console = talk_slack.opened_by_staff(re.search(r"\d{5} \d{5}", words(said))[0])
    assert "取消の費用は240万円" in console and 'value="2,400,000"' in console
    assert '<span class="tag">Slack</span>' in console
