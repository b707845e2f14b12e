"""Rasa's REST channel, made honest: no answer is an error, and a message is taken once.

The address and the bodies are those of Rasa's own, plus two entries of `metadata` that channels send:
`message`, the number of the message in its conversation, and `again`, true if it may have been sent before.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.rasa.failures import TurnLostError, insist_on_actions
from bot.rasa.speedups import speed_up

log = logging.getLogger(__name__)

CHOSEN = "/answer"
"""Begins what a person chose: intent and entities stand in the text, as Rasa writes them."""


class ConsultationInput(InputChannel):
    """Rasa stays up and says `[]` whatever goes wrong inside; here the caller learns it."""

    @classmethod
    def name(cls) -> str:
        """The same address as Rasa's own REST channel."""
        return "rest"

    def blueprint(self, _on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """`POST webhook`, and `GET ready`: whether there is a model that can answer."""
        speed_up()
        routes = Blueprint("consultation", __name__)

        @routes.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            loaded = _agent(request) is not None
            return response.json({"ready": loaded}, status=200 if loaded else 503)

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            agent, body = _agent(request), request.json
            if agent is None:
                return response.json({"error": "no model"}, status=503)
            if not isinstance(body, dict) or not all(isinstance(body.get(k), str) for k in _TEXTS):
                return response.json({"error": f"{' and '.join(_TEXTS)} are texts"}, status=400)
            said = UserMessage(
                body["message"],
                CollectingOutputChannel(),
                body["sender"],
                input_channel=self.name(),
                metadata=body.get("metadata"),
            )
            said.parse_data = read_chosen(said.text)
            try:
                await _answer(agent, said)
            except (Exception, TurnLostError) as error:
                # Only what kind: the error's own words may be a person's.
                own = isinstance(error, (TurnLostError, LockError))
                why = str(error) if own else type(error).__name__
                log.error("a turn was lost: %s", why)
                return response.json({"error": why}, status=503)
            return response.json(said.output_channel.messages)

        return routes


def read_chosen(text: str) -> dict[str, Any] | None:
    """What Rasa would read in the end from something chosen; None for other text, which the pipeline reads.

    Rasa runs the whole pipeline over `/answer{...}` as well and then throws its result away.
    """
    if not text.startswith(CHOSEN):
        return None
    read = YAMLStoryReader.unpack_regex_message(
        Message({TEXT: text}), entity_extractor_name=RegexMessageHandler.__name__
    )
    return dict(read.as_dict(only_output_properties=True)) if read.get(INTENT) else None


_TEXTS = ("sender", "message")


def _agent(request: Request) -> Agent | None:
    agent = getattr(request.app.ctx, "agent", None)
    return agent if agent is not None and agent.is_ready() else None


async def _answer(agent: Agent, said: UserMessage) -> None:
    """Lets the dialogue answer into the message's output channel, or says again what it said."""
    insist_on_actions(agent.processor)
    async with agent.lock_store.lock(said.sender_id):
        metadata = said.metadata or {}
        if metadata.get("again"):
            tracker = await agent.tracker_store.retrieve_full_tracker(said.sender_id)
            told = _told(tracker.events if tracker else [], metadata.get("message"))
            for utterance in told:
                await said.output_channel.send_response(said.sender_id, utterance.message())
            if told:
                return
        await agent.processor.handle_message(said)


def _told(events: Any, number: int | None) -> list[BotUttered]:
    """What was said to the message of this number; a turn is saved wholly or not at all."""
    told: list[BotUttered] = []
    answering = False
    event: Event
    for event in events:
        if isinstance(event, UserUttered):
            answering = number is not None and event.metadata.get("message") == number
        elif answering and isinstance(event, BotUttered):
            told.append(event)
    return told
