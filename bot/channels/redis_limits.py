"""Limits and turn locks that several processes share, in Redis. What they promise stands in `limits.py`."""

from __future__ import annotations

import hashlib
import logging
import math
from typing import Any

import redis
import redis.asyncio
from redis.exceptions import RedisError

from bot.channels.limits import Limit, Limiter, LocksAwayError, MemoryLimiter
from bot.channels.settings import SettingsError
from bot.leases import LEASE_SECONDS, Lease, connect

log = logging.getLogger(__name__)

_START_SECONDS = 5

# The bucket of `MemoryLimiter`, by Redis's own clock and in microseconds, so that all processes agree.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = due + interval - now - window
if wait > 1 then return math.ceil(wait) end
due = due + interval
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
return 0
"""


def shared_limits(url: str) -> tuple[RedisLimiter, RedisTurnLocks]:
    """Limits and locks on one server, asked once whether it lets us in.

    Raises:
        SettingsError: If it is not there or refuses the password.
    """
    try:
        with redis.Redis.from_url(url, socket_timeout=_START_SECONDS) as once:
            once.ping()
    except (RedisError, ValueError) as error:
        # Not the error itself: it may quote the address, which holds a password.
        raise SettingsError(f"NAVI_REDIS_URL: Redis cannot be used ({type(error).__name__})") from None
    client = connect(url)
    return RedisLimiter(client, MemoryLimiter()), RedisTurnLocks(client)


class RedisLimiter:
    """Limiter that processes share; while Redis is away each counts for itself."""

    def __init__(self, client: redis.asyncio.Redis[Any], alone: Limiter) -> None:
        self._client = client
        self._alone = alone

    async def take(self, limit: Limit, key: str) -> int:
        """Count one more; see `Limiter`."""
        if limit.count == 0:
            return 0
        window = limit.seconds * 1_000_000
        # A key may be an address: only a hash of it leaves the process.
        name = f"navi:limit:{limit.name}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        try:
            wait = int(await self._client.eval(_TAKE, 1, name, window / limit.count, window))
        except RedisError as error:
            log.warning("limits are counted in this process alone: %s", type(error).__name__)
            return await self._alone.take(limit, key)
        return math.ceil(wait / 1_000_000)


class RedisTurnLocks:
    """Turn locks that processes share: the lock of a process that died is free after `seconds`."""

    def __init__(self, client: redis.asyncio.Redis[Any], seconds: float = LEASE_SECONDS) -> None:
        self._client = client
        self._seconds = seconds
        self._held: dict[str, Lease] = {}

    @property
    def running(self) -> set[str]:
        """Conversations in which this process runs a turn."""
        return set(self._held)

    async def acquire(self, conversation: str) -> bool:
        """Begin a turn; see `TurnLocks`."""
        lease = Lease(self._client, f"navi:turn:{conversation}", self._seconds)
        try:
            if not await lease.take():
                return False
        except RedisError as error:
            raise LocksAwayError(type(error).__name__) from error
        self._held[conversation] = lease
        return True

    async def release(self, conversation: str) -> None:
        """End the turn that was begun."""
        await self._held.pop(conversation).give_back()

    async def alive(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(await self._client.ping())
        except RedisError:
            return False

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()
