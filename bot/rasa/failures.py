"""A turn in Rasa is done wholly or not at all.

Rasa carries on after what it takes for a small mishap: an action that could not be run counts as one that
said nothing, and a tracker that could not be read as a conversation that has just begun. Both would lose
what a person told, and save that. Here such a turn ends, nothing of it is kept, and it can be asked again.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import aiohttp
from rasa.core.processor import MessageProcessor
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

_REJECTED = 400
# The action server closes idle connections after 5 s: ours must be gone before.
_IDLE_SECONDS = 2


class TurnLostError(BaseException):
    """Something that the turn needs is away. Not an `Exception`: Rasa catches those and carries on."""


class ActionEndpoint(EndpointConfig):
    """The action server, without which there is no turn."""

    _session: aiohttp.ClientSession | None = None

    def session(self) -> Any:
        """One for all requests; Rasa's own connects anew for each."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS)
            )
        return nullcontext(self._session)

    async def request(self, *arguments: Any, **options: Any) -> Any:
        """Run an action.

        Raises:
            ClientResponseError: If the action rejects itself, which belongs to the dialogue.
            TurnLostError: If it was not run to its end.
        """
        try:
            try:
                return await super().request(*arguments, **options)
            except aiohttp.ClientConnectionError:
                # An idle connection may close just now. An action changes nothing itself: it may run twice.
                return await super().request(*arguments, **options)
        except ClientResponseError as error:
            if error.status == _REJECTED:
                raise
            raise TurnLostError(f"action server: status {error.status}") from error
        except Exception as error:
            raise TurnLostError(f"action server: {type(error).__name__}") from error


def insist_on_actions(processor: MessageProcessor) -> None:
    """Let a turn of this processor end when the action server is away."""
    plain = processor.action_endpoint
    if plain is not None and not isinstance(plain, ActionEndpoint):
        endpoint = ActionEndpoint()
        vars(endpoint).update(vars(plain))
        processor.action_endpoint = endpoint
