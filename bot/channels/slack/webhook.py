"""Slack's request address, for events and for buttons: checked, kept, acknowledged; answered later."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.channels.database import StoreAwayError
from bot.channels.errors import ChannelError, Code
from bot.channels.inbox.events import Arrival
from bot.channels.inbox.hashing import Hasher
from bot.channels.inbox.store import Inbox
from bot.channels.inbox.texts import InboxTexts
from bot.channels.inbox.worker import Worker
from bot.channels.slack.arrivals import click_arrival, message_arrival

PATH = "/slack/events"

_ANYTHING = re.compile(".*", re.DOTALL)


def slack_router(
    secret: str, token: str, hasher: Hasher, inbox: Inbox, worker: Worker, texts: InboxTexts
) -> APIRouter:
    """The route that Slack calls."""
    router = APIRouter(include_in_schema=False)
    handler = AsyncSlackRequestHandler(_bolt(secret, token, hasher, inbox, worker, texts))
    verifier = SignatureVerifier(secret)

    @router.post(PATH)
    async def events(request: Request) -> Response:
        # Bolt checks it too, but only after it has read the body.
        body = await request.body()
        _check_signature(verifier, body, request)
        _check_form(body)
        return await handler.handle(request)

    return router


def _check_signature(verifier: SignatureVerifier, body: bytes, request: Request) -> None:
    """Refuse what Slack did not sign, or signed more than five minutes ago."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    # `is_valid` compares text: other characters than these would be an error of its own.
    if not (re.fullmatch(r"[0-9]{1,12}", timestamp) and re.fullmatch(r"v0=[0-9a-f]{64}", signature)):
        raise ChannelError(Code.signature_missing)
    try:
        signed = verifier.is_valid(body, timestamp, signature)
    except UnicodeDecodeError:
        signed = False
    if not signed:
        raise ChannelError(Code.signature_missing)


def _check_form(body: bytes) -> None:
    """Refuse what is no JSON object, itself or in the field `payload` of a form."""
    try:
        text = body.decode()
        form = parse_qs(text) if not text.startswith(("{", "[")) else {}
        found = json.loads(form["payload"][0] if "payload" in form else text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ChannelError(Code.malformed, field="body")


def _bolt(
    secret: str, token: str, hasher: Hasher, inbox: Inbox, worker: Worker, texts: InboxTexts
) -> AsyncApp:
    # Its information and warnings quote requests.
    logger = logging.getLogger(f"{__name__}.bolt")
    logger.setLevel(logging.ERROR)

    async def authorize(enterprise_id: str | None, team_id: str | None, **_more: Any) -> AuthorizeResult:
        # One workspace, one token: nothing is asked of Slack before Slack is answered.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = AsyncApp(
        name="kaigai-chizai-navi",
        logger=logger,
        signing_secret=secret,
        authorize=authorize,
        # Kept before Slack is told that it arrived: what is told is never sent again.
        process_before_response=True,
        ssl_check_enabled=False,
    )

    async def keep(arrival: Arrival | None) -> None:
        kept: Sequence[Arrival] = [] if arrival is None else [arrival]
        if await run_in_threadpool(inbox.keep, kept):
            worker.wake()

    @app.error
    async def failed(error: Exception) -> None:
        # Bolt answers every error with a bare 500; ours says what it is, and Slack delivers the event again.
        if isinstance(error, StoreAwayError):
            raise ChannelError(Code.store_away, retry_after=5) from None
        raise error

    @app.event("app_mention")
    @app.event("message")
    async def message(body: dict[str, Any]) -> None:
        await keep(message_arrival(body, hasher))

    @app.event(_ANYTHING)
    async def other_event() -> None:
        """Events that an administrator subscribed to beyond the manifest."""

    @app.action(_ANYTHING)
    async def click(ack: Any, body: dict[str, Any]) -> None:
        await keep(click_arrival(body, texts, hasher))
        await ack()

    return app
