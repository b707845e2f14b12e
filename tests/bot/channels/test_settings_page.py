"""The page of settings says what the settings are."""

from __future__ import annotations

from pathlib import Path

from bot.channels.settings import Settings
from bot.channels.settings_page import PAGE, page

ROOT = Path(__file__).parents[3]


def test_the_page_is_what_the_settings_say():
    assert page() == (ROOT / PAGE).read_text(encoding="utf-8"), "run `make docs`"


def test_every_setting_is_described():
    assert [] == [name for name, field in Settings.model_fields.items() if not field.description]
