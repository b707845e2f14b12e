"""LINE's webhook: checked, kept, acknowledged; answered later."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from linebot.v3.webhook import SignatureValidator
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from bot.channels.database import StoreAwayError
from bot.channels.errors import ChannelError, Code
from bot.channels.inbox.events import Arrival
from bot.channels.inbox.hashing import Hasher
from bot.channels.inbox.store import Inbox
from bot.channels.inbox.texts import InboxTexts
from bot.channels.inbox.worker import Worker
from bot.channels.line.arrivals import MalformedError, arrivals

PATH = "/line/webhook"


def line_router(secret: str, hasher: Hasher, inbox: Inbox, worker: Worker, texts: InboxTexts) -> APIRouter:
    """The route that LINE calls."""
    router = APIRouter(include_in_schema=False)
    validator = SignatureValidator(secret)

    @router.post(PATH)
    async def webhook(request: Request) -> Response:
        try:
            body = (await request.body()).decode()
        except UnicodeDecodeError:
            raise ChannelError(Code.signature_invalid) from None
        if not validator.validate(body, request.headers.get("x-line-signature", "")):
            raise ChannelError(Code.signature_invalid)
        try:
            arrived: Sequence[Arrival] = arrivals(body, hasher, texts)
        except MalformedError:
            raise ChannelError(Code.malformed, field="events") from None
        # Kept before LINE is told that it arrived: what is told is never sent again.
        try:
            new = await run_in_threadpool(inbox.keep, arrived)
        except StoreAwayError:
            raise ChannelError(Code.store_away, retry_after=5) from None
        if new:
            worker.wake()
        return JSONResponse({})

    return router
