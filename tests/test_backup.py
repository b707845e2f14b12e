"""The commands of deploy/README.md for backup and restore, tried on data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.channels import migrations
from bot.channels.database import Database
from bot.channels.messages import Reply, Said
from bot.channels.store import Store
from bot.train import ROOT
from tests.servers import Postgres, found

COPY = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"
DUMP = "pg_dump --no-owner --no-privileges"
RESTORE = "psql --quiet --single-transaction --set ON_ERROR_STOP=1"


def _talk(database: Database) -> Store:
    migrations.migrate(database)
    store = Store(database)
    store.open("c", "web", Reply("こんにちは", []))
    number = store.begin("c", Said("ベトナムの「模倣品」; DROP TABLE messages; --")).number
    store.finish(
        "c", number, [Reply("承知しました", [{"id": "a.yes", "label": "はい"}])], {"status": "asking"}
    )
    return store


def test_the_commands_stand_in_the_readme() -> None:
    readme = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    assert all(command in readme for command in (COPY, DUMP, RESTORE))


def test_sqlite_is_copied_while_it_is_used(tmp_path: Path) -> None:
    source, copy = tmp_path / "channels.db", tmp_path / "copy.db"
    running = Database(f"sqlite:///{source}")
    store = _talk(running)
    subprocess.run([sys.executable, "-c", COPY, str(source), str(copy)], check=True)
    kept = store.transcript("c")
    store.begin("c", Said("後から"))
    running.close()
    restored = Database(f"sqlite:///{copy}")
    migrations.prepare(restored)
    assert kept == Store(restored).transcript("c")
    restored.close()


def test_a_dump_of_postgresql_is_restored_into_an_empty_database(postgres: Postgres, tmp_path: Path) -> None:
    found("pg_dump", "psql")
    first, second = postgres.new_database(), postgres.new_database()
    database = Database(first)
    kept = _talk(database).transcript("c")
    database.close()
    with (tmp_path / "dump.sql").open("wb") as dump:
        subprocess.run([*DUMP.split(), first], stdout=dump, check=True)
    subprocess.run(
        [*RESTORE.split(), f"--file={tmp_path / 'dump.sql'}", second], check=True, stdout=subprocess.DEVNULL
    )
    restored = Database(second)
    migrations.prepare(restored)
    assert kept == Store(restored).transcript("c")
    restored.close()
