"""Rasa's locks in Redis, as leases.

Rasa's own Redis locks are read and written in two steps, so that two processes may hold one, and a process
that dies keeps its place in the queue for a minute.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.exceptions import RedisError

from bot.leases import Lease, connect

# Less than channels wait for an answer.
_WAIT_SECONDS = 15.0
_LOOK_SECONDS = 0.05


class LeaseLockStore(LockStore):
    """One turn at a time in a conversation, in all processes."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        """Connects when first used.

        Args:
            endpoint_config: `url` is the address of Redis.
        """
        self._client = connect(endpoint_config.url)
        super().__init__()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_arguments: Any, **_options: Any) -> AsyncIterator[None]:
        """Wait for the turn before, then hold the conversation.

        Raises:
            LockError: If Redis is away or the turn before does not end.
        """
        lease = Lease(self._client, f"navi:rasa:{conversation_id}")
        until = time.monotonic() + _WAIT_SECONDS
        try:
            while not await lease.take():
                if time.monotonic() > until:
                    raise LockError("the turn before does not end")
                await asyncio.sleep(_LOOK_SECONDS)
        except RedisError as error:
            raise LockError(f"Redis is away: {type(error).__name__}") from error
        try:
            yield
        finally:
            await lease.give_back()
