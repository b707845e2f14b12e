"""What Rasa does of itself around a case: a session that has expired, and slots that only the form fills."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import yaml

from bot.train import ROOT
from knowledge import load_knowledge
from tests.chain import Chain
from tests.conversation import Conversation

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
MINUTE = 60


def test_no_entity_fills_a_slot_past_the_form() -> None:
    """Whether a word answers the open question is for the form to say: no slot is mapped from an entity."""
    mapped = {name: [row["type"] for row in slot["mappings"]] for name, slot in DOMAIN["slots"].items()}
    assert mapped
    assert {name: kinds for name, kinds in mapped.items() if kinds != ["custom"]} == {}
    assert load_knowledge().facts.keys() <= mapped.keys()


def test_who_comes_back_days_later_goes_on_with_the_case(chain: Chain) -> None:
    """An expired session keeps the facts and the open question; nothing is asked twice."""
    with httpx.Client(base_url=chain.address, timeout=60) as client:
        conversation = Conversation(client)
        conversation.say("中国で自社製品の偽物が売られています。証拠の写真もあります")
        asked = conversation.question["fact"]
        assert "right_in_country" == asked
        _let_pass(chain.data_dir / "rasa.db", 2 * DOMAIN["session_config"]["session_expiration_time"])
        conversation.say("はい、中国で商標を登録しています")
        assert conversation.advice is not None
        facts = conversation.advice["facts"]
        assert (["counterfeit"], ["CN"]) == (facts["problems"], facts["countries"])
        assert (True, True) == (facts["evidence"], facts["right_in_country"])
        assert 2 == _sessions(chain.data_dir / "rasa.db")
        conversation.say("まだです")
        assert conversation.advice["facts"]["spent_already"] is False


def _let_pass(database: Path, minutes: int) -> None:
    """Makes the latest conversation as old as if so much time had gone by."""
    with closing(sqlite3.connect(database)) as store, store:
        events = "SELECT id, timestamp, data FROM events WHERE sender_id = ?"
        for number, timestamp, data in store.execute(events, _latest(store)).fetchall():
            event = json.loads(data) | {"timestamp": timestamp - minutes * MINUTE}
            store.execute(
                "UPDATE events SET timestamp = ?, data = ? WHERE id = ?",
                (event["timestamp"], json.dumps(event), number),
            )


def _sessions(database: Path) -> int:
    """How many sessions the latest conversation has had."""
    with closing(sqlite3.connect(database)) as store:
        began = "SELECT count(*) FROM events WHERE type_name = 'session_started' AND sender_id = ?"
        return int(store.execute(began, _latest(store)).fetchone()[0])


def _latest(store: sqlite3.Connection) -> tuple[str]:
    sender: tuple[str] = store.execute("SELECT sender_id FROM events ORDER BY id DESC LIMIT 1").fetchone()
    return sender
