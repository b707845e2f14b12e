"""What Rasa remembers costs the same at any length, and is what its own store would remember."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.database import Database
from bot.channels.tracker import Tracker
from bot.rasa.tracker_store import LONGEST, ConsultationTrackerStore

SENDER = "somebody"
FORM = "consultation_form"
ADVICE = {"type": "advice", "routes": ["長い" * 50]}
DOMAIN = Domain.load("domain.yml")


def turn(number: int) -> list[Event]:
    """One turn; now and then the form ends, a new start is made, or a question in between is answered."""
    parse = {"intent_ranking": [{"name": "inform", "confidence": 1.0}] * 30}
    events: list[Event] = []
    if number == 0:
        events = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    events.append(UserUttered(f"発言{number}", {"name": "inform"}, [], parse, metadata={"message": number}))
    if number % 11 == 10:
        return [*events, ActionExecuted("utter_thanks"), BotUttered("では"), ActionExecuted("action_listen")]
    if number % 9 == 8:
        events += [ActionExecuted("action_start_over"), AllSlotsReset()]
    events.append(ActionExecuted(FORM))
    if number == 0 or number % 7 == 0:
        events.append(ActiveLoop(FORM))
    events += [SlotSet("employees", float(number)), SlotSet(("is_sme", "evidence")[number % 2], True)]
    if number % 7 == 6:
        events += [SlotSet("requested_slot", None), ActiveLoop(None), ActionExecuted("action_give_advice")]
    else:
        events.append(SlotSet("requested_slot", "is_sme"))
    return [
        *events,
        BotUttered(None, {"custom": ADVICE}),
        BotUttered(f"返事{number}"),
        ActionExecuted("action_listen"),
    ]


def take(store: SQLTrackerStore, number: int) -> DialogueStateTracker:
    """Lets a store remember one more turn."""

    async def run() -> DialogueStateTracker:
        tracker = await store.get_or_create_tracker(SENDER, append_action_listen=False)
        for event in turn(number):
            tracker.update(event, DOMAIN)
        await store.save(tracker)
        return tracker

    return asyncio.run(run())


def remembered(store: SQLTrackerStore) -> DialogueStateTracker | None:
    return asyncio.run(store.retrieve(SENDER))


def standing(tracker: DialogueStateTracker | None) -> dict[str, Any]:
    """What policies and actions see of a conversation."""
    assert tracker is not None
    return {
        "slots": tracker.current_slot_values(),
        "form": tracker.active_loop_name,
        "action": tracker.latest_action_name,
        "message": tracker.latest_message and tracker.latest_message.text,
        "states": DOMAIN.states_for_tracker_history(tracker)[-3:],
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rasa.db"


def store_at(path: Path, kind: type[SQLTrackerStore] = ConsultationTrackerStore) -> SQLTrackerStore:
    return kind(domain=DOMAIN, dialect="sqlite", db=str(path))


def rows(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT type_name, data FROM events ORDER BY id").fetchall()


def test_a_long_conversation_stands_as_in_rasas_own_store(path: Path, tmp_path: Path) -> None:
    """Both where it stayed in the process and where it is read anew, after every turn."""
    store, own = store_at(path), store_at(tmp_path / "own.db", SQLTrackerStore)
    for number in range(40):
        take(store, number)
        take(own, number)
        expected = standing(remembered(own))
        assert expected == standing(remembered(store_at(path))), number
        assert expected == standing(remembered(store)), number


def test_what_is_kept_does_not_grow(path: Path) -> None:
    store = store_at(path)
    sizes = []
    for number in range(80):
        sizes.append(len(take(store, number).events))
        assert sum(kind == "user" for kind, _ in rows(path)) <= LONGEST
    assert max(sizes[20:]) == max(sizes)
    assert len(rows(path)) <= max(sizes)


def test_calls_of_actions_do_not_carry_the_advice_of_earlier_turns(path: Path) -> None:
    store = store_at(path)
    for number in range(3):
        take(store, number)
    for tracker in (remembered(store), remembered(store_at(path))):
        assert tracker is not None
        said = [event for event in tracker.events if isinstance(event, BotUttered)]
        assert said
        # The newest one stays: the next says what has changed since.
        assert [ADVICE] == [event.data["custom"] for event in said if event.data.get("custom")]


def test_what_was_said_can_be_said_again_whole(path: Path) -> None:
    store = store_at(path)
    take(store, 0)
    take(store, 1)
    full = asyncio.run(store.retrieve_full_tracker(SENDER))
    assert full is not None
    assert [ADVICE, ADVICE] == [
        event.data["custom"]
        for event in full.events
        if isinstance(event, BotUttered) and event.data.get("custom")
    ]


def test_what_another_process_wrote_is_seen(path: Path) -> None:
    here, there = store_at(path), store_at(path)
    for number in range(2 * LONGEST):
        take((here, there)[number % 2], number)
    for store in (here, there):
        tracker = remembered(store)
        assert tracker is not None
        assert tracker.latest_message.text == f"発言{2 * LONGEST - 1}"
        assert standing(tracker) == standing(remembered(store_at(path)))


def test_a_turn_that_failed_leaves_no_trace(path: Path) -> None:
    store = store_at(path)
    take(store, 0)
    expected, before = standing(remembered(store)), rows(path)
    take(store, 1)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM events WHERE id > ?", (len(before),))
    assert expected == standing(remembered(store))
    half = remembered(store)
    assert half is not None
    half.update(SlotSet("is_sme", False))
    assert expected == standing(remembered(store))


def test_what_was_forgotten_is_gone(path: Path) -> None:
    store = store_at(path)
    take(store, 0)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM events")
    assert remembered(store) is None
    take(store, 0)
    assert 1 == sum(kind == "user" for kind, _ in rows(path))


def test_words_that_were_taken_back_are_gone_from_the_process_too(path: Path) -> None:
    """Channels take them back in the database, where Rasa's process does not see it happen."""
    store = store_at(path)
    take(store, 0)
    take(store, 1)
    database = Database(f"sqlite:///{path}", own=False)
    Tracker(database).take_back(SENDER, 0)
    database.close()
    tracker = remembered(store)
    assert tracker is not None
    assert ["", "発言1"] == [event.text for event in tracker.events if isinstance(event, UserUttered)]
