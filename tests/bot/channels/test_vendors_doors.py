"""What comes to the vendors' addresses without the vendor's signature is refused before it is read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest

LINE_SECRET, SLACK_SECRET = "l" * 32, "s" * 32
BODY = json.dumps({"destination": "U", "events": [], "type": "event_callback"}).encode()


def line(body: bytes, secret: str = LINE_SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"x-line-signature": base64.b64encode(digest).decode()}


def slack(body: bytes, secret: str = SLACK_SECRET, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}


REFUSED = {
    "line without": ("/line/webhook", {}),
    "line with another secret's": ("/line/webhook", line(BODY, "x" * 32)),
    "line of another body": ("/line/webhook", line(BODY + b" ")),
    "line odd": ("/line/webhook", {"x-line-signature": "='&<>"}),
    "slack without": ("/slack/events", {}),
    "slack with another secret's": ("/slack/events", slack(BODY, "x" * 32)),
    "slack of another body": ("/slack/events", slack(BODY + b" ")),
    "slack six minutes old": ("/slack/events", slack(BODY, at=time.time() - 360)),
    "slack of the future": ("/slack/events", slack(BODY, at=time.time() + 3600)),
    "slack at no time": ("/slack/events", {**slack(BODY), "X-Slack-Request-Timestamp": "never"}),
}


@pytest.fixture
def doors(start, rasa):
    """The app with both vendors on; their servers are nowhere."""
    return start(
        line_channel_secret=LINE_SECRET,
        line_access_token="t",  # noqa: S106 - no token
        line_api_url="http://127.0.0.1:1",
        slack_signing_secret=SLACK_SECRET,
        slack_bot_token="xoxb",  # noqa: S106 - no token
        slack_api_url="http://127.0.0.1:1/",
    )


def test_an_event_without_the_vendor_s_signature_is_refused(doors, rasa):
    for name, (path, headers) in REFUSED.items():
        response = doors.client.post(path, content=BODY, headers=headers)
        assert response.status_code in (400, 401), name
        assert response.json()["error"]["code"].startswith("signature_"), name
    # Refused before it is read: what is no JSON gets the same answer.
    assert 400 == doors.client.post("/line/webhook", content=b"{", headers={}).status_code
    assert [] == rasa.requests


def test_a_signed_event_is_let_in(doors):
    assert 200 == doors.client.post("/line/webhook", content=BODY, headers=line(BODY)).status_code
    check = json.dumps({"type": "url_verification", "challenge": "c"}).encode()
    assert 200 == doors.client.post("/slack/events", content=check, headers=slack(check)).status_code


def test_without_credentials_the_addresses_are_not_there(server):
    for path in ("/line/webhook", "/slack/events"):
        assert 404 == server.client.post(path, content=BODY).status_code
