"""Long runs against the real chain: hostile messages, and many conversations at once.

    python -m tests.soak hostile --messages 100000 --minutes 20
    python -m tests.soak crowd --conversations 500

`tests/test_soak.py` makes short ones.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.chain import Chain

COUNTRIES = {
    "中国": "CN",
    "韓国": "KR",
    "台湾": "TW",
    "タイ": "TH",
    "ベトナム": "VN",
    "インド": "IN",
    "ドイツ": "DE",
}
FAULT = re.compile(r"Traceback|\bERROR\b|\bCRITICAL\b|Exception|Error:")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029]")
OURS = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+ ")
OWN_PAGES = re.compile(r"RssAnon:\s*(\d+) kB")
NUMBER = re.compile(r"\d[\d,]*\d")
TURNS = 12
"""Messages of a hostile conversation: as long as a real one."""
TRIES = 60
EARLY_PAUSE = 1.0


@dataclass
class Report:
    """What came of a run; `faults` is empty if all was well."""

    messages: int = 0
    conversations: int = 0
    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    memory: list[dict[str, float]] = field(default_factory=list)
    """MB of each process after each batch."""
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        times = sorted(self.times) or [0.0]
        lines = [
            f"{self.messages} messages in {self.conversations} conversations, {self.seconds:.0f} s",
            f"answers: {dict(sorted(self.statuses.items()))}",
            f"median {statistics.median(times) * 1000:.0f} ms, "
            f"95 % within {times[int(0.95 * (len(times) - 1))] * 1000:.0f} ms",
        ]
        if self.memory:
            lines.append(f"MB first {_rounded(self.memory[0])}, last {_rounded(self.memory[-1])}")
        return "\n".join([*lines, f"faults: {len(self.faults)}", *self.faults[:20]])


class Caller:
    """One conversation over HTTP, which sends again what it is asked to send again."""

    def __init__(self, client: httpx.AsyncClient, report: Report) -> None:
        self._client = client
        self._report = report
        self._keys = count()
        self.words: list[str] = []
        """What was taken, as it was sent."""

    async def begin(self) -> None:
        """Begin the conversation."""
        opened = await self._asked("POST", "/api/conversations")
        self.id, self.token = opened.json()["id"], opened.json()["token"]

    async def say(self, text: str) -> dict[str, Any] | None:
        """Send a text; None if it is refused."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"k{next(self._keys)}"}
        path = f"/api/conversations/{self.id}/messages"
        response = await self._asked("POST", path, json={"text": text}, headers=headers)
        self._report.messages += 1
        if response.status_code != 200:
            return None
        self.words.append(text)
        return dict(response.json())

    async def read(self) -> dict[str, Any]:
        """The whole conversation."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return dict((await self._asked("GET", f"/api/conversations/{self.id}", headers=headers)).json())

    async def _asked(self, method: str, path: str, **options: Any) -> httpx.Response:
        for _ in range(TRIES):
            began = time.monotonic()
            try:
                response = await self._client.request(method, path, **options)
            except httpx.TransportError as error:
                # A kept connection was closed as it was used: whoever talks sends again, under the same key.
                self._report.statuses[type(error).__name__] += 1
                await asyncio.sleep(EARLY_PAUSE)
                continue
            code = "" if response.is_success else f" {response.json()['error']['code']}"
            self._report.statuses[f"{response.status_code}{code}"] += 1
            if response.status_code in (409, 503):
                await asyncio.sleep(float(response.headers.get("Retry-After", EARLY_PAUSE)))
                continue
            if path.endswith("/messages"):
                self._report.times.append(time.monotonic() - began)
            if response.status_code >= 500:
                self._report.faults.append(f"{response.status_code}{code}")
            return response
        raise TimeoutError(f"not answered after {TRIES} tries: {method} {path.rsplit('/', 1)[-1]}")


def attacks(chance: random.Random) -> str:
    """A hostile text: from the corpus, alone, mixed or mutated, or noise."""
    corpus = [text for texts in _corpus().values() for text in texts]
    kind = chance.random()
    text = chance.choice(corpus)
    if kind < 0.3:
        return text
    if kind < 0.5:
        return chance.choice(["", " ", "\n", "。"]).join(chance.sample(corpus, chance.randint(2, 4)))
    if kind < 0.6:
        return (text * (2_000 // len(text) + 2))[: chance.choice([1_900, 2_000, 2_001, 4_000])]
    if kind < 0.8:
        return _mutated(text, chance)
    return "".join(chr(_code_point(chance)) for _ in range(chance.randint(1, 120)))


def _mutated(text: str, chance: random.Random) -> str:
    letters = list(text)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(letters) + 1)
        letters[place : place + chance.randint(0, 2)] = chr(_code_point(chance))
    return "".join(letters) or "？"


def _code_point(chance: random.Random) -> int:
    planes = [
        (0x00, 0x7F),
        (0x80, 0x2FF),
        (0x2000, 0x206F),
        (0x3040, 0x30FF),
        (0x4E00, 0x9FFF),
        (0xFF00, 0xFFEF),
    ]
    low, high = chance.choice([*planes, (0x1F300, 0x1FAFF), (0xE000, 0xF8FF), (0x10000, 0x10FFF)])
    return chance.randint(low, high)


@lru_cache(maxsize=1)
def _corpus() -> dict[str, list[str]]:
    with Path(__file__).with_name("attacks.yml").open(encoding="utf-8") as stream:
        return dict(yaml.safe_load(stream))


async def hostile(chain: Chain, *, messages: int, seconds: float, at_once: int, seed: int) -> Report:
    """Send hostile texts in conversations that each hold a number of their own.

    In batches: after each, the conversations of it are read and deleted, and the memory is noted.
    """
    report, chance, began = Report(), random.Random(seed), time.monotonic()
    secrets = (f"{7_000_003 + 17 * number:,}" for number in count())
    everybody: set[str] = set()
    async with _client(chain) as client:
        while report.messages < messages and time.monotonic() - began < seconds:
            own = [next(secrets) for _ in range(at_once)]
            everybody.update(own)
            turns = min(TURNS, -(-(messages - report.messages) // at_once))
            talks = [_attack(client, report, chance.random(), secret, turns) for secret in own]
            for secret, told in zip(own, await asyncio.gather(*talks), strict=True):
                report.faults += [
                    f"a number of another: {number}" for number in _numbers(told) & everybody - {secret}
                ]
            report.conversations += at_once
            report.memory.append(_memory(chain))
    report.seconds = time.monotonic() - began
    report.faults += log_faults(chain, everybody) + _growth(report.memory)
    return report


async def _attack(client: httpx.AsyncClient, report: Report, seed: float, secret: str, turns: int) -> str:
    """One hostile conversation; everything that was told in it."""
    chance, caller = random.Random(seed), Caller(client, report)
    await caller.begin()
    texts = [f"中国で当社の商標が勝手に登録されました。費用は{secret}円です"]
    texts += [attacks(chance) for _ in range(turns - 1)]
    told = [str(await caller.say(text)) for text in texts]
    transcript = await caller.read()
    kept = [message["text"] for message in transcript["messages"] if message["role"] == "person"]
    if [_visible(text) for text in kept] != [_visible(text) for text in caller.words]:
        report.faults.append("a transcript is not what was typed")
    headers = {"Authorization": f"Bearer {caller.token}"}
    deleted = await client.delete(f"/api/conversations/{caller.id}", headers=headers)
    if deleted.status_code != 204:
        report.faults.append(f"not deleted: {deleted.status_code}")
    return "".join([*told, str(transcript)])


async def crowd(chain: Chain, *, conversations: int) -> Report:
    """Hold many conversations at once, each with facts of its own; each must end with its own."""
    report, began = Report(conversations=conversations), time.monotonic()
    async with _client(chain) as client:
        outcomes = await asyncio.gather(
            *(_own_case(client, report, number) for number in range(conversations))
        )
    report.faults += [fault for fault in outcomes if fault]
    report.seconds = time.monotonic() - began
    report.faults += log_faults(chain, set())
    return report


async def _own_case(client: httpx.AsyncClient, report: Report, number: int) -> str | None:
    """One conversation of the crowd; what is wrong with its facts at the end."""
    name, code = list(COUNTRIES.items())[number % len(COUNTRIES)]
    cost, capital, employees = 1_000_000 + 1_000 * number, 10_000_000 + 10_000 * number, 6 + number % 250
    caller = Caller(client, report)
    await caller.begin()
    await caller.say(f"{name}で当社の商標が勝手に登録されました。取消審判の費用は{cost}円です")
    await caller.say(f"資本金{capital}円の会社です")
    await caller.say(f"従業員は{employees}人です")
    read = await caller.read()
    facts = (read["advice"] or {}).get("facts", {})
    wanted = {
        "problems": ["squatted_trademark"],
        "countries": [code],
        "costs": {"squatted_trademark": cost},
        "capital_yen": capital,
        "employees": employees,
    }
    wrong = {fact: (facts.get(fact), value) for fact, value in wanted.items() if facts.get(fact) != value}
    if sum(message["role"] == "person" for message in read["messages"]) != len(caller.words):
        wrong["messages"] = (len(read["messages"]), len(caller.words))
    return f"conversation {number} (found, own): {wrong}" if wrong else None


def log_faults(chain: Chain, private: set[str]) -> list[str]:
    """Lines of the logs that tell of an exception, of a person, or that somebody else has written."""
    faults = []
    for log in sorted(chain.data_dir.glob("*.log")):
        for line in log.read_bytes().decode("utf-8", "replace").split("\n"):
            if FAULT.search(line):
                faults.append(f"{log.name}: {line[:200]}")
            if CONTROL.search(line):
                faults.append(f"{log.name}: a control character: {line[:200]!r}")
            if log.name == "channels.log" and line and not OURS.match(line):
                faults.append(f"{log.name}: not a line of ours: {line[:200]!r}")
            if private & _numbers(line):
                faults.append(f"{log.name}: what a person said: {line[:200]}")
    return faults


def _numbers(text: str) -> set[str]:
    return {f"{int(found.replace(',', '')):,}" for found in NUMBER.findall(text) if len(found) < 20}


def _visible(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def _memory(chain: Chain) -> dict[str, float]:
    """MB that each process of the chain holds for itself, with those that it started.

    Pages of files, such as the tokenizer's dictionary, are the kernel's to drop: they do not count.
    """
    held: Counter[str] = Counter()
    names = {process.pid: name for name, process in chain.processes.items()}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            name = names.get(int(fields[2]))
            if name:
                held[name] += int(OWN_PAGES.findall((status.parent / "status").read_text())[0])
        except (OSError, IndexError):
            # It ended meanwhile.
            continue
    return {name: kilobytes * 1024 / 1e6 for name, kilobytes in sorted(held.items())}


def _growth(memory: list[dict[str, float]]) -> list[str]:
    """Processes that hold more at the end than after they warmed up, beyond what varies."""
    quarter = len(memory) // 4
    if quarter < 2:
        return []
    faults = []
    for name in memory[0]:
        early = statistics.median(sample[name] for sample in memory[quarter : 2 * quarter])
        late = statistics.median(sample[name] for sample in memory[-quarter:])
        if late > early * 1.05 + 10:
            faults.append(f"{name} grew from {early:.0f} MB to {late:.0f} MB")
    return faults


def _client(chain: Chain) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=2)
    return httpx.AsyncClient(base_url=chain.address, timeout=180, limits=limits, trust_env=False)


def _rounded(memory: dict[str, float]) -> dict[str, int]:
    return {name: round(held) for name, held in memory.items()}


def main() -> int:
    """Run the command; 0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("run", choices=["hostile", "crowd"])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="navi-soak-") as folder:
        chain = Chain(Path(folder))
        try:
            chain.start()
            if options.run == "crowd":
                report = asyncio.run(crowd(chain, conversations=options.conversations))
            else:
                report = asyncio.run(
                    hostile(
                        chain,
                        messages=options.messages,
                        seconds=60 * options.minutes,
                        at_once=options.at_once,
                        seed=options.seed,
                    )
                )
        finally:
            chain.stop()
    sys.stdout.write(f"{report}\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
