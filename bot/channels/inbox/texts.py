"""The sentences that are said in LINE and Slack only, from `data/texts.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from bot.channels.messages import Options
from bot.text import normalise

DATA = Path(__file__).parent / "data" / "texts.yml"
COMMAND = "!"
"""What the id of one of our own buttons begins with; an option's id never does."""


class Button(BaseModel):
    """A command's button, and the words that stand for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    words: list[str]


class InboxTexts(BaseModel):
    """All sentences, by where they are used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notice: dict[str, str]
    unreadable: str
    by_number: str
    by_number_word: str
    by_words: str
    chosen: str
    closed: str
    sheet_link: str
    sheet_none: str
    desk: str
    desk_alone: str
    confirm_handover: str
    handover: str
    confirm_restart: str
    confirm_forget: str
    forgotten: str
    kept: str
    removed: str
    later: str
    gave_up: str
    commands: dict[str, Button]
    card: dict[str, str]

    def command(self, text: str) -> str | None:
        """The command that a whole message stands for."""
        said = normalise(text).rstrip("。.!")
        for name, button in self.commands.items():
            if said in button.words:
                return name
        return None

    def buttons(self, *names: str) -> Options:
        """Buttons of our own, as options."""
        return [{"id": COMMAND + name, "label": self.commands[name].label} for name in names]


@lru_cache(maxsize=1)
def load_inbox_texts() -> InboxTexts:
    """Read and check the sentences, once."""
    return InboxTexts.model_validate(yaml.safe_load(DATA.read_text(encoding="utf-8")))
