"""A lease in Redis: one holder at a time in all processes, free by itself soon after its holder died."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import suppress
from typing import Any

import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

LEASE_SECONDS = 6.0
_RENEWALS = 3
_LONGEST_SECONDS = 60.0
_ANSWER_SECONDS = 2.0

# Taking and renewing are one: the same holder may ask twice (an answer was lost, or Redis forgot).
_TAKE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
# Only by the holder: who was too slow must not free what another holds by now.
_GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def connect(url: str) -> redis.asyncio.Redis[Any]:
    """A client that gives up soon, and that notices a restart of the server at the first use."""
    client: redis.asyncio.Redis[Any] = redis.asyncio.Redis.from_url(
        url,
        socket_timeout=_ANSWER_SECONDS,
        socket_connect_timeout=_ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[RedisConnectionError],
    )
    return client


class Lease:
    """Held from `take` to `give_back`, renewed meanwhile."""

    def __init__(self, client: redis.asyncio.Redis[Any], key: str, seconds: float = LEASE_SECONDS) -> None:
        self._client = client
        self._key = key
        self._seconds = seconds
        self._holder = secrets.token_hex(16)
        self._renewing: asyncio.Task[None] | None = None
        # One command at a time: a renewal on its way must not arrive after the lease was given back.
        self._busy = asyncio.Lock()

    async def take(self) -> bool:
        """Hold it, if nobody else does.

        Raises:
            RedisError: If Redis is away.
        """
        if not await self._take():
            return False
        self._renewing = asyncio.create_task(self._renew())
        return True

    async def give_back(self) -> None:
        """Free it; it frees itself if Redis is away."""
        assert self._renewing is not None, "the lease was not taken"  # noqa: S101
        try:
            async with self._busy:
                self._renewing.cancel()
                await self._client.eval(_GIVE_BACK, 1, self._key, self._holder)
        except RedisError as error:
            log.warning("a lease ends by itself: %s", type(error).__name__)
        finally:
            self._renewing.cancel()

    async def _take(self) -> bool:
        milliseconds = int(self._seconds * 1000)
        return bool(await self._client.eval(_TAKE, 1, self._key, self._holder, milliseconds))

    async def _renew(self) -> None:
        # Not for ever: what hangs must not hold it from those who would do its work anew.
        for _ in range(int(_LONGEST_SECONDS / self._seconds * _RENEWALS)):
            await asyncio.sleep(self._seconds / _RENEWALS)
            async with self._busy:
                with suppress(RedisError):
                    if not await self._take():
                        break
        log.warning("a lease was lost before it was given back")
