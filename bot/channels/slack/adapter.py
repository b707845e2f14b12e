"""Slack's Web API: posts, and the buttons of what was answered taken away."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.inbox.events import Delivery, Event, Parcel, SendError, Speech
from bot.channels.slack.arrivals import NAME
from bot.channels.slack.blocks import SlackMessages
from bot.channels.slack.mrkdwn import escaped

log = logging.getLogger(__name__)

ANSWER = "navi_answer"
"""Kind of the metadata by which a message is found again."""
_TIMEOUT = 10
_REPLIES = 200
_TOO_MANY_SECONDS = 5
_HOPELESS = {
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "thread_not_found",
    "cannot_reply_to_message",
    "restricted_action",
    "invalid_blocks",
    "invalid_arguments",
    "msg_too_long",
    "msg_blocks_too_long",
    "missing_scope",
}


class Slack:
    """The vendor's adapter."""

    name = NAME

    def __init__(self, token: str, api_url: str, messages: SlackMessages) -> None:
        self._token = token
        self._api_url = f"{api_url}/"
        self._messages = messages
        self._session: aiohttp.ClientSession | None = None

    def parcels(self, event: Event, speech: Speech) -> list[Parcel]:
        """The speech as posts."""
        return self._messages.parcels(event, speech)

    async def send(self, event: Event, parcel: Parcel, key: str, *, unsure: bool) -> Delivery:
        """Post into the thread; see `Vendor`.

        Slack has no key against doubles. What may have been posted before this process was killed is looked
        for in the thread, by its metadata. Where the app may not read (channels, without the scope
        `channels:history`), it is posted again: twice is better than never.
        """
        timestamp = await self._found(event, key) if unsure else None
        if timestamp is None:
            answer = await self._call(
                "chat_postMessage",
                channel=event.address["channel"],
                thread_ts=event.address["thread"],
                text=escaped(parcel["text"]),
                blocks=parcel["blocks"],
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": ANSWER, "event_payload": {"key": key}},
            )
            timestamp = str(answer["ts"])
        if not parcel.get("labels"):
            return Delivery()
        return Delivery(prompt=parcel | {"channel": event.address["channel"], "ts": timestamp})

    async def begin(self, event: Event, prompt: Parcel | None) -> None:
        """Take the buttons away that were there to answer with."""
        if prompt is None:
            return
        text, blocks = self._messages.closed(prompt, event.content)
        try:
            await self._call(
                "chat_update", channel=prompt["channel"], ts=prompt["ts"], text=escaped(text), blocks=blocks
            )
        except SendError as error:
            log.info("buttons were not replaced: %s", error)

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def _found(self, event: Event, key: str) -> str | None:
        """The timestamp of our message with this key, if it is in the thread."""
        try:
            answer = await self._call(
                "conversations_replies",
                channel=event.address["channel"],
                ts=event.address["thread"],
                include_all_metadata=True,
                oldest=str(event.received_at / 1000 - 1),
                limit=_REPLIES,
            )
        except SendError as error:
            if not error.hopeless:
                raise
            log.warning("nobody knows whether an answer was posted (%s): it is posted again", error)
            return None
        for message in answer["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == key:
                return str(message["ts"])
        return None

    async def _call(self, method: str, **arguments: Any) -> Any:
        if self._session is None:
            # Made here: it needs the running loop.
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_TIMEOUT))
        # Its own retries would post twice.
        client = AsyncWebClient(
            self._token, base_url=self._api_url, timeout=_TIMEOUT, session=self._session, retry_handlers=[]
        )
        try:
            return await getattr(client, method)(**arguments)
        except SlackApiError as error:
            raise _refused(error.response) from None
        except aiohttp.ClientConnectorError:
            raise SendError("Slack cannot be reached") from None
        except (aiohttp.ClientError, asyncio.TimeoutError, SlackClientError) as error:
            raise SendError(f"Slack did not answer ({type(error).__name__})", unsure=True) from None


def _refused(response: Any) -> SendError:
    reason = response.get("error") if isinstance(response.data, dict) else None
    if response.status_code == 429:
        return SendError(
            "Slack: too many requests", retry_after=float(response.headers.get("Retry-After", 5))
        )
    if response.status_code >= 500 or reason is None:
        return SendError(f"Slack failed with status {response.status_code}", unsure=True)
    return SendError(f"Slack refused: {reason}", hopeless=reason in _HOPELESS)
