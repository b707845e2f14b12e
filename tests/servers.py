"""Debian's PostgreSQL, Redis and nginx on free ports, with data of their own, to be killed and started."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest
import redis

from tests.ports import free_port
from tests.waiting import wait_until

START_SECONDS = 30


def found(*programs: str) -> list[str]:
    """Paths of programs; without one the test is skipped, or fails where everything is installed."""
    places = [shutil.which(program) or _of_postgres(program) for program in programs]
    missing = [program for program, place in zip(programs, places, strict=True) if place is None]
    if missing:
        reason = f"not on this machine: {', '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return [str(place) for place in places]


def _of_postgres(program: str) -> str | None:
    """Debian keeps the programs of each release of PostgreSQL in a place of their own."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(places[-1]) if places else None


class Process:
    """One process with a log; `kill -9` and another start find the same data."""

    def __init__(self, name: str) -> None:
        # Not below a directory of pytest's, which only its owner may enter.
        self.folder = Path(tempfile.mkdtemp(prefix=f"navi-{name}-"))
        self.log = self.folder / "log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What runs it."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it can be used."""
        raise NotImplementedError

    @property
    def user(self) -> str | None:
        """Whom it runs as, if not as who runs the test."""
        return None

    @property
    def environment(self) -> dict[str, str] | None:
        """Its variables, if not those of who runs the test."""
        return None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                user=self.user,
                env=self.environment,
                start_new_session=True,
            )

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Wait until it answers."""
        wait_until(
            self.answers, lambda: f"{self.command()}\n{self.log.read_text(errors='replace')[-2000:]}", seconds
        )

    def members(self) -> list[int]:
        """It and what it started, by number of the process."""
        assert self.process is not None
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.getsid(int(process.name)) == self.process.pid:
                    found.append(int(process.name))
        return found

    def kill(self) -> None:
        """End it and all that it started, at once (kill -9)."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        """End it and delete its data."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Process):
    """A PostgreSQL server with one user, whose password is asked for."""

    def __init__(self) -> None:
        self._postgres, initdb = found("postgres", "initdb")
        super().__init__("postgres")
        self.password = secrets.token_urlsafe(12)
        given = self.folder / "password"
        given.write_text(self.password)
        if self.user is not None:
            for path in (self.folder, given):
                shutil.chown(path, self.user)
        subprocess.run(
            [
                *(initdb, "--no-sync", "--encoding=UTF8", "--locale=C", "--username=navi"),
                *("--auth=scram-sha-256", f"--pwfile={given}", f"--pgdata={self.folder / 'data'}"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.user,
            cwd="/",
        )

    @property
    def user(self) -> str | None:
        """PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return None
        return pwd.getpwnam("postgres").pw_name

    def command(self) -> list[str]:
        """Only on loopback; what a `kill -9` of the process leaves is safe without fsync too."""
        options = {"listen_addresses": "127.0.0.1", "port": self.port, "fsync": "off", "max_connections": 200}
        given = [f"--{name}={value}" for name, value in options.items()]
        return [self._postgres, "-D", str(self.folder / "data"), "-k", str(self.folder), *given]

    def members(self) -> list[int]:
        """The server and its helpers."""
        return self._helpers()

    def kill(self) -> None:
        """End the server and its helpers, which are sessions of their own."""
        helpers = self._helpers()
        super().kill()
        for helper in helpers:
            with suppress(ProcessLookupError):
                os.kill(helper, signal.SIGKILL)
        # The memory that they share must be free before another start.
        wait_until(lambda: not self._helpers(), lambda: "PostgreSQL does not end")

    def _helpers(self) -> list[int]:
        """Every process that works in the data directory; nothing but PostgreSQL does."""
        data, working = self.folder / "data", []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "cwd").readlink() == data:
                    working.append(int(process.name))
        return working

    def answers(self) -> bool:
        """Whether one can log in."""
        try:
            psycopg2.connect(self.dsn("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def dsn(self, name: str, password: str | None = None) -> str:
        """Address of a database."""
        return f"postgresql://navi:{password or self.password}@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        """Address of an empty database."""
        name = f"db_{secrets.token_hex(6)}"
        connection = psycopg2.connect(self.dsn("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        connection.close()
        return self.dsn(name)


class Redis(Process):
    """A Redis server that keeps what it was told through a kill."""

    def __init__(self) -> None:
        (self._redis,) = found("redis-server")
        super().__init__("redis")
        self.password = secrets.token_urlsafe(12)

    def command(self) -> list[str]:
        """Only on loopback, with a password."""
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        return [self._redis, *where, "--requirepass", self.password, "--appendonly", "yes", "--save", ""]

    def answers(self) -> bool:
        """Whether it has loaded its data."""
        try:
            return bool(redis.Redis.from_url(self.url()).ping())
        except redis.RedisError:
            return False

    def url(self, password: str | None = None) -> str:
        """Its address."""
        return f"redis://:{password or self.password}@127.0.0.1:{self.port}/0"
