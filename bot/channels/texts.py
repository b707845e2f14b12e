"""The sentences that channels say themselves, from `data/texts.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from bot.channels.errors import ChannelError, Code

DATA = Path(__file__).parent / "data" / "texts.yml"


class Texts(BaseModel):
    """All sentences, by where they are used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    errors: dict[Code, str]
    verdicts: dict[str, str]
    results: dict[str, str]
    caps: dict[str, str]
    basis_kinds: dict[str, str]
    statuses: dict[str, str]
    values: dict[str, str]
    title: str
    speakers: dict[Literal["person", "bot"], str]
    unanswered: str
    words: dict[str, str]
    """What the widget says."""
    done_facts: list[str]

    @model_validator(mode="after")
    def _an_error_text_each(self) -> Texts:
        missing = [code.value for code in Code if code not in self.errors]
        if missing:
            raise ValueError(f"errors without a text: {', '.join(missing)}")
        return self

    def error(self, error: ChannelError, desk: dict[str, str]) -> str:
        """The sentence for an error, with the desk's name, phone and email where it gives them."""
        return self.errors[error.code].format(**{**desk, **error.values})


@lru_cache(maxsize=1)
def load_texts() -> Texts:
    """Read and check the sentences, once."""
    return Texts.model_validate(yaml.safe_load(DATA.read_text(encoding="utf-8")))
