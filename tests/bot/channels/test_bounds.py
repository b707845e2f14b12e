"""How much is let in: turns at once, conversations, messages, names of the host; refused in words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from bot.channels.settings import Settings
from knowledge import load_knowledge


def refused(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_more_turns_at_once_than_may_run_are_asked_to_wait_and_keep_their_words(start, rasa):
    server = start(turns_at_once=2)
    first, second, third = (server.begin() for _ in range(3))
    rasa.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(talk.say, "相談") for talk in (first, second)]
        while len(rasa.requests) < 2:
            rasa.arrived.wait(1)
        response = third.say("混んでいても残る相談")
        assert (503, "busy") == refused(response)
        assert response.headers["Retry-After"] in response.json()["error"]["message"]
        assert load_knowledge().desk.phone in response.json()["error"]["message"]
        assert [("person", "混んでいても残る相談", False)] == third.said()
        rasa.gate.set()
        assert [200, 200] == [future.result().status_code for future in running]
    assert 200 == third.say("混んでいても残る相談").status_code
    assert 1 == sum(role == "person" for role, _, _ in third.said())


def test_a_turn_that_fails_makes_room_again(start, rasa):
    talk = start(turns_at_once=1).begin()
    for raw in (b"[]", b"{", None):
        rasa.raw = raw
        response = talk.say("相談")
        assert response.status_code in (200, 502)
    rasa.drop = True
    talk.say("二")
    rasa.drop = False
    assert 200 == talk.say("二").status_code


def test_no_more_conversations_are_begun_than_may_be_kept(start):
    server = start(conversations_kept=2)
    talk, other = server.begin(), server.begin()
    response = server.client.post("/api/conversations")
    assert (503, "store_full") == refused(response)
    assert response.headers["Retry-After"].isdigit()
    assert load_knowledge().desk.phone in response.json()["error"]["message"]
    assert 200 == talk.say("いまの相談は続く").status_code
    assert 204 == other.client.delete(other.path, headers=other.headers).status_code
    server.begin()


def test_a_conversation_ends_at_its_longest_and_can_be_read_on(start, rasa):
    talk = start(messages_per_conversation=10).begin()
    statuses = [talk.say(f"相談{number}").status_code for number in range(6)]
    assert [200] * 5 + [422] == statuses
    assert (422, "conversation_long") == refused(talk.say("まだある"))
    assert 5 == len(rasa.requests)
    assert 5 == sum(role == "person" for role, _, _ in talk.said())


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("navi.example.jp", 200),
        ("NAVI.example.jp:8443", 200),
        ("[::1]:80", 200),
        ("evil.example", 400),
        ("navi.example.jp.evil.example", 400),
        ("navi.example.jp@evil.example", 400),
        ("", 400),
    ],
)
def test_only_listed_names_of_the_host_are_served(start, host, status):
    server = start(allowed_hosts="navi.example.jp, [::1]")
    response = server.client.get("/api/programs", headers={"Host": host})
    assert status == response.status_code
    if status == 400 and host:
        assert "host_unknown" == response.json()["error"]["code"]
        assert host not in response.text
    assert 200 == server.client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code


@pytest.mark.parametrize("host", ["https://navi.example.jp", "navi.example.jp:443", "*", "a b"])
def test_a_name_of_a_host_that_is_none_is_refused_at_the_start(host):
    with pytest.raises(ValidationError, match="without scheme and port"):
        Settings(allowed_hosts=host)


@pytest.mark.parametrize(
    "path",
    ["/privacy/", "//evil.example/", "/\\evil.example", "/api/conversations/", "/%2f%2fevil.example/.."],
)
def test_no_address_sends_anybody_on_to_another_host(server, path):
    # As it stands: a client of some comfort would tidy the path.
    connection = HTTPConnection("127.0.0.1", urlsplit(server.url).port)
    connection.request("GET", path, headers={"Host": "evil.example"})
    response = connection.getresponse()
    connection.close()
    assert None is response.getheader("Location")
    assert response.status in (404, 405)


def test_tls_is_insisted_on_where_people_come_by_tls(start, server):
    name = "Strict-Transport-Security"
    assert name not in server.client.get("/").headers
    behind = start(public_url="https://navi.example.jp")
    assert behind.client.get("/").headers[name].startswith("max-age=31536000")
    assert name in behind.client.get("/nowhere").headers
    # Nobody but a trusted proxy says that the connection was safe.
    assert name not in server.client.get("/", headers={"X-Forwarded-Proto": "https"}).headers
