"""`python -m bot.channels`, as an operator runs it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot.channels.__main__ import main
from tests.waiting import answers, wait_until

ROOT = Path(__file__).parents[3]


def command(*arguments: str, **settings: object) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NAVI_")}
    environment |= {f"NAVI_{key.upper()}": str(value) for key, value in settings.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "bot.channels", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=30)
    return process.returncode, errors


def test_serve_answers_and_finishes_a_running_turn_when_told_to_stop(tmp_path, rasa):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = command("serve", data_dir=tmp_path, port=port, rasa_url=rasa.url, actions_url=rasa.url)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20)
    try:
        wait_until(lambda: answers(f"{client.base_url}/readyz"), lambda: str(process.poll()), 120)
        opened = client.post("/api/conversations").json()

        def answer_after_ctrl_c(request):
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
            return [{"text": request["message"]}]

        rasa.answer = answer_after_ctrl_c
        response = client.post(
            f"/api/conversations/{opened['id']}/messages",
            json={"text": "最後の相談"},
            headers={"Authorization": f"Bearer {opened['token']}"},
        )
        assert (response.status_code, response.json()["messages"][0]["text"]) == (200, "最後の相談")
        client.close()
        code, errors = ended(process)
        assert code == 0, errors
        assert "Traceback" not in errors
        assert "最後の相談" not in errors
    finally:
        process.kill()
        process.wait()


def test_a_port_in_use_is_said_and_ends_it(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        code, errors = ended(command("serve", data_dir=tmp_path, port=busy.getsockname()[1]))
    assert code == 1
    assert "address already in use" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"fiscal_year": 1999}, "1999"),
        ({"port": "x"}, "NAVI_PORT"),
        ({"secret": "short"}, "NAVI_SECRET"),
        ({"data_dir": "/proc/none"}, "NAVI_DATA_DIR"),
        ({"database_url": "sqlite:////proc/none/x.db"}, "NAVI_DATABASE_URL"),
        ({"database_url": "nonsense"}, "NAVI_DATABASE_URL"),
        ({"database_url": "nosql://x/y"}, "NAVI_DATABASE_URL"),
    ],
)
def test_what_the_operator_must_mend_is_named(tmp_path, monkeypatch, capsys, settings, said):
    for name, value in {"data_dir": tmp_path / "var", "port": 0, **settings}.items():
        monkeypatch.setenv(f"NAVI_{name.upper()}", str(value))
    assert main(["serve"]) == 1
    assert said in capsys.readouterr().err


def test_purge_deletes_silent_conversations_and_keeps_the_others(start, tmp_path, monkeypatch):
    server = start()
    old, young = server.begin(), server.begin()
    for talk in (old, young):
        talk.say("相談")
    server.stop()
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path / "var"))
    database = sqlite3.connect(tmp_path / "var/channels.db", isolation_level=None)
    month_ago = time.time() - 31 * 24 * 3600
    database.execute("UPDATE conversations SET spoke_at = ? WHERE id = ?", (month_ago, old.id))
    assert main(["purge"]) == 0
    assert database.execute("SELECT DISTINCT conversation FROM messages").fetchall() == [(young.id,)]
    database.execute("UPDATE conversations SET spoke_at = spoke_at - 2 * 24 * 3600")
    assert main(["purge", "--older-than", "3"]) == 0
    assert database.execute("SELECT count(*) FROM conversations").fetchone() == (1,)
    assert main(["purge", "--older-than", "1"]) == 0
    assert database.execute("SELECT count(*) FROM messages").fetchone() == (0,)
    database.close()
