"""How log lines look: text for people, JSON for machines; both with the pseudonym of the conversation."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import Literal

from bot.channels.observing import conversation_of_log

Format = Literal["text", "json"]

# These log every call, every look at the tables' release.
_TALKATIVE = ("httpx", "alembic")


def configure(form: Format) -> None:
    """Let everything that is logged from now on look so."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Text(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One line; what went wrong follows on lines of its own."""
        conversation = conversation_of_log.get()
        line = super().format(record)
        return f"{line} conversation={conversation}" if conversation else line


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One object a line."""
        when = datetime.fromtimestamp(record.created, timezone.utc)
        entry: dict[str, object] = {
            "time": when.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if conversation_of_log.get():
            entry["conversation"] = conversation_of_log.get()
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)
