"""The page on security names tests that exist, and every door has a test for each threat."""

from __future__ import annotations

import re

from bot.train import ROOT

PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)


def test_every_test_that_is_named_exists() -> None:
    assert len(NAMED) > 50
    missing = [
        f"{path}::{name}"
        for path, name in NAMED
        if not (ROOT / path).exists()
        or not re.search(
            rf"^(?:async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert [] == missing


def test_every_threat_has_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| [STRIDE] \|", line)]
    assert len(rows) > 40
    assert [] == [row for row in rows if "`tests/" not in row and "`make " not in row]


def test_every_kind_of_threat_is_thought_of_at_the_public_door() -> None:
    web = PAGE.partition("### Web API")[2].partition("###")[0]
    assert set("STRIDE") == set(re.findall(r"^\| ([STRIDE]) \|", web, re.MULTILINE))


def test_every_setting_that_is_named_exists() -> None:
    settings = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert [] == [name for name in set(re.findall(r"NAVI_[A-Z_]+", PAGE)) if f"`{name}`" not in settings]
