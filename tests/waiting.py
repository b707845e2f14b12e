"""The one way in which tests wait for something: ask until it is so, up to a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import httpx

SECONDS = 30
PAUSE = 0.05

T = TypeVar("T")


def wait_until(
    true: Callable[[], T], what: Callable[[], str], seconds: float = SECONDS, pause: float = PAUSE
) -> T:
    """Wait until something is so.

    Args:
        true: Asked again and again.
        what: Says what is waited for.
        seconds: How long at most.
        pause: Seconds between two times of asking.

    Returns:
        What `true` gave at last.

    Raises:
        TimeoutError: If it is not so in time.
    """
    deadline = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > deadline:
            raise TimeoutError(what())
        time.sleep(pause)
    return found


def answers(address: str) -> bool:
    """Whether an address can be read with success."""
    try:
        return httpx.get(address, timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False
