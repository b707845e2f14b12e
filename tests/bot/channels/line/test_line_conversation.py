"""A conversation in LINE, from the first message to the advice."""

from __future__ import annotations

import time

from rasa_stand_in import COMPLETE, advice, text

YES_NO = {"はい": "jp_trademark.yes", "いいえ": "jp_trademark.no"}
USER = "U" + "1" * 32


def test_a_follower_is_told_what_this_is_and_asked(talk_line, line):
    (said,) = talk_line.ask(line.event(USER, "follow", follow={"isUnblocked": False}))
    assert "プログラムが自動でお答えします" in said["text"]
    assert "LINEの外にあるこの案内の記録に保存します" in said["text"]
    assert "1. " in said["text"]
    assert "reply" == line.delivered[0][2]
    assert all(item["action"]["type"] == "postback" for item in said["quickReply"]["items"])


def test_a_text_is_answered_in_one_reply_with_numbers_and_buttons(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("日本で登録していますか。", **YES_NO)]
    opening, said = talk_line.ask(line.text(USER, "中国で商標を取られた"), more=2)
    assert "プログラムが自動でお答えします" in opening["text"]
    assert said["text"].startswith("日本で登録していますか。\n\n1. はい\n2. いいえ")
    assert ["option:jp_trademark.yes", "option:jp_trademark.no"] == [
        item["action"]["data"] for item in said["quickReply"]["items"]
    ]
    assert [USER] == line.loading
    assert {"reply"} == {how for _, _, how in line.delivered}
    assert {"channel": "line", "message": 2} == rasa.requests[0]["metadata"]


def test_the_notice_is_given_once(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    talk_line.ask(line.text(USER, "こんにちは"), more=2)
    assert ["わかりました。"] == [m["text"] for m in talk_line.ask(line.text(USER, "続きです"))]


def test_the_advice_comes_as_cards(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("⑤が使えそうです。"), advice(COMPLETE)]
    *_, said, cards = talk_line.ask(line.text(USER, "取消の費用は240万円"), more=3)
    assert said["text"].startswith("⑤が使えそうです。")
    assert "取消係争支援：対象となる可能性があります：補助金の目安 1,600,000円" in cards["altText"]
    programme, desk = cards["contents"]["contents"]
    assert "1,600,000円" in str(programme)
    assert "800,000円" in str(programme)
    assert "03-3581-1101" in str(desk)
    assert "tel:0335811101" in str(desk)
    assert ["command:sheet", "command:handover", "command:restart"] == [
        item["action"]["data"] for item in cards["quickReply"]["items"]
    ]


def test_a_second_delivery_is_not_answered_again(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    event = line.text(USER, "一度だけ")
    talk_line.ask(event, more=2)
    assert talk_line.deliver(event | {"deliveryContext": {"isRedelivery": True}}).status_code == 200
    time.sleep(0.3)
    assert 2 == len(line.to(USER))
    assert ["一度だけ"] == rasa.said
