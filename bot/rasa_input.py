"""Rasa's REST channel with an honest health route: healthy only with a model that can answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse


class ConsultationInput(RestInput):
    """Rasa stays up and answers nothing when its model could not be loaded: `GET ready` tells."""

    @classmethod
    def name(cls) -> str:
        """The same address as Rasa's own REST channel."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """The REST channel's routes and `ready`."""
        routes = super().blueprint(on_new_message)

        @routes.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            loaded = agent is not None and agent.is_ready()
            return response.json({"ready": loaded}, status=200 if loaded else 503)

        return routes
