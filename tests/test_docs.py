"""Documentation says what is so: links resolve, commands exist, ids and settings stand in it."""

from __future__ import annotations

import argparse
import re
from functools import cache
from pathlib import Path

import pytest

from bot import learn
from bot.channels import __main__ as channels
from bot.channels.settings import Settings
from bot.train import ROOT
from knowledge import __main__ as knowledge_commands
from knowledge import load_knowledge

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PARSERS = {
    "knowledge": knowledge_commands._parser,
    "bot.channels": channels._parser,
    "bot.learn": learn._parser,
}
_LINK = re.compile(r"\[[^\]]+\]\((?!https?:|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
_NAMED_FILE = re.compile(
    r"`((?:knowledge|actions|bot|tests|docs|bench|tools)/[\w./-]+\.(?:py|yml|md|html|js|css))`"
)
_WALKED = {"bot/channels/terminal.py", "bot/data/nlu/trade_secret.yml"}
"""Files that a walk writes."""


@cache
def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def written() -> str:
    return "\n".join(read(page) for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_named_files_exist(page):
    assert [link for link in _LINK.findall(read(page)) if not (page.parent / link).exists()] == []
    if "howto" not in page.parts:
        named = set(_NAMED_FILE.findall(read(page))) - _WALKED
        assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4})(?:NAVI_\S+ )*make ([a-z]+)(?=[ `])", written(), re.MULTILINE))
    assert named - targets == set()
    assert {"run", "test", "train", "docs", "evaluate"} <= named


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_a_readme_begins_with_two_commands_and_ci_runs_the_second(readme):
    """The others follow below, and `tests/bot/channels/test_first_hour.py` runs them."""
    first = read(ROOT / readme).split("\n## ")[0]
    assert ["make run", "make test"] == re.findall(r"^ {4}(\S+ \S+)  ", first, re.MULTILINE)
    assert "```sh" not in first
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("module", PARSERS)
def test_commands_that_are_named_exist_and_every_command_is_named(module):
    known = commands(PARSERS[module]())
    called = re.escape(module)
    named = set(re.findall(rf"python -m {called} ([a-z]+)", written()))
    for several in re.findall(rf"python -m {called} \{{([a-z,]+)\}}", written()):
        named |= set(several.split(","))
    assert named - known == set()
    assert known - named == set()


def commands(parser: argparse.ArgumentParser) -> set[str]:
    """Its subcommands."""
    (found,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return set(found.choices)


def test_every_programme_fact_and_setting_stands_in_the_documents():
    knowledge = load_knowledge()
    settings = [f"NAVI_{name.upper()}" for name in Settings.model_fields]
    names = [*knowledge.programmes, *knowledge.facts, *settings]
    assert [name for name in names if f"`{name}`" not in written()] == []


def test_words_of_the_glossary_are_those_of_the_data():
    """The ids that the glossary names are real, and both READMEs lead to each other."""
    glossary = read(ROOT / "docs" / "glossary.md")
    assert all(f"`{verdict}`" in glossary for verdict in ("likely", "unclear", "unlikely"))
    assert "(README.ja.md)" in read(ROOT / "README.md")
    assert "(README.md)" in read(ROOT / "README.ja.md")
