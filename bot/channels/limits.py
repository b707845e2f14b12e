"""How often something may happen, and that only one turn of a conversation runs at a time.

Both are protocols: the implementations here are for one process, those for several in `redis_limits.py`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Limit:
    """At most `count` times within `seconds`; a count of 0 is no limit."""

    name: str
    count: int
    seconds: int


class Limiter(Protocol):
    """Counts what is done under a key."""

    async def take(self, limit: Limit, key: str) -> int:
        """Count one more.

        Returns:
            0 if it is allowed, else the seconds after which it will be.
        """
        ...


class LocksAwayError(Exception):
    """Where the locks are kept cannot be reached."""


class TurnLocks(Protocol):
    """One turn at a time in one conversation."""

    @property
    def running(self) -> set[str]:
        """Conversations in which this process runs a turn."""
        ...

    async def acquire(self, conversation: str) -> bool:
        """Begin a turn; False if one is running.

        Raises:
            LocksAwayError: If nobody can say.
        """
        ...

    async def release(self, conversation: str) -> None:
        """End the turn that was begun."""
        ...

    async def alive(self) -> bool:
        """Whether turns can begin."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


class MemoryLimiter:
    """Limiter for one process: a bucket a key that refills evenly (GCRA: one number a key)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, capacity: int = 50_000) -> None:
        self._clock = clock
        self._capacity = capacity
        self._due: dict[tuple[str, str], float] = {}

    async def take(self, limit: Limit, key: str) -> int:
        """Count one more; see `Limiter`."""
        if limit.count == 0:
            return 0
        now = self._clock()
        interval = limit.seconds / limit.count
        due = max(self._due.get((limit.name, key), now), now)
        wait = due + interval - now - limit.seconds
        # A hair of tolerance: the sum of `count` intervals is not exactly `seconds` in floating point.
        if wait > 1e-6:
            return math.ceil(wait)
        if len(self._due) >= self._capacity:
            self._forget_idle(now)
        self._due[limit.name, key] = due + interval
        return 0

    def _forget_idle(self, now: float) -> None:
        self._due = {key: due for key, due in self._due.items() if due > now}
        if len(self._due) >= self._capacity:
            # Every key is busy: a flood from many addresses. Start anew rather than grow without end.
            self._due.clear()


class MemoryTurnLocks:
    """Turn locks for one process."""

    def __init__(self) -> None:
        self._running: set[str] = set()

    @property
    def running(self) -> set[str]:
        """Conversations in which a turn runs."""
        return self._running

    async def acquire(self, conversation: str) -> bool:
        """Begin a turn; see `TurnLocks`."""
        if conversation in self._running:
            return False
        self._running.add(conversation)
        return True

    async def release(self, conversation: str) -> None:
        """End the turn that was begun."""
        self._running.discard(conversation)

    async def alive(self) -> bool:
        """Always: they are in this process."""
        return True

    async def close(self) -> None:
        """Nothing is open."""
