"""The tables of a database and those of the code are the same, however old the database is."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.channels import migrations
from bot.channels.__main__ import main
from bot.channels.database import Database
from bot.channels.messages import Reply, Said
from bot.channels.store import Store

# As `create_all` made them before there were migrations and before a message could be final.
BEFORE_MIGRATIONS = """
CREATE TABLE conversations (id VARCHAR(64) NOT NULL PRIMARY KEY, channel VARCHAR(16) NOT NULL,
    created_at BIGINT NOT NULL, spoke_at BIGINT NOT NULL);
CREATE INDEX conversations_by_silence ON conversations (spoke_at);
CREATE TABLE messages (conversation VARCHAR(64) NOT NULL, number INTEGER NOT NULL, role VARCHAR(8) NOT NULL,
    text TEXT NOT NULL, created_at BIGINT NOT NULL, options JSON NOT NULL, reply_to INTEGER,
    choice VARCHAR(80), "key" VARCHAR(64), answered BOOLEAN, PRIMARY KEY (conversation, number),
    CONSTRAINT a_key_is_used_once UNIQUE (conversation, "key"),
    FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE);
CREATE TABLE advice (conversation VARCHAR(64) NOT NULL PRIMARY KEY, content JSON NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE);
CREATE TABLE feedback (conversation VARCHAR(64) NOT NULL, message INTEGER NOT NULL, helpful BOOLEAN NOT NULL,
    comment TEXT, created_at BIGINT NOT NULL, PRIMARY KEY (conversation, message),
    FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE);
INSERT INTO conversations VALUES ('c', 'web', 1, 1);
INSERT INTO messages VALUES ('c', 1, 'bot', 'こんにちは', 1, '[]', NULL, NULL, NULL, NULL);
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'channels.db'}"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def database(url):
    opened = Database(url)
    yield opened
    opened.close()


def differences(database: Database) -> list[object]:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, migrations.all_tables())


def test_a_migrated_database_has_the_tables_of_the_code(database):
    assert (None, migrations.newest()) == migrations.migrate(database)
    assert [] == differences(database)
    assert (migrations.newest(), migrations.newest()) == migrations.migrate(database)


def test_a_difference_would_be_seen(database):
    """What the test above relies on."""
    migrations.migrate(database)
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE feedback DROP COLUMN comment"))
        connection.execute(text("DROP TABLE advice"))
    assert {"add_table", "add_column"} == {difference[0] for difference in differences(database)}


def test_the_steps_are_one_line():
    """Two steps after the same one would leave half of the databases without the other."""
    steps = list(ScriptDirectory("bot/channels/migrations").walk_revisions())
    assert len({step.down_revision for step in steps}) == len(steps)
    assert [f"{number:04}" for number in range(len(steps), 0, -1)] == [step.revision for step in steps]


def test_a_database_from_before_there_were_migrations_keeps_what_it_holds(database):
    with database.writing() as connection:
        for statement in BEFORE_MIGRATIONS.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    assert (None, migrations.newest()) == migrations.migrate(database)
    assert [] == differences(database)
    store = Store(database)
    (kept,) = store.transcript("c").messages
    assert ("こんにちは", False) == (kept.text, kept.final)
    assert 2 == store.begin("c", Said("相談")).number


def test_sqlite_is_brought_up_at_start(start, tmp_path):
    (tmp_path / "var").mkdir()
    old = sqlite3.connect(tmp_path / "var/channels.db")
    old.executescript(BEFORE_MIGRATIONS)
    old.close()
    server = start()
    assert server.begin().say("相談").status_code == 200
    assert migrations.newest() == migrations.current(server.services.database)


def test_several_processes_that_start_at_once_migrate_once(url):
    databases = [Database(url) for _ in range(4)]
    found: list[str | None] = []
    threads = [
        threading.Thread(target=lambda one=one: found.append(migrations.migrate(one)[0])) for one in databases
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    newest = migrations.newest()
    assert [None, newest, newest, newest] == sorted(found, key=lambda release: release or "")
    assert [] == differences(databases[0])
    for one in databases:
        one.close()


def test_a_database_that_several_open_for_the_first_time_refuses_nobody(tmp_path):
    # Each time a few of a hundred failed: SQLite does not wait where two turn on its write-ahead log.
    for place in range(30):
        databases = [Database(f"sqlite:///{tmp_path}/{place}.db") for _ in range(4)]
        together, opened = threading.Barrier(4), list[int]()

        def first(one: Database, together=together, opened=opened) -> None:
            together.wait()
            with one.writing() as connection:
                opened.append(connection.execute(text("SELECT 1")).scalar())

        threads = [threading.Thread(target=first, args=(one,)) for one in databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [1, 1, 1, 1] == opened
        for one in databases:
            one.close()


def test_a_step_that_fails_leaves_nothing(database, monkeypatch):
    """All steps are one transaction, on SQLite too."""

    def upgrade(config, _target):
        config.attributes["connection"].execute(text("CREATE TABLE half (id INTEGER)"))
        raise RuntimeError

    monkeypatch.setattr("alembic.command.upgrade", upgrade)
    with pytest.raises(RuntimeError):
        migrations.migrate(database)
    with database.reading() as connection:
        assert not inspect(connection).has_table("half")


def test_a_server_s_database_is_migrated_by_command_only(postgres, tmp_path, monkeypatch, capsys):
    url = postgres.new_database()
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("NAVI_DATABASE_URL", url)
    monkeypatch.setenv("NAVI_PORT", "0")
    for arguments in (["serve"], ["purge"]):
        assert 1 == main(arguments)
        assert "python -m bot.channels migrate" in capsys.readouterr().err
    database = Database(url)
    with database.reading() as connection:
        assert [] == inspect(connection).get_table_names()
    assert 0 == main(["migrate"])
    assert 0 == main(["purge"])
    assert [] == differences(database)
    database.close()


def test_a_database_of_a_newer_release_is_used_and_left_alone(database, caplog):
    migrations.migrate(database)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    migrations.prepare(database)
    assert "newer release (9999)" in caplog.text
    assert ("9999", "9999") == migrations.migrate(database)
    Store(database).open("c", "web", Reply("こんにちは", []))


def test_tables_of_every_module_are_known():
    assert {"conversations", "messages", "advice", "feedback"} <= set(migrations.all_tables().tables)
