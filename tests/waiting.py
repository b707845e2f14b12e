"""The one way in which tests wait for something: ask until it is so, up to a time."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

SECONDS = 30
_PAUSE = 0.05


def wait_until(true: Callable[[], object], what: Callable[[], str], seconds: float = SECONDS) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: If it is not in time; `what` says what was waited for.
    """
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(what())
        time.sleep(_PAUSE)


def answers(address: str) -> bool:
    """Whether an address can be read with success."""
    try:
        return httpx.get(address, timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False
