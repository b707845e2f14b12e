"""Shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chain import Chain
from tests.servers import Postgres, Process, Redis

_NEEDS = {"browser": "browser", "mapped": "browser", "chain": "chain", "hour": "chain"}
"""What a test needs that has one of these fixtures."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser or the whole chain, so that a run can leave it out (`-m "not browser"`)."""
    for item in items:
        for name in _NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(_NEEDS[name])


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """The whole chain of real processes, started once; a test that stops a part starts it again."""
    running = Chain(tmp_path_factory.mktemp("chain"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that tests share; each makes databases of its own."""
    yield from _running(Postgres())


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis server that tests share."""
    yield from _running(Redis())


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis server that a test may kill."""
    yield from _running(Redis())


def _running(server: Process) -> Iterator[Any]:
    try:
        server.start()
        yield server
    finally:
        server.remove()
