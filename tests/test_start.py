"""Starting, stopping and losing parts of the real chain."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.train import ROOT
from knowledge import load_knowledge
from tests.chain import READY_SECONDS, Chain
from tests.conversation import Conversation
from tests.ports import free_port


def _client(chain: Chain) -> httpx.Client:
    return httpx.Client(base_url=chain.address, timeout=60)


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_a_part_away_is_said_with_the_desk_and_the_conversation_goes_on_afterwards(
    chain: Chain, part: str
) -> None:
    """The person learns what to do, and the facts told before are still there when the part is back."""
    conversation = Conversation(_client(chain))
    conversation.say("ベトナムで自社製品の模倣品が売られています")
    told = conversation.advice
    assert told is not None
    question = conversation.question
    chain.stop(part)
    try:
        answer = conversation.post({"choice": question["options"][0]["id"]})
        assert answer.status_code in (httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE)
        assert load_knowledge().desk.phone in answer.json()["error"]["message"]
        assert httpx.codes.SERVICE_UNAVAILABLE == conversation.client.get("/readyz").status_code
    finally:
        chain.start(part)
    conversation.choose(question["options"][0]["id"])
    assert conversation.advice is not None
    assert told["facts"]["problems"] == conversation.advice["facts"]["problems"]
    assert conversation.advice["facts"][question["fact"]] is True


def test_a_broken_figure_is_refused_at_start_by_file_key_and_value(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT / "knowledge", copy / "knowledge")
    for name in ("bot", "actions", "models", "Procfile"):
        (copy / name).symlink_to(ROOT / name)
    broken = copy / "knowledge" / "data" / "fy2022" / "counterfeit.yml"
    text = broken.read_text(encoding="utf-8")
    assert "value: 2/3" in text or 'value: "2/3"' in text
    broken.write_text(
        text.replace('value: "2/3"', "value: 0.67").replace("value: 2/3", "value: 0.67"), encoding="utf-8"
    )

    started = _serve(tmp_path, cwd=copy)
    output, _ = started.communicate(timeout=READY_SECONDS)

    assert 1 == started.returncode
    assert "fy2022/counterfeit.yml" in output
    assert "value" in output
    assert "0.67" in output


def test_a_taken_port_is_named(tmp_path: Path, chain: Chain) -> None:
    started = _serve(tmp_path, port=chain.address.rsplit(":", 1)[1])
    output, _ = started.communicate(timeout=READY_SECONDS)
    assert 1 == started.returncode
    assert "NAVI_PORT" in output


def _serve(data_dir: Path, cwd: Path = ROOT, port: str | None = None) -> subprocess.Popen[str]:
    environment = os.environ | {
        "NAVI_DATA_DIR": str(data_dir / "var"),
        "NAVI_PORT": port or str(free_port()),
        "NAVI_RASA_URL": f"http://127.0.0.1:{free_port()}",
        "NAVI_ACTIONS_URL": f"http://127.0.0.1:{free_port()}",
        "PYTHONPATH": str(cwd),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bot.serve"],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
