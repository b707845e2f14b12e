"""Short codes by which a conversation goes on in another channel, with the person's consent.

`offer` makes a code that can be said on the phone; who says it within its time has the conversation. Only a
keyed hash of it is kept, it works once, and guessing is limited where codes are typed.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Literal

from sqlalchemy import delete, insert, select, update  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.tables import handovers
from bot.channels.tokens import keyed_digest
from bot.text import normalise

Direction = Literal["to_staff", "to_web"]

DIGITS = 10
"""Length of a code: with the limits on guessing and its short life, ten digits cannot be guessed."""


class Handovers:
    """Blocking: call it in a worker thread. Every method may raise `StoreAwayError`."""

    def __init__(
        self, database: Database, key: bytes, *, lifetime: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._key = key
        self._lifetime = lifetime
        self._clock = clock

    def offer(self, conversation: str, direction: Direction = "to_staff") -> str:
        """A code for a conversation, as it is said: `12345 67890`. Earlier ones are good no more.

        Args:
            conversation: Its id.
            direction: Who is to use it: an operator, or the person in the web chat.
        """
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        now = int(self._clock())
        with self._database.writing() as connection:
            connection.execute(delete(handovers).where(handovers.c.expires_at <= now))
            connection.execute(
                delete(handovers).where(
                    handovers.c.conversation == conversation, handovers.c.direction == direction
                )
            )
            connection.execute(
                insert(handovers).values(
                    code=self._hash(code, direction),
                    conversation=conversation,
                    direction=direction,
                    created_at=now,
                    expires_at=now + self._lifetime,
                )
            )
        return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"

    def use(self, code: str, direction: Direction) -> str | None:
        """The conversation of a code, once; None if there is none such."""
        digits = re.sub(r"\D", "", normalise(code))
        if len(digits) != DIGITS:
            return None
        now = int(self._clock())
        hashed = self._hash(digits, direction)
        with self._database.writing() as connection:
            fresh = handovers.c.used_at.is_(None) & (handovers.c.expires_at > now)
            taken = update(handovers).where(handovers.c.code == hashed, fresh).values(used_at=now)
            if connection.execute(taken).rowcount == 0:
                return None
            found: str = connection.execute(
                select(handovers.c.conversation).where(handovers.c.code == hashed)
            ).scalar_one()
            return found

    def _hash(self, code: str, direction: Direction) -> str:
        # Keyed: ten digits are too few for a plain hash to hide.
        return keyed_digest(self._key, f"{direction} {code}").hex()
