"""Writes docs/settings.md from the descriptions in `settings.py`: `python -m bot.channels.settings_page`."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from bot.channels.settings import Settings

PAGE = Path("docs/settings.md")

_HEAD = """# Settings

Environment variables, checked when a process starts; a value that cannot be used is named, with what to do.
Every default is right for one machine. This page is written by `make docs` from `bot/channels/settings.py`.

| variable | default | what it is |
|---|---|---|
"""
_TAIL = """
`NAVI_MODEL` names the trained model (default: trained into `models/` when missing or older than its inputs).
Beside it stands its sha256 (`<model>.sha256`, written when it is trained); another model is refused.
Training deletes the earlier models in `models/`, but not the named one.
The action server reads `NAVI_FISCAL_YEAR` only. Where Rasa finds the action server, its tracker store and its
lock store is written by `bot/serve.py` into `endpoints.yml` of the data directory, from the variables above.
"""


def page() -> str:
    """The page's text."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        empty = default in (None, "", PydanticUndefined) or default == []
        shown = "" if empty else f"`{default}`"
        rows.append(f"| `NAVI_{name.upper()}` | {shown} | {field.description} |\n")
    return _HEAD + "".join(rows) + _TAIL


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
