"""Client of Rasa's REST channel, on loopback. What comes back is checked before anybody sees it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from http import HTTPStatus
from typing import Annotated, Any

import aiohttp
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError

from bot.channels.advice import Advice
from bot.channels.masking import HIDDEN, mask
from bot.channels.messages import Options, Reply
from bot.text import normalise

log = logging.getLogger(__name__)

OPTION_ID = r"^[a-z0-9_.:-]{1,80}$"
_ANSWER = re.compile(r"/answer(?P<entities>\{.*\})")
_SLASH, _WRITTEN_SLASH = "/", "\N{FULLWIDTH SOLIDUS}"
_CONNECT_SECONDS = 2.0
_PROBE_SECONDS = 2.0
_IDLE_SECONDS = 2.0


class RasaError(Exception):
    """Base of what can go wrong between us and Rasa."""


class RasaAwayError(RasaError):
    """Rasa could not be reached, or says itself that it cannot answer."""


class RasaBusyError(RasaError):
    """As many turns as may run at a time are running."""


class RasaLateError(RasaError):
    """Rasa did not answer in time."""


class RasaUnusableError(RasaError):
    """Rasa answered, but nothing that can be shown."""


class Answer(BaseModel):
    """What Rasa said in one turn."""

    replies: list[Reply]
    advice: dict[str, Any] | None
    understanding: dict[str, Any] | None = None
    """How the message was understood, for an operator; only where the metadata's channel is the phone."""
    misunderstood: bool = False


def typed(text: str) -> str:
    """What a person typed, as Rasa gets it: never with a leading slash, which would be a command.

    And without what Rasa's memory has no use for: to understand a case nobody's name or number is needed.
    """
    text = normalise(mask(text, HIDDEN))
    return _WRITTEN_SLASH + text[1:] if text.startswith(_SLASH) else text


def edited() -> str:
    """Facts put in place of all others, as Rasa gets it: they stand in the metadata."""
    return "/answer"


def chosen(option: str) -> str:
    """A chosen option, as Rasa gets it.

    Raises:
        ValueError: If it is no option's id.
    """
    if not re.fullmatch(OPTION_ID, option):
        raise ValueError(f"an option's id matches {OPTION_ID}")
    return "/answer" + json.dumps({"option": option})


class RasaClient:
    """Asks Rasa, in turns."""

    def __init__(self, url: str, actions_url: str, turn_seconds: float, turns_at_once: int) -> None:
        self._url = url.rstrip("/")
        self._actions_url = actions_url.rstrip("/")
        self._turns_at_once = turns_at_once
        self._running = 0
        self._timeout = aiohttp.ClientTimeout(total=turn_seconds, sock_connect=_CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, sender: str, message: str, metadata: dict[str, Any]) -> Answer:
        """One turn.

        Raises:
            RasaBusyError: If too many turns run: a queue would only grow until nobody is answered in time.
            RasaAwayError: If there is no connection, also at the second try, or a 5xx answer.
            RasaLateError: If there is no answer in time.
            RasaUnusableError: If the answer is empty or not of the agreed form.
        """
        if self._running >= self._turns_at_once:
            raise RasaBusyError
        body = {"sender": sender, "message": message, "metadata": metadata}
        self._running += 1
        try:
            status, content = await self._post(f"{self._url}/webhooks/rest/webhook", body, sender)
        except asyncio.TimeoutError as error:
            raise RasaLateError from error
        except aiohttp.ClientError as error:
            raise RasaAwayError from error
        finally:
            self._running -= 1
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise RasaAwayError(f"status {status}")
        if status != HTTPStatus.OK:
            raise RasaUnusableError(f"status {status}")
        return _answer(content)

    async def rasa_alive(self) -> bool:
        """Whether Rasa is there with a model that can answer."""
        return await self._alive(f"{self._url}/webhooks/rest/ready")

    async def actions_alive(self) -> bool:
        """Whether the action server is there."""
        return await self._alive(f"{self._actions_url}/health")

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, url: str, body: dict[str, Any], sender: str) -> tuple[int, bytes]:
        try:
            return await self._post_once(url, body, sender)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            # Nothing was sent, so nothing can be doubled.
            return await self._post_once(url, body, sender)

    async def _post_once(self, url: str, body: dict[str, Any], sender: str) -> tuple[int, bytes]:
        # A load balancer keeps a conversation on one Rasa by the header.
        headers = {"X-Conversation": sender}
        async with self._http().post(url, json=body, headers=headers) as response:
            return response.status, await response.read()

    async def _alive(self, url: str) -> bool:
        timeout = aiohttp.ClientTimeout(total=_PROBE_SECONDS)
        try:
            async with self._http().get(url, timeout=timeout) as response:
                return response.status == HTTPStatus.OK
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    def _http(self) -> aiohttp.ClientSession:
        # Not before there is a loop to run in.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                # Rasa closes idle connections after 5 s: ours must be gone before.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _option_of(payload: str) -> str:
    """The id in the payload of one of our buttons."""
    form = _ANSWER.fullmatch(payload)
    if form is None:
        raise ValueError("a button's payload is /answer{...}")
    option = json.loads(form["entities"]).get("option")
    if not isinstance(option, str):
        raise ValueError("a button's payload names an option")
    chosen(option)
    return option


class _Button(BaseModel):
    title: str = Field(min_length=1)
    payload: Annotated[str, AfterValidator(_option_of)]


class _Item(BaseModel):
    """One item of Rasa's answer; other keys are not ours."""

    text: str | None = None
    buttons: list[_Button] = []
    custom: dict[str, Any] | None = None


_ITEMS = TypeAdapter(list[_Item])


def _answer(content: bytes) -> Answer:
    try:
        items = _ITEMS.validate_json(content)
        replies = [_reply(item) for item in items if item.text]
        advices = _customs(items, "advice")
        understandings = _customs(items, "understanding")
        if advices:
            Advice.model_validate(advices[-1])
    except ValidationError as error:
        # Not the error itself: it quotes the conversation.
        places = sorted({".".join(map(str, item["loc"])) for item in error.errors(include_input=False)})
        raise RasaUnusableError(f"not of the agreed form at {', '.join(places)[:200]}") from None
    if not replies:
        raise RasaUnusableError("nothing to show")
    return Answer(
        replies=replies,
        advice=advices[-1] if advices else None,
        understanding=understandings[-1] if understandings else None,
        misunderstood=bool(_customs(items, "misunderstood")),
    )


def _customs(items: list[_Item], kind: str) -> list[dict[str, Any]]:
    return [item.custom for item in items if item.custom and item.custom.get("type") == kind]


def _reply(item: _Item) -> Reply:
    options: Options = [{"id": button.payload, "label": button.title} for button in item.buttons]
    return Reply(item.text or "", options)
