"""The store and the clock fail: the person is told what to do, and the next turn works."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.channels.database import Database
from bot.channels.limits import Limit, MemoryLimiter
from bot.channels.messages import Reply, Said
from bot.channels.migrations import prepare
from bot.channels.store import Store
from knowledge import load_knowledge


def assert_away(response) -> None:
    assert 503 == response.status_code
    assert "store_away" == response.json()["error"]["code"]
    assert load_knowledge().desk.phone in response.json()["error"]["message"]
    assert response.headers["Retry-After"].isdigit()


def test_a_full_database_is_said_and_the_next_turn_works(start, rasa):
    server = start()
    talk = server.begin()
    assert 200 == talk.say("一つ目").status_code
    full = True

    def fill(connection, _record, _proxy) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0] if full else 2**30
        connection.execute(f"PRAGMA max_page_count={pages}").fetchone()

    event.listen(server.services.database.engine, "checkout", fill)
    # Until what is free within the file is used up too.
    long = (talk.say("長" * 1900 + str(number)) for number in range(100))
    refused = next(response for response in long if response.status_code != 200)
    assert_away(refused)
    assert 200 == talk.client.get(talk.path, headers=talk.headers).status_code
    full = False
    assert 200 == talk.say("次").status_code
    assert ("person", "次", True) in talk.said()


def test_a_database_that_is_away_is_said_and_the_next_turn_works(start, rasa, tmp_path):
    server = start()
    talk = server.begin()
    talk.say("一つ目")
    asked = len(rasa.requests)
    place = Path(server.services.settings.data_dir) / "channels.db"
    server.services.database.close()
    aside = place.with_name("aside")
    for suffix in ("", "-wal", "-shm"):
        if (source := place.with_name(place.name + suffix)).exists():
            source.rename(aside.with_name(aside.name + suffix))
    place.mkdir()
    assert_away(talk.say("二つ目"))
    assert_away(talk.client.get(talk.path, headers=talk.headers))
    assert 503 == server.client.get("/readyz").status_code
    assert asked == len(rasa.requests)
    place.rmdir()
    for suffix in ("", "-wal", "-shm"):
        if (source := aside.with_name(aside.name + suffix)).exists():
            source.rename(place.with_name(place.name + suffix))
    assert 200 == talk.say("二つ目").status_code
    assert ["一つ目", "二つ目"] == [text for role, text, _ in talk.said() if role == "person"]


@pytest.mark.parametrize("jump", [-10 * 365 * 86400, -3600, 3600, 86400 * 400])
def test_a_clock_that_jumps_changes_no_order_and_locks_nobody_out(tmp_path, jump):
    now = 1_700_000_000.0
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    prepare(database)
    store = Store(database, clock=lambda: now)
    store.open("c", "web", Reply("はじめ", []))
    for number in range(6):
        if number == 3:
            now += jump
        message = store.begin("c", Said(f"相談{number}"))
        store.finish("c", message.number, [Reply(f"答え{number}", [])], None)
    said = [message.text for message in store.transcript("c").messages]
    expected = [text for number in range(6) for text in (f"相談{number}", f"答え{number}")]
    assert ["はじめ", *expected] == said
    # A conversation that speaks now is not silent, whatever the clock said before.
    assert [] == store.silent_since(now - 1)
    database.close()


def test_the_limits_run_on_a_clock_that_cannot_jump(monkeypatch):
    limiter, limit = MemoryLimiter(), Limit("turns", 1, 60)
    assert 0 == asyncio.run(limiter.take(limit, "a"))
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert asyncio.run(limiter.take(limit, "a")) in (59, 60)
