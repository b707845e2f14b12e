"""What LINE may send that is wrong, late, unknown or unwanted, and LINE itself failing."""

from __future__ import annotations

import json
import time

import pytest
from line_stand_in import SECRET, sign
from linebot.v3.webhook import SignatureValidator
from rasa_stand_in import text

from bot.channels.database import StoreAwayError
from bot.channels.inbox.answering import Answering
from bot.channels.inbox.store import Inbox

USER, GROUP = "U" + "2" * 32, "C" + "3" * 32


def quiet(talk, seconds: float = 0.4) -> None:
    """Nothing reached anybody, and Rasa heard nothing."""
    time.sleep(seconds)
    assert [] == talk.line.delivered


def test_the_sdk_s_own_signature_vector_holds():
    """From github.com/line/line-bot-sdk-python, tests/v3/test_webhook.py, TestSignatureValidator."""
    secret, body = "channel_secret", "bodybodybodybody"
    vector = "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k="
    assert vector == sign(body.encode(), secret)
    assert SignatureValidator(secret).validate(body, vector)
    assert not SignatureValidator(secret).validate(body, "invalid_signature")


@pytest.mark.parametrize("signature", ["", "x", "c2lnbmF0dXJl", sign(b"another body"), "署名".encode().hex()])
def test_a_wrong_or_missing_signature_is_refused(talk_line, line, signature):
    response = talk_line.deliver(line.text(USER, "こんにちは"), signature=signature)
    assert (400, "signature_invalid") == (response.status_code, response.json()["error"]["code"])
    quiet(talk_line)


def test_a_signature_of_another_secret_is_refused(talk_line, line):
    body = json.dumps({"events": [line.text(USER, "こんにちは")]}).encode()
    assert talk_line.post(body, sign(body, SECRET + "x")).status_code == 400
    assert talk_line.post(body + b" ", sign(body)).status_code == 400
    quiet(talk_line)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"events": 1}', b'"events"', b"[" * 100_000, b"\xff\xfe"]
)
def test_a_signed_body_that_is_no_webhook_is_refused(talk_line, body):
    assert talk_line.post(body).status_code == 400


def test_a_huge_body_is_refused_before_it_is_read_whole(talk_line):
    response = talk_line.post(b'{"events": [' + b" " * (2 * 1024 * 1024) + b"]}")
    assert response.status_code == 413


def test_the_console_s_check_is_answered(talk_line):
    """Its call has no events."""
    assert talk_line.deliver().status_code == 200


def test_unknown_and_unwanted_events_are_passed_over(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    broken = [None, 3, {}, {"type": "message"}, {"type": "telepathy", "mode": "active", "timestamp": 1}]
    unwanted = [
        line.text(USER, "待機中", mode="standby"),
        line.event(USER, "beacon", beacon={"hwid": "d41d8cd98f", "type": "enter"}),
        line.postback(USER, "someone else's data"),
        line.postback(USER, "command:unknown"),
        line.text(USER, "グループ", source={"type": "group", "groupId": GROUP, "userId": USER}),
        line.event(
            USER,
            message={"type": "sticker", "id": "9", "packageId": "1", "stickerId": "1",
                     "stickerResourceType": "STATIC", "quoteToken": "q"},
            source={"type": "group", "groupId": GROUP, "userId": USER},
        ),
    ]  # fmt: skip
    assert talk_line.deliver(*broken, *unwanted).status_code == 200
    quiet(talk_line)
    # What is right beside what is wrong is answered.
    talk_line.ask(*broken[:1], line.text(USER, "本文"), place=USER, more=2)
    assert ["本文"] == rasa.said


def test_a_group_is_answered_when_it_mentions_the_bot(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    words = "😀 @navi 中国の商標です"
    mention = {"mentionees": [{"type": "user", "index": 3, "length": 5, "userId": "Ubot", "isSelf": True}]}
    message = {"type": "text", "id": "77", "text": words, "mention": mention, "quoteToken": "q"}
    source = {"type": "group", "groupId": GROUP, "userId": USER}
    talk_line.ask(line.event(USER, message=message, source=source), place=GROUP, more=2)
    assert ["😀 中国の商標です"] == rasa.said
    assert [] == line.loading


def test_a_sticker_is_told_to_write(talk_line, line):
    sticker = {"type": "sticker", "id": "9", "packageId": "1", "stickerId": "1", "quoteToken": "q"}
    sticker["stickerResourceType"] = "STATIC"
    *_, said = talk_line.ask(line.event(USER, message=sticker), more=2)
    assert said["text"].startswith("文字で入力してください。")


def test_a_used_or_late_reply_token_makes_a_push(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    line.token_seconds = 0.01
    talk_line.ask(line.text(USER, "遅い"), more=2)
    assert {"push"} == {how for _, _, how in line.delivered}


@pytest.mark.parametrize("status", [429, 500, -1])
def test_line_failing_delays_an_answer_and_doubles_none(talk_line, line, rasa, status):
    """Of a broken connection (-1), nobody knows whether the answer was taken: it was."""
    rasa.answer = lambda _request: [text("わかりました。")]
    line.failures.append(status)
    talk_line.ask(line.text(USER, "一度だけ"), more=2)
    time.sleep(3)
    assert 2 == len(line.to(USER))
    talk_line.ask(line.text(USER, "次"))
    assert ["一度だけ", "次"] == rasa.said


def test_a_broken_push_is_sent_again_under_the_same_key(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    line.token_seconds = 0
    line.failures.append(-1)
    talk_line.ask(line.text(USER, "一度だけ"), more=2)
    talk_line.ask(line.text(USER, "次"))
    assert 3 == len(line.to(USER))


def test_line_is_shut_without_its_credentials(server):
    assert server.client.post("/line/webhook", content=b"{}").status_code == 404
    assert server.client.post("/slack/events", content=b"{}").status_code == 404


def test_what_cannot_be_stored_is_not_acknowledged(start_line, line, monkeypatch):
    """LINE delivers it again."""
    talk = start_line()

    def away(*_arguments: object) -> int:
        raise StoreAwayError

    monkeypatch.setattr(Inbox, "keep", away)
    assert 503 == talk.deliver(line.text(USER, "こんにちは")).status_code


def test_a_mistake_of_ours_is_apologised_for_and_the_queue_goes_on(talk_line, line, rasa, monkeypatch):
    """Nobody waits for ever because of one message that we cannot handle."""
    rasa.answer = lambda _request: [text("わかりました。")]
    whole = Answering.speech
    left = iter([True])

    async def fails_once(self, *arguments):
        if next(left, False):
            raise RuntimeError("090-1234-5678")
        return await whole(self, *arguments)

    monkeypatch.setattr(Answering, "speech", fails_once)
    apology, *answer = talk_line.ask(line.text(USER, "こんにちは"), more=3)
    assert "03-3581-1101" in apology["text"]
    assert "わかりました。" == answer[-1]["text"]


def test_more_texts_than_a_reply_holds_are_joined(talk_line, line, rasa):
    """A push costs money: eight texts and the greeting are five messages, in their order."""
    said = [f"{number}番目の文です。" for number in range(8)]
    rasa.answer = lambda _request: [text(one) for one in said]
    messages = talk_line.ask(line.text(USER, "こんにちは"), more=5)
    quiet_time = time.monotonic() + 0.4
    while time.monotonic() < quiet_time:
        assert 5 == len(talk_line.line.to(USER))
    whole = "\n".join(message["text"] for message in messages)
    assert sorted(range(8), key=lambda number: whole.index(said[number])) == list(range(8))
