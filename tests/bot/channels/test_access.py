"""Who gets in, and what the answers and the log give away."""

from __future__ import annotations

import base64
import logging
import time

import pytest

from bot.channels.tokens import Signer
from tests.waiting import wait_until

KEY = b"k" * 32


def refused(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def calls(talk, headers):
    """Every door of a conversation, knocked at with these headers."""
    client = talk.client
    yield client.get(talk.path, headers=headers)
    yield client.post(f"{talk.path}/messages", json={"text": "x"}, headers=headers)
    yield client.post(f"{talk.path}/feedback", json={"message_id": 1, "helpful": True}, headers=headers)
    yield client.get(f"{talk.path}/sheet", headers=headers)
    yield client.delete(talk.path, headers=headers)


def test_without_a_token_every_door_is_shut(talk, rasa):
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": talk.token}):
        for response in calls(talk, headers):
            assert refused(response) == (401, "token_missing")
            assert response.headers["WWW-Authenticate"] == "Bearer"
    assert rasa.requests == []


def test_forged_tokens_open_nothing(talk, rasa):
    subject, expires, signature = talk.token.split(".")
    forgeries = {
        "signature of another key": Signer(KEY, "conversation", 3600).sign(talk.id),
        "longer life": f"{subject}.{int(expires) + 1}.{signature}",
        "changed signature": f"{subject}.{expires}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        "no signature": f"{subject}.{expires}.",
        "empty parts": "..",
        "words": "let-me-in",
        "as base64": base64.urlsafe_b64encode(talk.token.encode()).decode(),
    }
    for name, token in forgeries.items():
        for response in calls(talk, {"Authorization": f"Bearer {token}"}):
            assert refused(response) == (401, "token_invalid"), name
    assert rasa.requests == []


def test_a_token_of_another_conversation_opens_nothing(server, talk, rasa):
    for response in calls(talk, server.begin().headers):
        assert refused(response) == (403, "token_of_another")
    assert rasa.requests == []


def test_an_expired_token_says_so(server, talk):
    past = Signer(server.services.settings.signing_key(), "conversation", 10, clock=lambda: time.time() - 11)
    for response in calls(talk, {"Authorization": f"Bearer {past.sign(talk.id)}"}):
        assert refused(response) == (401, "token_expired")


def test_a_link_to_the_sheet_opens_the_sheet_of_its_conversation_and_nothing_else(server, talk):
    link = talk.opened["sheet_url"]
    assert talk.client.get(link).status_code == 200
    token = link.partition("token=")[2]
    assert refused(talk.client.get(talk.path, headers={"Authorization": f"Bearer {token}"})) == (
        401,
        "token_invalid",
    )
    other = server.begin()
    assert refused(other.client.get(f"{other.path}/sheet", params={"token": token})) == (
        403,
        "token_of_another",
    )
    conversation_token = talk.client.get(f"{talk.path}/sheet", params={"token": talk.token})
    assert refused(conversation_token) == (401, "token_invalid")


def test_the_conversation_s_token_is_in_no_address(talk):
    assert talk.token not in talk.opened["sheet_url"]
    assert talk.token not in talk.say("一").json()["sheet_url"]


def test_ids_are_long_and_all_different(server):
    ids = {server.begin().id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(id_) >= 22 for id_ in ids)


def test_every_answer_carries_the_security_headers(server, talk):
    responses = [
        server.client.get(path) for path in ("/", "/widget.js", "/nowhere", "/api/programs", talk.path)
    ]
    for response in responses:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'; ")
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "server" not in response.headers or "uvicorn" in response.headers["server"]
    assert responses[-1].headers["Cache-Control"] == "no-store"


def test_unknown_addresses_and_methods_are_errors_of_the_same_form(server):
    assert refused(server.client.get("/admin")) == (404, "not_found")
    assert refused(server.client.get("/static/../settings.py")) == (404, "not_found")
    assert refused(server.client.get("/docs")) == (404, "not_found")
    response = server.client.put("/api/conversations")
    assert refused(response) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "POST"


def test_a_person_who_opened_an_address_reads_the_error_as_a_page(server, talk):
    """An old link to a sheet, a mistyped address: what to do is said, and where the desk is."""
    for path in ("/nowhere", "/programs/nothing", "/programs?fiscal_year=1999", f"{talk.path}/sheet?token=x"):
        page = server.client.get(path, headers={"Accept": "text/html,*/*"})
        assert page.status_code >= 400
        assert page.headers["Content-Type"].startswith("text/html")
        assert server.services.knowledge.desk.phone in page.text
        assert server.client.get(path).json()["error"]["message"] in page.text


def test_only_listed_origins_may_call_from_a_browser(start):
    server = start(allowed_origins="https://shop.example, https://a.example/")
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}

    def allowed(origin):
        response = server.client.options("/api/conversations", headers={"Origin": origin, **preflight})
        return response.headers.get("Access-Control-Allow-Origin")

    assert allowed("https://shop.example") == "https://shop.example"
    assert allowed("https://a.example") == "https://a.example"
    assert None is allowed("https://shop.example.evil.example")
    assert None is allowed("http://shop.example")
    error = server.client.get("/api/conversations/x", headers={"Origin": "https://shop.example"})
    assert error.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_without_listed_origins_no_other_site_may_call(server):
    response = server.client.get("/api/programs", headers={"Origin": "https://shop.example"})
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_log_has_the_route_and_nothing_of_the_person(server, caplog):
    caplog.set_level(logging.DEBUG)
    # The client under test is ours, the client that tests is not.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    talk = server.begin()
    talk.say("株式会社ひみつの相談です")
    talk.client.get(talk.opened["sheet_url"])
    talk.client.get(f"{talk.path}/secret-{talk.id}")
    expected = ["POST /api/conversations/{id}/messages 200 ", "GET - 404 "]

    def lines():
        return [record.getMessage() for record in caplog.records]

    # A line is written after the answer has left.
    wait_until(
        lambda: all(any(line.startswith(start) for line in lines()) for start in expected),
        lambda: str(lines()),
    )
    for word in ("ひみつ", talk.id, talk.token, "token=", "127.0.0.1"):
        assert all(word not in line for line in lines()), word


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_conversation_that_does_not_exist_cannot_be_told_from_one_of_others(server, method):
    """Without its token an id says nothing: no enumeration."""
    talk, other = server.begin(), server.begin()
    for path in (other.path, "/api/conversations/AAAAAAAAAAAAAAAAAAAAAAAA"):
        assert refused(talk.client.request(method, path, headers=talk.headers)) == (403, "token_of_another")
        assert refused(talk.client.request(method, path)) == (401, "token_missing")
