"""The menu below the talk, and the settings that open the door."""

from __future__ import annotations

import pytest
import yaml
from line_stand_in import TOKEN, check_rich_menu

from bot.channels.__main__ import main
from bot.channels.inbox.texts import load_inbox_texts
from bot.channels.line.data import meaning
from bot.channels.line.rich_menu import DEFINITION


@pytest.fixture
def credentials(monkeypatch, tmp_path, line) -> None:
    for name, value in {
        "LINE_CHANNEL_SECRET": "secret",
        "LINE_ACCESS_TOKEN": TOKEN,
        "LINE_API_URL": line.url,
        "LINE_DATA_API_URL": line.url,
        "DATA_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(f"NAVI_{name}", value)


def test_the_menu_is_set_up_by_a_command(credentials, line):
    assert 0 == main(["line", "menu"])
    (made,) = line.menus
    assert made["id"] == line.default_menu
    assert made["picture"].startswith(b"\x89PNG")


def test_a_menu_that_is_set_up_again_takes_the_place_of_its_older_ones(credentials, line):
    """Those of others stay: somebody made them for something."""
    assert 0 == main(["line", "menu"])
    (before,) = line.menus
    others = {
        "id": "richmenu-of-others",
        "menu": before["menu"] | {"name": "年末のお知らせ"},
        "picture": b"x",
    }
    line.menus.append(others)
    assert 0 == main(["line", "menu"])
    kept, made = line.menus
    assert others == kept
    assert made["id"] == line.default_menu != before["id"]


def test_every_part_of_the_menu_is_a_command():
    menu = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    check_rich_menu(menu)
    commands = load_inbox_texts().commands
    for area in menu["areas"]:
        action = area["action"]
        kind, name = meaning(action["data"])
        assert ("command", commands[name].label) == (kind, action["displayText"])


def test_a_wrong_token_is_said(credentials, monkeypatch, capsys, line):
    monkeypatch.setenv("NAVI_LINE_ACCESS_TOKEN", "wrong")
    assert 1 == main(["line", "menu"])
    assert "check NAVI_LINE_ACCESS_TOKEN" in capsys.readouterr().err
    assert ["/v2/bot/richmenu/list: Authentication failed"] == line.refusals
    line.refusals.clear()


@pytest.mark.parametrize(
    ("unset", "said"),
    [
        (["NAVI_LINE_ACCESS_TOKEN"], "NAVI_LINE_ACCESS_TOKEN is not set"),
        (["NAVI_LINE_ACCESS_TOKEN", "NAVI_LINE_CHANNEL_SECRET"], "LINE is off: set"),
    ],
)
def test_missing_credentials_are_said(credentials, monkeypatch, capsys, unset, said):
    for name in unset:
        monkeypatch.delenv(name)
    assert 1 == main(["line", "menu"])
    assert said in capsys.readouterr().err
