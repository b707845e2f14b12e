"""What operators see of the turns: figures for Prometheus, and a line of log each; no word, no id."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from bot.channels.errors import ChannelError
from bot.channels.tokens import keyed_digest

log = logging.getLogger("bot.channels.turns")

STAGES = ("rasa", "store", "whole")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_PSEUDONYM_LENGTH = 12

conversation_of_log: ContextVar[str | None] = ContextVar("conversation_of_log", default=None)
"""Pseudonym of the conversation that the running code is about."""
_spent: ContextVar[dict[str, float] | None] = ContextVar("spent", default=None)


class Observer:
    """The figures of one process."""

    def __init__(self, key: bytes) -> None:
        """Start at zero.

        Args:
            key: Makes pseudonyms; without it nobody can tell a conversation from its pseudonym.
        """
        self._key = key
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.turns = Counter(
            "navi_turns", "Turns, by channel and by result.", ["channel", "result"], registry=self.registry
        )
        self.seconds = Histogram(
            "navi_turn_seconds",
            "Seconds that answered turns took, by stage.",
            ["stage"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.fallbacks = Counter(
            "navi_fallbacks",
            "Messages that were not understood, by channel.",
            ["channel"],
            registry=self.registry,
        )
        self.errors = Counter(
            "navi_errors", "Errors that callers were told, by code.", ["code"], registry=self.registry
        )
        self.running = Gauge("navi_turns_running", "Turns that wait for an answer.", registry=self.registry)

    def pseudonym(self, conversation: str) -> str:
        """Stands for a conversation in logs: the same one each time, and nothing leads back."""
        return keyed_digest(self._key, conversation).hex()[:_PSEUDONYM_LENGTH]

    @contextmanager
    def turn(self, conversation: str, channel: str) -> Iterator[None]:
        """Count and time a turn."""
        pseudonym = conversation_of_log.set(self.pseudonym(conversation))
        spent: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        timing = _spent.set(spent)
        began, result = time.perf_counter(), "internal"
        self.running.inc()
        try:
            yield
            result = "answered"
        except ChannelError as error:
            result = error.code.value
            raise
        finally:
            self.running.dec()
            spent["whole"] = time.perf_counter() - began
            self.turns.labels(channel, result).inc()
            if result == "answered":
                for stage, seconds in spent.items():
                    self.seconds.labels(stage).observe(seconds)
            log.info(
                "%s %s %s",
                channel,
                result,
                " ".join(f"{stage}={seconds * 1000:.0f}ms" for stage, seconds in spent.items()),
            )
            _spent.reset(timing)
            conversation_of_log.reset(pseudonym)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Add what runs inside to a stage of the running turn, if there is one."""
    began = time.perf_counter()
    try:
        yield
    finally:
        spent = _spent.get()
        if spent is not None:
            spent[name] += time.perf_counter() - began
