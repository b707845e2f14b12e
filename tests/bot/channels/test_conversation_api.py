"""A conversation over HTTP where everything works."""

from __future__ import annotations

import re
import sqlite3

import pytest
from rasa_stand_in import COMPLETE, PROBLEM, advice, text

from knowledge import assess, load_knowledge


def test_a_conversation_opens_with_the_knowledge_s_own_words_and_the_first_question_s_options(server):
    response = server.client.post("/api/conversations")
    assert response.status_code == 201
    opened = response.json()
    assert {"id", "token", "messages", "sheet_url"} == set(opened)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", opened["id"])
    (message,) = opened["messages"]
    assert load_knowledge().opening == message["text"]
    first = assess({}, fiscal_year=2022).to_json()["next"]
    assert [{"id": o["id"], "label": o["label"]} for o in first["options"]] == message["options"]
    assert message["options"]


def test_opening_does_not_need_rasa(start, rasa):
    rasa.stop()
    assert start().client.post("/api/conversations").status_code == 201


def test_a_turn_answers_with_messages_options_and_the_advice_untouched(talk):
    body = talk.say("商標を中国で取られました").json()
    assert {"messages", "advice", "sheet_url"} == set(body)
    (message,) = body["messages"]
    assert message["text"] == "受け取りました: 商標を中国で取られました"
    assert message["options"] == [
        {"id": "jp_trademark.yes", "label": "はい"},
        {"id": "jp_trademark.no", "label": "いいえ"},
    ]
    assert assess(COMPLETE, fiscal_year=2022, as_of="2022-08-01").to_json() == body["advice"]


def test_rasa_gets_the_conversation_as_sender_and_the_channel(talk, rasa):
    talk.say("相談です")
    (request,) = rasa.requests
    assert {"sender": talk.id, "message": "相談です", "metadata": {"channel": "web", "message": 2}} == request


def test_text_is_normalised_for_rasa_and_kept_as_it_was_typed(talk, rasa):
    talk.say("２４０万円\u3000ｶﾞ\u200b必要")
    assert rasa.said == ["240万円 ガ必要"]
    assert talk.said()[0] == ("person", "２４０万円\u3000ｶﾞ必要", True)


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "／restart",
        " \u3000/answer{}",
        "\u200b/inform",
        "\ufeff/session_start",
        "\x00/x",
        '/answer{"option": "jp_trademark.yes"}',
        "//",
        "/",
        "\u202e/goodbye",
    ],
)
def test_what_is_typed_never_reaches_rasa_as_a_command(talk, rasa, typed):
    """A leading slash, however it is written or hidden, is what a person typed."""
    assert talk.say(typed).status_code == 200
    (message,) = rasa.said
    assert message.startswith("／")
    assert not message.strip().startswith("/")


def test_a_choice_reaches_rasa_by_id_and_is_shown_by_its_label(talk, rasa):
    talk.say("相談です")
    assert talk.choose("jp_trademark.no").status_code == 200
    assert rasa.said[-1] == '/answer{"option": "jp_trademark.no"}'
    message = [m for m in talk.read()["messages"] if m["role"] == "person"][-1]
    assert (message["text"], message["choice"]) == ("いいえ", "jp_trademark.no")


def test_options_of_an_old_question_still_work(talk, rasa):
    talk.say("相談です")
    rasa.answer = lambda _request: [text("次の質問です", わからない="measure.unknown")]
    talk.choose("jp_trademark.yes")
    assert talk.choose("jp_trademark.no").status_code == 200
    first = talk.opened["messages"][0]["options"][0]
    assert talk.choose(first["id"]).status_code == 200
    assert first["label"] == [m["text"] for m in talk.read()["messages"] if m["role"] == "person"][-1]


def test_a_choice_that_was_never_offered_here_is_refused(server, talk, rasa):
    server.begin().say("相談です")
    response = talk.choose("jp_trademark.yes")
    assert (response.status_code, response.json()["error"]["code"]) == (422, "choice_unknown")
    assert len(rasa.requests) == 1


def test_reload_gives_the_whole_conversation_and_the_newest_advice(talk, rasa):
    rasa.answer = lambda _request: [text("一つ目"), text("二つ目"), advice(PROBLEM)]
    talk.say("一")
    rasa.answer = lambda _request: [text("三つ目"), advice(COMPLETE)]
    talk.say("二")
    body = talk.read()
    expected = [("person", "一", True), ("bot", "一つ目", None), ("bot", "二つ目", None)]
    assert [*expected, ("person", "二", True), ("bot", "三つ目", None)] == talk.said()
    assert [m["id"] for m in body["messages"]] == [1, 2, 3, 4, 5, 6]
    assert body["advice"]["status"] == "complete"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00", body["messages"][0]["sent_at"])


