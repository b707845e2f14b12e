"""The sentences and labels of the staff console, from `data/texts.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

DATA = Path(__file__).parent / "data" / "texts.yml"

Words = dict[str, str]


class StaffTexts(BaseModel):
    """All of them, by where they are used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    refusals: Words
    login: Words
    roles: Words
    confidence: Words
    statuses: Words
    origins: Words
    steps: Words
    transcript: Words
    skip_reasons: Words
    states: Words
    programme_parts: Words
    sheet: Words
    hints: Words
    consent: Words
    urgency: Words
    anonymous: str
    wants: str
    nothing: str
    nothing_open: str
    told: Words
    amount: Words
    next_steps: Words
    year: str
    unknown_own: str
    mine: str
    csv: list[str]
    actions: Words
    scripts: Words
    """What the page says by itself; `continue.js` its `unreachable`."""


@lru_cache(maxsize=1)
def load_staff_texts() -> StaffTexts:
    """Read and check them, once."""
    return StaffTexts.model_validate(yaml.safe_load(DATA.read_text(encoding="utf-8")))
