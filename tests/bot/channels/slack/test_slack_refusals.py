"""What Slack may send that is wrong, old, unknown or unwanted, and Slack itself failing."""

from __future__ import annotations

import json
import time

import pytest
from rasa_stand_in import COMPLETE, advice, text
from slack_sdk.signature import Clock, SignatureVerifier
from slack_stand_in import sign

from bot.channels.database import StoreAwayError
from bot.channels.inbox.store import Inbox

# docs.slack.dev/authentication/verifying-requests-from-slack, the example in "Step-by-step".
EXAMPLE_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105
EXAMPLE_TIME = 1531420618
EXAMPLE_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
    b"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
EXAMPLE_SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def quiet(talk) -> None:
    """Nothing reached anybody."""
    time.sleep(0.3)
    assert {} == talk.slack.posts


def test_the_documented_signature_vector_holds():
    class Then(Clock):
        def now(self) -> float:
            return EXAMPLE_TIME

    assert EXAMPLE_SIGNATURE == sign(EXAMPLE_BODY, EXAMPLE_TIME, EXAMPLE_SECRET)["X-Slack-Signature"]
    verifier = SignatureVerifier(EXAMPLE_SECRET, Then())
    assert verifier.is_valid(EXAMPLE_BODY, str(EXAMPLE_TIME), EXAMPLE_SIGNATURE)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "nonsense"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "9" * 12},
    ],
)
def test_a_wrong_or_missing_signature_is_refused(talk_slack, slack, headers):
    response = talk_slack.post(json.dumps(slack.direct("こんにちは")).encode(), **headers)
    assert (401, "signature_missing") == (response.status_code, response.json()["error"]["code"])
    quiet(talk_slack)


@pytest.mark.parametrize("age", [-301 - 5, 301 + 5])
def test_a_stale_signature_is_refused(talk_slack, slack, age):
    """A request that somebody recorded is good for five minutes; within them, its event is known."""
    body = json.dumps(slack.direct("こんにちは")).encode()
    assert talk_slack.post(body, **sign(body, int(time.time()) - age)).status_code == 401
    quiet(talk_slack)


def test_a_replayed_request_is_not_answered_again(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    event = slack.direct("一度だけ")
    talk_slack.ask(event)
    body = json.dumps(event).encode()
    assert talk_slack.post(body, **{"X-Slack-Retry-Num": "1"}).status_code == 200
    time.sleep(0.3)
    assert 1 == len(slack.posts)


@pytest.mark.parametrize("body", [b"{", b"[]", b"payload=%7B", b"\xff\xfe", b"[" * 100_000])
def test_a_signed_body_that_is_no_request_is_refused(talk_slack, body):
    assert 400 <= talk_slack.post(body).status_code < 500


def test_a_huge_body_is_refused(talk_slack):
    assert talk_slack.post(b"{" + b" " * (2 * 1024 * 1024)).status_code == 413


def test_slack_s_check_of_the_address_is_answered(talk_slack):
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"}).encode()
    response = talk_slack.post(body)
    assert (200, "abc") == (response.status_code, response.json()["challenge"])


@pytest.mark.parametrize("status", [429, 500, -1])
def test_slack_failing_delays_an_answer_and_doubles_none(talk_slack, slack, rasa, status):
    """Of a broken connection (-1), nobody knows whether the answer was posted: it is looked for."""
    rasa.answer = lambda _request: [text("わかりました。")]
    slack.failures.append(status)
    event = slack.direct("一度だけ")
    talk_slack.ask(event)
    talk_slack.ask(slack.direct("次", thread_ts=event["event"]["ts"]))
    assert 2 == len(slack.posts)


def test_where_the_thread_may_not_be_read_the_answer_is_posted_again(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    slack.readable = False
    slack.failures.append(-1)
    talk_slack.ask(slack.mention("こんにちは"), more=2)


def test_while_rasa_is_away_the_desk_is_named_and_the_answer_comes_later(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    rasa.stop()
    event = slack.direct("商標を取られた")
    (sorry,) = talk_slack.ask(event)
    assert "03-3581-1101" in str(sorry["blocks"])
    rasa.start()
    *_, answer = talk_slack.wait("D0", event["event"]["ts"], 2, seconds=30)
    assert "わかりました。" in str(answer["blocks"])


def test_an_answer_of_any_length_keeps_within_the_limits(talk_slack, slack, rasa):
    options = {f"{number}番目の、とても長い選択肢" * 8: f"countries.o{number}" for number in range(60)}
    words = "商標 <A&B> の説明。" * 2000
    rasa.answer = lambda _request: [text(words, **options), advice(COMPLETE)]
    event = slack.direct("長い話")
    talk_slack.ask(event, more=3)
    time.sleep(0.5)
    posts = slack.thread("D0", event["event"]["ts"])
    sections = [
        b["text"]["text"] for post in posts for b in post["blocks"] if b["type"] == "section" and "text" in b
    ]
    assert 2000 == "".join(sections).count("&lt;A&amp;B&gt;")
    buttons = [b for block in posts[-1]["blocks"] if block["type"] == "actions" for b in block["elements"]]
    assert 60 == len(buttons)


@pytest.mark.parametrize("pressed", [False, True])
def test_what_cannot_be_stored_is_not_acknowledged(talk_slack, slack, rasa, monkeypatch, pressed):
    """Slack delivers it again."""
    rasa.answer = lambda _request: [text("日本で登録していますか。", はい="jp_trademark.yes")]
    event = slack.direct("商標を取られた")
    if pressed:
        (post,) = talk_slack.ask(event)
        event = slack.press(post, "はい")

    def away(*_arguments: object) -> int:
        raise StoreAwayError

    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "keep", away)
        response = talk_slack.deliver(event)
    assert (503, "store_away") == (response.status_code, response.json()["error"]["code"])
    assert "Retry-After" in response.headers
    talk_slack.ask(event)


def test_a_message_that_is_deleted_is_forgotten(talk_slack, slack, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    event = slack.direct("書いてはいけない名前")
    talk_slack.ask(event)
    assert "書いてはいけない名前" in talk_slack.held()
    deleted = {"ts": event["event"]["ts"], "user": "U0PERSON", "text": "書いてはいけない名前"}
    talk_slack.deliver(
        slack.event(type="message", subtype="message_deleted", channel="D0", channel_type="im",
                    previous_message=deleted)
    )  # fmt: skip
    talk_slack.wait_gone("書いてはいけない名前")
