"""What a person gets when something is away, slow, wrong, too big or too often."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from rasa_stand_in import text

from bot.channels.messages import Reply, Said
from knowledge import load_knowledge
from tests.waiting import wait_until


def error_of(response: httpx.Response) -> tuple[int, str]:
    error = response.json()["error"]
    assert {"code", "message"} <= set(error)
    assert any("\u3040" <= char <= "\u30ff" for char in error["message"]), error["message"]
    return response.status_code, error["code"]


def assert_names_the_desk(response: httpx.Response) -> None:
    assert load_knowledge().desk.phone in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"",
        b"null",
        b"{}",
        b"<html>502</html>",
        b'{"text": "a"}',
        b'[{"recipient_id": "x"}]',
        b'[{"text": ""}]',
        b'[{"text": 5}]',
        b'["a"]',
        b'[{"custom": {"type": "advice", "version": 1}}]',
        b'[{"text": "a"}, {"custom": {"type": "advice", "version": 1}}]',
        b'[{"text": "a", "buttons": [{"title": "b", "payload": "/restart"}]}]',
        b'[{"text": "a", "buttons": [{"title": "b", "payload": "/answer{\\"option\\": \\"A b\\"}"}]}]',
        b'[{"text": "a", "buttons": [{"title": "b", "payload": "/answer{\\"option\\": 5}"}]}]',
        b'[{"text": "a", "buttons": [{"title": "b", "payload": "/answer{nope}"}]}]',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_an_unusable_answer_of_rasa_is_502_with_the_desk_s_number(talk, rasa, raw):
    rasa.raw = raw
    response = talk.say("秘密の相談")
    assert error_of(response) == (502, "answer_unusable")
    assert_names_the_desk(response)
    assert talk.said() == [("person", "秘密の相談", False)]


def test_rasa_s_own_error_body_is_never_shown(talk, rasa, caplog):
    rasa.status, rasa.raw = 500, '{"reason": "トラッカー秘密", "x": "Traceback"}'.encode()
    response = talk.say("相談")
    assert error_of(response) == (503, "rasa_away")
    assert "秘密" not in response.text
    assert "Traceback" not in response.text
    assert "秘密" not in caplog.text


@pytest.mark.parametrize("status", [302, 400, 404])
def test_an_odd_status_of_rasa_is_502(talk, rasa, status):
    rasa.status = status
    assert error_of(talk.say("相談")) == (502, "answer_unusable")


def test_rasa_stopped_is_503_and_started_again_the_conversation_goes_on_without_doubling(talk, rasa):
    talk.say("一つ目")
    rasa.stop()
    for _ in range(2):
        response = talk.say("二つ目")
        assert error_of(response) == (503, "rasa_away")
        assert_names_the_desk(response)
        assert response.headers["Retry-After"].isdigit()
    assert talk.said()[-1] == ("person", "二つ目", False)
    rasa.start()
    assert talk.say("二つ目").status_code == 200
    assert [m for m in talk.said() if m[0] == "person"] == [
        ("person", "一つ目", True),
        ("person", "二つ目", True),
    ]
    assert rasa.said == ["一つ目", "二つ目"]


def test_a_slow_rasa_is_503_after_the_time_limit_and_may_be_asked_again(start, rasa):
    talk = start(turn_seconds=1).begin()
    rasa.gate.clear()
    response = talk.say("相談")
    assert error_of(response) == (503, "answer_late")
    assert_names_the_desk(response)
    rasa.gate.set()
    assert talk.say("相談").status_code == 200
    assert [m for m in talk.said() if m[0] == "person"] == [("person", "相談", True)]


def test_a_connection_that_breaks_after_sending_is_not_tried_again_by_itself(talk, rasa):
    """Rasa may have taken the message: only the person decides to send it again."""
    rasa.drop = True
    assert error_of(talk.say("相談")) == (503, "rasa_away")
    assert rasa.said == ["相談"]


def test_other_words_after_a_failed_turn_are_another_message(talk, rasa):
    rasa.raw = b"[]"
    talk.say("一")
    rasa.raw = None
    talk.say("二")
    assert [m for m in talk.said() if m[0] == "person"] == [("person", "一", False), ("person", "二", True)]


def test_the_same_words_after_an_answer_are_a_new_message(talk, rasa):
    talk.say("はい")
    talk.say("はい")
    assert rasa.said == ["はい", "はい"]
    assert sum(role == "person" for role, _, _ in talk.said()) == 2


def test_the_same_key_is_answered_once_and_gives_the_same_answer_again(talk, rasa):
    """An answer that got lost on its way is fetched again, not made again."""
    first, again = (talk.say("一", **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json()["messages"] == again.json()["messages"]
    assert rasa.said == ["一"]
    assert error_of(talk.say("二", **{"Idempotency-Key": "k1"})) == (422, "key_reused")
    assert error_of(talk.say("二", **{"Idempotency-Key": "a b"})) == (400, "malformed")


def test_one_turn_at_a_time_in_a_conversation(server, talk, rasa):
    """Of several at once one is answered and the others are told to wait; other conversations go on."""
    rasa.gate.clear()
    other = server.begin()
    with ThreadPoolExecutor(8) as pool:
        running = pool.submit(talk.say, "最初")
        assert rasa.arrived.wait(30)
        elsewhere = pool.submit(other.say, "別の相談")
        refused = [pool.submit(talk.say, f"割り込み{n}") for n in range(5)]
        forget = pool.submit(talk.client.delete, talk.path, headers=talk.headers)
        for future in (*refused, forget):
            assert error_of(future.result()) == (409, "turn_running")
        rasa.gate.set()
        assert running.result().status_code == 200
        assert elsewhere.result().status_code == 200
    assert set(rasa.said) == {"最初", "別の相談"}
    assert talk.say("次").status_code == 200


def test_a_failed_turn_leaves_no_lock(talk, rasa):
    rasa.raw = b"[]"
    talk.say("一")
    rasa.raw = None
    assert talk.say("一").status_code == 200


def test_conversations_at_once_never_mix(start, rasa):
    server = start(conversations_per_hour=0, requests_per_minute=0)
    rasa.answer = lambda request: [text(f"{request['sender']} {request['message']}")]

    def run(number: int) -> None:
        talk = server.begin()
        for turn in range(5):
            (message,) = talk.say(f"相談{number}の{turn}").json()["messages"]
            assert f"{talk.id} 相談{number}の{turn}" == message["text"]
        assert len(talk.said()) == 10

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(40)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"5",
        b"\xff",
        b'{"text": 5}',
        b'{"text": null}',
        b"{}",
        b"[" * 20000,
        b'{"text": "a", "choice": "b"}',
        b'{"text": "a", "sender": "x"}',
        b'{"choice": null}',
        b'{"text": "\\ud800"}',
    ],
)
def test_a_body_of_another_form_is_400(talk, rasa, body):
    headers = {**talk.headers, "Content-Type": "application/json"}
    response = talk.client.post(f"{talk.path}/messages", content=body, headers=headers)
    assert error_of(response) == (400, "malformed")
    assert rasa.requests == []


@pytest.mark.parametrize("empty", ["", " ", "\u3000\n", "\u200b", "\x00\x1b"])
def test_an_empty_text_is_422(talk, empty):
    assert error_of(talk.say(empty)) == (422, "text_empty")


def test_a_text_up_to_the_limit_is_taken_and_a_longer_one_refused_with_both_lengths(talk, rasa):
    assert talk.say("あ" * 2000).status_code == 200
    response = talk.say("あ" * 2001)
    assert error_of(response) == (422, "text_too_long")
    assert "2000" in response.json()["error"]["message"]
    assert "2001" in response.json()["error"]["message"]
    assert len(rasa.requests) == 1


@pytest.mark.parametrize("choice", ["", "A", "a b", "/restart", "a" * 81, "はい", "a\n"])
def test_a_choice_that_is_no_id_is_422(talk, choice):
    assert error_of(talk.choose(choice)) == (422, "choice_unknown")


def test_a_body_that_is_too_big_is_413_whether_or_not_its_length_is_said(talk):
    big = b'{"text": "' + b"a" * 70_000 + b'"}'
    said = talk.client.post(f"{talk.path}/messages", content=big, headers=talk.headers)
    assert error_of(said) == (413, "body_too_large")
    chunked = talk.client.post(
        f"{talk.path}/messages", content=iter([big[:40_000], big[40_000:]]), headers=talk.headers
    )
    assert error_of(chunked) == (413, "body_too_large")


def test_too_many_turns_of_a_conversation_are_429_with_the_time_to_wait(start):
    server = start(turns_per_minute=3)
    talk = server.begin()
    assert [talk.say(str(n)).status_code for n in range(3)] == [200, 200, 200]
    response = talk.say("3")
    assert error_of(response) == (429, "too_many")
    assert 1 <= int(response.headers["Retry-After"]) <= 20
    assert response.headers["Retry-After"] in response.json()["error"]["message"]
    assert server.begin().say("別の相談").status_code == 200


def test_too_many_requests_or_conversations_of_an_address_are_429(start):
    server = start(conversations_per_hour=2)
    statuses = [server.client.post("/api/conversations").status_code for _ in range(3)]
    assert statuses == [201, 201, 429]
    server.stop()
    server = start(requests_per_minute=4)
    statuses = [server.client.get("/api/programs").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert server.client.get("/healthz").status_code == 200


def test_a_forwarded_address_is_believed_from_nobody_by_default(start):
    server = start(conversations_per_hour=1)
    headers = [{"X-Forwarded-For": f"192.0.2.{n}"} for n in range(2)]
    assert [server.client.post("/api/conversations", headers=h).status_code for h in headers] == [201, 429]


def test_a_locked_database_is_503_and_nothing_is_lost(start, rasa, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.channels.database._LOCK_SECONDS", 0.2)
    talk = start().begin()
    other = sqlite3.connect(tmp_path / "var/channels.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    response = talk.say("相談")
    assert error_of(response) == (503, "store_away")
    assert_names_the_desk(response)
    assert rasa.requests == []
    other.execute("ROLLBACK")
    other.close()
    assert talk.say("相談").status_code == 200
    assert sum(role == "person" for role, _, _ in talk.said()) == 1


def test_deletion_that_rasa_s_database_refuses_deletes_nothing(start, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.channels.database._LOCK_SECONDS", 0.2)
    talk = start().begin()
    talk.say("相談")
    tracker = sqlite3.connect(tmp_path / "var/rasa.db", isolation_level=None)
    tracker.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT)")
    tracker.execute("BEGIN EXCLUSIVE")
    assert error_of(talk.client.delete(talk.path, headers=talk.headers)) == (503, "store_away")
    assert len(talk.said()) == 2
    tracker.execute("ROLLBACK")
    tracker.close()
    assert talk.client.delete(talk.path, headers=talk.headers).status_code == 204


def test_a_mistake_of_ours_is_a_500_that_tells_nothing_and_logs_no_words(talk, monkeypatch, caplog):
    def fail(*_args):
        raise RuntimeError(f"{'秘'}密の相談")

    monkeypatch.setattr("bot.channels.store.Store.begin", fail)
    response = talk.say("秘密の相談")
    assert error_of(response) == (500, "internal")
    assert "秘密" not in response.text
    assert "秘密" not in caplog.text
    assert "RuntimeError" in caplog.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_caller_who_hangs_up_finds_the_answer_later(talk, rasa):
    """The turn is finished and kept although nobody waits for it."""
    rasa.gate.clear()
    rasa.answer = lambda _request: [text("お待たせしました")]
    with pytest.raises(httpx.ReadTimeout):
        talk.client.post(
            f"{talk.path}/messages",
            json={"text": "相談"},
            headers={**talk.headers, "Idempotency-Key": "k"},
            timeout=httpx.Timeout(30, read=0.5),
        )
    assert rasa.arrived.wait(30)
    assert error_of(talk.say("相談", **{"Idempotency-Key": "k"})) == (409, "turn_running")
    rasa.gate.set()

    def answer():
        response = talk.say("相談", **{"Idempotency-Key": "k"})
        return response if response.status_code == 200 else None

    response = wait_until(answer, lambda: "no answer")
    assert response.json()["messages"][0]["text"] == "お待たせしました"
    assert rasa.said == ["相談"]


def test_rasa_learns_whether_a_message_may_have_reached_it_before_and_of_which_conversation_it_is(talk, rasa):
    rasa.drop = True
    talk.say("相談")
    rasa.drop = False
    talk.say("相談")
    talk.say("次")
    assert [False, True, False] == [request["metadata"].get("again", False) for request in rasa.requests]
    numbers = [request["metadata"]["message"] for request in rasa.requests]
    assert numbers[0] == numbers[1] < numbers[2]
    assert {talk.id} == {headers["X-Conversation"] for headers in rasa.headers}


def test_an_answer_that_comes_twice_is_kept_once(server, talk):
    """Two processes may both have asked Rasa, when a lock was lost."""
    store = server.services.store
    number = store.begin(talk.id, Said("相談")).number
    first = store.finish(talk.id, number, [Reply("答え", [])], None)
    assert first == store.finish(talk.id, number, [Reply("別の答え", [])], None)
    assert [("person", "相談", True), ("bot", "答え", None)] == talk.said()
