"""What several processes share in Redis, and what happens when it goes away."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.channels.__main__ import main
from bot.channels.limits import Limit, LocksAwayError, MemoryLimiter
from bot.channels.redis_limits import RedisLimiter, RedisTurnLocks, shared_limits
from bot.channels.settings import SettingsError
from bot.leases import Lease, connect

SECRET = "s" * 32


def together(url, work):
    """Run work with two clients, as two processes have them."""

    async def run():
        clients = connect(url), connect(url)
        try:
            return await work(*clients)
        finally:
            for client in clients:
                await client.close()

    return asyncio.run(run())


def test_processes_count_together_as_one_counts_alone(redis_server):
    limit = Limit("turns", 3, 60)

    async def work(one, other):
        limiters = [RedisLimiter(client, MemoryLimiter()) for client in (one, other, one, other)]
        shared = [await limiter.take(limit, "192.0.2.1") for limiter in limiters]
        return (
            shared,
            await limiters[0].take(limit, "192.0.2.2"),
            await limiters[0].take(Limit("x", 0, 1), "a"),
        )

    assert ([0, 0, 0, 20], 0, 0) == together(redis_server.url(), work)


def test_a_limit_refills_and_its_keys_go_away(redis_server):
    async def work(one, _other):
        limiter = RedisLimiter(one, MemoryLimiter())
        limit = Limit("refill", 2, 1)
        first = [await limiter.take(limit, "a") for _ in range(3)]
        await asyncio.sleep(0.6)
        again = [await limiter.take(limit, "a") for _ in range(2)]
        keys = await one.keys("navi:limit:refill:*")
        lasting = [await one.pttl(key) for key in keys]
        await asyncio.sleep(1.2)
        return first, again, len(keys), max(lasting) <= 1001, await one.keys("navi:limit:refill:*")

    assert ([0, 0, 1], [0, 1], 1, True, []) == together(redis_server.url(), work)


def test_a_lock_is_held_by_one_process_and_freed_by_it_only(redis_server):
    async def work(one, other):
        mine, theirs = RedisTurnLocks(one), RedisTurnLocks(other)
        taken = [await locks.acquire("c") for locks in (mine, theirs, mine)]
        assert {"c"} == mine.running
        stranger = Lease(other, "navi:turn:c")
        assert not await stranger.take()
        still = await theirs.acquire("c")
        await mine.release("c")
        return taken, still, await theirs.acquire("c")

    assert ([True, False, False], False, True) == together(redis_server.url(), work)


def test_a_lock_outlasts_its_lease_while_its_holder_lives_and_is_free_when_it_died(redis_server):
    async def work(one, other):
        holder = Lease(one, "navi:turn:lease", seconds=0.6)
        waiting = RedisTurnLocks(other, seconds=0.6)
        assert await holder.take()
        await asyncio.sleep(1.2)
        while_alive = await waiting.acquire("lease")
        # A killed process renews no more.
        holder._renewing.cancel()
        died = time.monotonic()
        while not await waiting.acquire("lease"):
            await asyncio.sleep(0.02)
        return while_alive, time.monotonic() - died

    while_alive, seconds = together(redis_server.url(), work)
    assert not while_alive
    assert seconds <= 0.8


def test_a_restart_of_redis_is_survived(own_redis):
    """Limits go on alone, a held lock is held again, a new one is refused while nobody can say."""

    async def work(one, other):
        limiter, locks, rival = (
            RedisLimiter(one, MemoryLimiter()),
            RedisTurnLocks(one, 1),
            RedisTurnLocks(other),
        )
        assert await locks.acquire("held")
        own_redis.kill()
        assert [0, 30] == [await limiter.take(Limit("r", 1, 30), "a") for _ in range(2)]
        with pytest.raises(LocksAwayError):
            await rival.acquire("new")
        assert not await rival.alive()
        own_redis.start()
        await asyncio.sleep(0.7)
        assert not await rival.acquire("held")
        assert await rival.acquire("new")
        await locks.release("held")
        return await rival.acquire("held")

    assert together(own_redis.url(), work)


@pytest.mark.parametrize("password", ["wrong", None])
def test_a_wrong_password_or_nobody_there_is_said_without_the_password(redis_server, password):
    url = redis_server.url(password) if password else "redis://:hunter2@127.0.0.1:1/0"
    with pytest.raises(SettingsError, match="NAVI_REDIS_URL") as refused:
        shared_limits(url)
    assert "wrong" not in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"redis_url": "http://x"}, "NAVI_REDIS_URL"),
        ({"redis_url": "redis://127.0.0.1:1/0"}, "NAVI_SECRET"),
        ({"redis_url": "redis://127.0.0.1:1/0", "secret": SECRET}, "NAVI_REDIS_URL"),
    ],
)
def test_serving_with_a_redis_that_cannot_be_used_is_refused(tmp_path, monkeypatch, capsys, settings, said):
    for name, value in {"data_dir": tmp_path, "port": 0, **settings}.items():
        monkeypatch.setenv(f"NAVI_{name.upper()}", str(value))
    assert 1 == main(["serve"])
    assert said in capsys.readouterr().err


def test_two_processes_run_one_turn_of_a_conversation(start, rasa, redis_server):
    """Whatever process a person's message reaches."""
    shared = {"redis_url": redis_server.url(), "secret": SECRET}
    one, other = start(**shared), start(**shared)
    talk = one.begin()
    there = talk.__class__(other.client, talk.id, talk.token, talk.opened)
    rasa.gate.clear()
    rasa.arrived.clear()
    first = threading.Thread(target=talk.say, args=("一つ目",))
    first.start()
    assert rasa.arrived.wait(30)
    assert 409 == there.say("割り込み").status_code
    rasa.gate.set()
    first.join()
    assert 200 == there.say("二つ目").status_code
    assert ["一つ目", "二つ目"] == rasa.said


def test_readiness_names_a_redis_that_is_away(start, own_redis):
    server = start(redis_url=own_redis.url(), secret=SECRET)
    talk = server.begin()
    assert 200 == server.client.get("/readyz").status_code
    own_redis.kill()
    assert ["redis"] == server.client.get("/readyz").json()["error"]["away"]
    assert (503, "store_away") == (
        (answer := talk.say("相談")).status_code,
        answer.json()["error"]["code"],
    )
    own_redis.start()
    assert 200 == talk.say("相談").status_code
