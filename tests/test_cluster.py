"""The topology of deploy/ as plain processes: parts are killed while people talk. At large: make cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from bot.channels.__main__ import main
from tests.cluster import Cluster, Part
from tests.drill import drill

KILLED = ("actions", "channels-1", "rasa-1", "redis", "postgres")
PEOPLE, THINK_SECONDS, PAUSE_SECONDS = 8, 1.0, 1.0
MOST_SECONDS = 60.0
"""Until nobody feels a kill any more; the widget's patience."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_whatever_is_killed_every_conversation_completes_and_nothing_is_lost_or_doubled(
    cluster: Cluster,
) -> None:
    result = drill(cluster, PEOPLE, THINK_SECONDS, KILLED, PAUSE_SECONDS)
    sys.stdout.write(result.report())
    assert [] == result.faults
    assert len(result.talks) >= PEOPLE
    assert sum(kill.refused for kill in result.kills) > 0, "nobody felt any of it: the kills came too late"
    assert max(kill.recovered for kill in result.kills) <= MOST_SECONDS


def test_old_conversations_are_deleted_from_every_table(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The one deletion for channels' tables and Rasa's memory, on PostgreSQL."""
    part = cluster.parts["channels-1"]
    assert isinstance(part, Part)
    for name, value in part.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))
    assert _rows(cluster) > 0
    assert 0 == main(["purge", "--older-than", "1"])
    assert _rows(cluster) > 0
    _let_a_month_pass(cluster)
    assert 0 == main(["purge"])
    assert 0 == _rows(cluster)


def _let_a_month_pass(cluster: Cluster) -> None:
    engine = sqlalchemy.create_engine(cluster.database_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("UPDATE conversations SET spoke_at = spoke_at - 31 * 86400"))
    engine.dispose()


def _rows(cluster: Cluster) -> int:
    engine = sqlalchemy.create_engine(cluster.database_url)
    tables = ("conversations", "messages", "advice", "events")
    with engine.connect() as connection:
        counts = [connection.execute(sqlalchemy.text(f"SELECT count(*) FROM {name}")) for name in tables]  # noqa: S608
        total = sum(int(count.scalar_one()) for count in counts)
    engine.dispose()
    return total