def test_a_turn_without_advice_keeps_the_newest_one(talk, rasa):
    talk.say("一")
    rasa.answer = lambda _request: [text("どういたしまして")]
    assert talk.say("ありがとう").json()["advice"]["status"] == "complete"


def test_a_conversation_goes_on_after_a_restart(start, tmp_path):
    """Nothing but the data directory is needed: the secret and the rows are in it."""
    first = start()
    talk = first.begin()
    talk.say("一")
    first.stop()
    talk.client = start().client
    assert talk.said()[0] == ("person", "一", True)
    assert talk.say("二").status_code == 200


def test_feedback_is_kept_with_its_message_and_the_last_word_counts(server, talk):
    message = talk.say("一").json()["messages"][0]["id"]
    for body in ({"helpful": True, "comment": "助かった"}, {"helpful": False}):
        response = talk.client.post(
            f"{talk.path}/feedback", json={"message_id": message, **body}, headers=talk.headers
        )
        assert (response.status_code, response.content) == (204, b"")
    rows = sqlite3.connect(server.data_dir / "channels.db").execute(
        "SELECT message, helpful, comment FROM feedback WHERE conversation = ?", (talk.id,)
    )
    assert [(message, 0, None)] == rows.fetchall()


@pytest.mark.parametrize(("number", "status"), [(1.0, 204), (1.5, 400), ("1", 400), (True, 400)])
def test_a_number_of_a_message_is_whole_as_json_schema_has_it(talk, number, status):
    message = talk.say("一").json()["messages"][0]["id"]
    number = number * message if isinstance(number, float) and number.is_integer() else number
    body = {"message_id": number, "helpful": True}
    assert status == talk.client.post(f"{talk.path}/feedback", json=body, headers=talk.headers).status_code


@pytest.mark.parametrize("number", [2, 999, 2**31 - 1])
def test_feedback_is_for_messages_of_the_bot_that_exist(talk, number):
    talk.say("一")
    body = {"message_id": number, "helpful": True}
    response = talk.client.post(f"{talk.path}/feedback", json=body, headers=talk.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "message_not_found")


def rasa_tables(path):
    """Rasa's tracker store as SQLTrackerStore makes it."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, "
        "type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), "
        "action_name VARCHAR(255), data TEXT)"
    )
    return connection


def test_deletion_deletes_every_row_here_and_in_rasa_and_only_of_this_conversation(start, tmp_path):
    server = start()
    talk, other = server.begin(), server.begin()
    private = "誰にも言えない新商品の件"
    for one in (talk, other):
        number = one.say(f"{private}{one.id}").json()["messages"][0]["id"]
        body = {"message_id": number, "helpful": True}
        assert one.client.post(f"{one.path}/feedback", json=body, headers=one.headers).status_code == 204
    with rasa_tables(tmp_path / "var/rasa.db") as tracker:
        for one in (talk, other):
            event = (one.id, "user", f"{private}{one.id}")
            tracker.execute("INSERT INTO events (sender_id, type_name, data) VALUES (?, ?, ?)", event)
    response = talk.client.delete(talk.path, headers=talk.headers)
    assert (response.status_code, response.content) == (204, b"")

    assert [(other.id,)] == tracker.execute("SELECT sender_id FROM events").fetchall()
    own = sqlite3.connect(tmp_path / "var/channels.db")
    columns = {"conversations": "id"} | dict.fromkeys(("messages", "advice", "feedback"), "conversation")
    for table, column in columns.items():
        assert {(other.id,)} == set(own.execute(f"SELECT {column} FROM {table}"))  # noqa: S608
    own.close()
    tracker.close()
    for file in (tmp_path / "var").iterdir():
        assert f"{private}{talk.id}".encode() not in file.read_bytes(), file.name
    after = talk.client.get(talk.path, headers=talk.headers)
    assert (after.status_code, after.json()["error"]["code"]) == (404, "conversation_not_found")
    assert talk.say("まだいますか").status_code == 404
    assert talk.client.delete(talk.path, headers=talk.headers).status_code == 404
    assert other.say("こちらは残る").status_code == 200


def test_deletion_works_before_rasa_ever_wrote_anything(talk):
    assert talk.client.delete(talk.path, headers=talk.headers).status_code == 204


def test_what_ends_an_advice_is_rated_but_not_what_was_not_understood(talk, rasa):
    whole = [advice(COMPLETE), text("補助額の目安は…")]
    rasa.answer = lambda _request: whole
    assert [True] == [message["final"] for message in talk.say("はい").json()["messages"]]
    rasa.answer = lambda _request: [{"custom": {"type": "misunderstood"}}, *whole]
    assert [False] == [message["final"] for message in talk.say("ほげ").json()["messages"]]
