"""A full disk, a directory that cannot be written, a wrong password: said clearly, and nothing is broken."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import serve
from bot.channels import migrations
from bot.channels.__main__ import main
from bot.channels.database import Database, StoreAwayError

SMALL = "3m"


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts a small file system of its own, where this user may."""
    mounted: list[Path] = []

    def run(options: str = f"size={SMALL}") -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")
        mounted.append(place)
        return place

    yield run
    for place in mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> Path:
    """Writes until nothing more fits, and returns the file."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (4096, 512, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    return filler


def test_a_full_disk_is_said_nothing_is_lost_and_it_goes_on_when_there_is_room(start, rasa, mount):
    disk = mount()
    talk = start(data_dir=disk / "var").begin()
    talk.say("一つ目")
    filler = fill(disk)
    # Small changes may still fit into what SQLite has already taken.
    answers = {letter * 1900: talk.say(letter * 1900) for letter in "あいうえおかきくけこさしすせそ"}
    refused = [answer for answer in answers.values() if answer.status_code != 200]
    assert refused, "the disk was not full"
    assert {(503, "store_away")} == {(one.status_code, one.json()["error"]["code"]) for one in refused}
    filler.unlink()
    assert 200 == talk.say("最後").status_code
    answered = ["一つ目", *(text for text, answer in answers.items() if answer.status_code == 200), "最後"]
    assert answered == [text for role, text, done in talk.said() if role == "person" and done]
    with closing(sqlite3.connect(disk / "var/channels.db")) as database:
        assert [("ok",)] == database.execute("PRAGMA integrity_check").fetchall()


@pytest.mark.parametrize("command", ["serve", "migrate", "purge"])
def test_a_full_disk_at_the_start_ends_it_with_a_message(mount, monkeypatch, capsys, command):
    disk = mount()
    fill(disk)
    monkeypatch.setenv("NAVI_DATA_DIR", str(disk / "var"))
    monkeypatch.setenv("NAVI_SECRET", "s" * 32)
    monkeypatch.setenv("NAVI_PORT", "0")
    assert 1 == main([command])
    said = capsys.readouterr().err
    assert "NAVI_DATA_DIR" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["serve", "migrate", "purge"])
def test_a_directory_that_cannot_be_written_ends_it_with_a_message(mount, monkeypatch, capsys, command):
    disk = mount()
    (disk / "var").mkdir()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for directory in (disk / "var", disk / "new"):
        monkeypatch.setenv("NAVI_DATA_DIR", str(directory))
        assert 1 == main([command])
        assert "NAVI_DATA_DIR" in capsys.readouterr().err
    assert [] == list((disk / "var").iterdir())


@pytest.mark.parametrize("command", ["serve", "migrate", "purge"])
def test_a_wrong_password_ends_it_with_a_message_without_the_password(
    postgres, tmp_path, monkeypatch, capsys, command
):
    url = postgres.new_database()
    before = Database(url)
    migrations.migrate(before)
    before.close()
    monkeypatch.setenv("NAVI_DATABASE_URL", url.replace(postgres.password, "hunter2"))
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("NAVI_PORT", "0")
    assert 1 == main([command])
    said = capsys.readouterr().err
    assert "NAVI_DATABASE_URL" in said
    assert "password authentication failed" in said
    assert "hunter2" not in said
    assert "Traceback" not in said


def test_a_wrong_password_of_rasa_s_memory_ends_it_before_anything_is_started(
    postgres, tmp_path, monkeypatch, caplog
):
    monkeypatch.setenv("NAVI_TRACKER_URL", postgres.dsn("postgres", "hunter2"))
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))
    for arguments in ([], ["rasa"]):
        assert 1 == serve.main(arguments)
    assert 2 == caplog.text.count("NAVI_TRACKER_URL")
    assert "password authentication failed" in caplog.text
    assert "hunter2" not in caplog.text


def test_the_database_of_a_server_that_is_away_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NAVI_DATABASE_URL", "postgresql://navi:hunter2@127.0.0.1:1/navi")
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))
    assert 1 == main(["serve"])
    said = capsys.readouterr().err
    assert "NAVI_DATABASE_URL" in said
    assert "hunter2" not in said


def test_what_stands_in_a_statement_is_never_said(tmp_path):
    """Only what a server says to a connection is quoted: a statement's parameters are a person's words."""
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(StoreAwayError) as refused, database.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM missing WHERE id = '秘密'")
    assert "OperationalError" == str(refused.value)
    database.close()
