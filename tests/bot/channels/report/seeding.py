"""A store full of made-up conversations, with everything that the report counts."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import insert

from bot.channels.database import Database
from bot.channels.staff.tables import accounts, cases, examples
from bot.channels.tables import advice, conversations, feedback, handovers, messages
from knowledge import assess
from tests.programmes import PROGRAMMES

Rows = dict[Any, list[dict[str, Any]]]

DAY = 86_400
FIRST = 1_793_458_800
"""1 November 2026, 0:00 in Japan."""
DAYS = 30
_CHANNELS = ("web", "web", "web", "phone", "line", "slack")
_PHONE = "090-1234-5678"
_MET = {
    **{"applicant": "corporation", "is_sme": True, "deemed_large": False, "spent_already": False},
    **{"jp_application": True, "right_in_country": True, "evidence": True, "accused": False},
    **{"jp_trademark": True, "will_to_use": True, "measure": "invalidation", "chamber_member": True},
}
"""What meets every condition of four programmes: such cases are likely and need no desk."""


def fill(database: Database, count: int, seed: int = 11) -> None:
    """Puts in so many conversations of November 2026, a few of them on its very edges."""
    draw = random.Random(seed)
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (conversations, messages, advice, feedback)
    }
    answers = _advices(draw)
    for number in range(count):
        at = FIRST + draw.randrange(DAYS * DAY)
        # The first and last second of the month belong to it; the one before and the one after do not.
        at = {0: FIRST, 1: FIRST + DAYS * DAY - 1, 2: FIRST - 1, 3: FIRST + DAYS * DAY}.get(number, at)
        _conversation(rows, f"c{number}", at, draw, answers)
    with database.writing() as connection:
        for table, content in rows.items():
            connection.execute(insert(table), content)
        _console(connection, draw)


def _advices(draw: random.Random) -> list[dict[str, Any]]:
    """Advices of some cases, as the knowledge gives them."""
    found = []
    for _ in range(40):
        facts: dict[str, Any] = {"problems": draw.sample(PROGRAMMES, draw.choice((1, 1, 1, 2)))}
        facts["countries"] = draw.sample(("CN", "US", "VN", "KR", "EP", "TH"), draw.choice((0, 1, 1, 2)))
        if draw.random() < 0.5:
            facts |= {"applicant": "corporation", "is_sme": True, "deemed_large": False}
        if draw.random() < 0.3:
            facts["spent_already"] = draw.random() < 0.5
        if draw.random() < 0.3:
            facts |= _MET
        found.append(assess(facts, 2022, "2026-11-01").to_json())
    return found


def _conversation(
    rows: dict[Any, list[dict[str, Any]]],
    id: str,
    at: int,
    draw: random.Random,
    answers: list[dict[str, Any]],
) -> None:
    rows[conversations].append(
        {"id": id, "channel": draw.choice(_CHANNELS), "created_at": at, "spoke_at": at}
    )
    rows[messages].append(_message(id, 1, "bot", "こんにちは", at))
    turns = draw.choice((0, 1, 2, 4, 5, 6, 7))
    ends = turns > 3 and draw.random() < 0.8
    content = draw.choice(answers)
    for turn in range(turns):
        number, last = 2 + 2 * turn, turn == turns - 1
        understood = draw.random() > 0.1
        said = f"電話は{_PHONE}です。よろしく" if not understood else f"こたえ{turn}"
        of_turn = {
            "understood": understood,
            "asked": None if ends and last else "is_sme",
            "milliseconds": draw.randrange(40, 900),
            "answered": True,
            "choice": "is_sme.company" if draw.random() < 0.3 else None,
        }
        rows[messages].append(_message(id, number, "person", said, at + 10 * turn) | of_turn)
        final = {"reply_to": number, "final": ends and last}
        rows[messages].append(_message(id, number + 1, "bot", "はい", at + 10 * turn) | final)
    if turns:
        rows[advice].append({"conversation": id, "content": content, "created_at": at})
    if ends and draw.random() < 0.4:
        helpful = draw.random() < 0.7
        comment = None if helpful else f"金額が違う。{_PHONE}へ"
        rating = {"conversation": id, "message": 1 + 2 * turns, "helpful": helpful, "comment": comment}
        rows[feedback].append(rating | {"created_at": at + 100})


def _message(conversation: str, number: int, role: str, text: str, at: int) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("reply_to", "final", "choice", "key", "answered", "understood", "asked", "milliseconds")
    )
    return empty | {
        "conversation": conversation,
        "number": number,
        "role": role,
        "text": text,
        "created_at": at,
        "options": [],
    }


def _console(connection: Any, draw: random.Random) -> None:
    """Calls of one operator, some with a correction, and codes."""
    name = "seeded"
    person = {"name": name, "display": "集計", "role": "operator", "password": "-", "disabled": True}
    connection.execute(insert(accounts), [person | {"shortcuts": False, "created_at": FIRST}])
    calls, wrong, codes = [], [], []
    for number in range(60):
        at, id = FIRST + draw.randrange(DAYS * DAY), f"case{number}"
        calls.append(
            {
                "id": id,
                "number": f"202611-{number}",
                "conversation": f"call{number}",
                "origin": "phone",
                "owner": name,
                "shared": False,
                "status": "confirmed",
                "version": 1,
                "fields": {},
                "draft": "",
                "words": "",
                "created_at": at,
                "updated_at": at,
                "updated_by": name,
            }
        )
        if number % 5 == 0:
            meant = draw.choice((*PROGRAMMES, None))
            wrong.append(
                {
                    "case": id,
                    "text": f"{_PHONE}の件",
                    "found": draw.choice(PROGRAMMES),
                    "meant": meant,
                    "account": name,
                    "created_at": at,
                }
            )
        if number % 3 == 0:
            code = {"code": f"h{number}", "conversation": f"c{number}", "direction": "desk", "created_at": at}
            codes.append(code | {"expires_at": at + DAY, "used_at": at if number % 2 else None})
    connection.execute(insert(cases), calls)
    connection.execute(insert(examples), wrong)
    connection.execute(insert(handovers), codes)
