"""Shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chain import Chain
from tests.servers import Postgres


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
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()
