"""LINE's Messaging API: replies, pushes, the loading indicator."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from linebot.v3.messaging import (
    ApiException,
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    PushMessageRequest,
    ReplyMessageRequest,
    ShowLoadingAnimationRequest,
)

from bot.channels.inbox.events import Delivery, Event, Parcel, SendError, Speech
from bot.channels.line.arrivals import NAME
from bot.channels.line.messages import LineMessages

log = logging.getLogger(__name__)

TOKEN_SECONDS = 50
"""A reply token is good for a minute; some of it may pass on the way."""
_TIMEOUT = 10
_LOADING_SECONDS = 20
_TOO_MANY_SECONDS = 5.0
_ACCEPTED_BEFORE = 409
_HOPELESS = {400, 404, 410}


class Line:
    """The vendor's adapter."""

    name = NAME

    def __init__(
        self, token: str, api_url: str, messages: LineMessages, clock: Callable[[], float] = time.time
    ) -> None:
        self._configuration = Configuration(access_token=token, host=api_url)
        self._messages = messages
        self._clock = clock
        self._client: AsyncApiClient | None = None

    def parcels(self, event: Event, speech: Speech) -> list[Parcel]:
        """The speech as messages of replies and pushes."""
        return self._messages.parcels(event, speech)

    async def send(self, event: Event, parcel: Parcel, key: str, *, unsure: bool) -> Delivery:
        """Reply while the token is good, else push; see `Vendor`.

        A reply knows no retry key. Whether one was delivered before this process was killed, LINE tells: it
        refuses a token that was used.
        """
        token = event.address.get("token")
        fresh = self._clock() - event.received_at / 1000 < TOKEN_SECONDS
        if parcel["reply"] and token and fresh:
            try:
                await self._call("reply_message", _reply(token, parcel))
                return Delivery()
            except SendError as error:
                if not error.hopeless:
                    raise
                if unsure:
                    return Delivery()
                log.info("a reply token was refused, the answer is pushed")
        await self._call("push_message", _push(event, parcel), x_line_retry_key=key)
        return Delivery()

    async def begin(self, event: Event, prompt: Parcel | None) -> None:
        """Show that an answer is being made; LINE shows it to a person alone, not in groups."""
        if not event.address.get("user") or event.kind in {"leave", "unsend"}:
            return
        loading = ShowLoadingAnimationRequest(chatId=event.address["to"], loadingSeconds=_LOADING_SECONDS)
        try:
            await self._call("show_loading_animation", loading)
        except SendError as error:
            log.info("no loading indicator: %s", error)

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.close()

    async def _call(self, method: str, request: Any, **more: Any) -> None:
        # Made here: it needs the running loop.
        self._client = self._client or AsyncApiClient(self._configuration)
        try:
            await getattr(AsyncMessagingApi(self._client), method)(request, _request_timeout=_TIMEOUT, **more)
        except ApiException as error:
            if error.status == _ACCEPTED_BEFORE and "x_line_retry_key" in more:
                return
            raise _refused(error.status) from None
        except aiohttp.ClientConnectorError:
            raise SendError("LINE cannot be reached") from None
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise SendError(f"LINE did not answer ({type(error).__name__})", unsure=True) from None


def _reply(token: str, parcel: Parcel) -> Any:
    return ReplyMessageRequest.from_dict({"replyToken": token, "messages": parcel["messages"]})


def _push(event: Event, parcel: Parcel) -> Any:
    return PushMessageRequest.from_dict({"to": event.address["to"], "messages": parcel["messages"]})


def _refused(status: int) -> SendError:
    if status == 429:
        return SendError("LINE: too many requests", retry_after=_TOO_MANY_SECONDS)
    return SendError(f"LINE refused with status {status}", hopeless=status in _HOPELESS)
