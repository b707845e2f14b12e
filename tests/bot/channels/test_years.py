"""Each fiscal year says itself what its figures are of: only that of a draft budget says 予算案."""

from __future__ import annotations

import pytest

from actions.wording import handover_text
from bot.channels.inbox.cards import Cards
from bot.channels.inbox.texts import load_inbox_texts
from bot.channels.messages import Message, Transcript
from bot.channels.staff.cases import Case
from bot.channels.staff.rendering import rendered
from bot.channels.staff.sheet import Source, content
from bot.channels.texts import load_texts
from bot.channels.web.sheet import sheet_text
from bot.channels.web.wording import Wording
from knowledge import assess, load_knowledge

FACTS = {"problems": ["counterfeit"], "costs": {"counterfeit": 1_500_000}}
CASE = Case("c", "20261123-0000", "t", "phone", "tanaka", False, "draft", 1, {}, "", 0, 0, "tanaka")


@pytest.fixture(params=sorted(load_knowledge().years))
def advice(request):
    return assess(FACTS, request.param).to_json()


@pytest.fixture
def sheets(advice, server):
    """The sheets of the web and of the console, and the text for the desk."""
    said = Message(1, "person", "偽物が出回っています", 0, [], answered=True)
    source = Source(
        CASE,
        [],
        advice,
        [],
        [],
        {},
        server.services.knowledge,
        load_texts(),
        server.services.desk,
        advice["fiscal_year"],
    )
    of_the_console = content(source)
    return {
        "handover": handover_text(advice),
        "web": sheet_text(Transcript("t", 0, [said], advice, {}), server.services),
        "console": rendered("record.txt", server.services, sheet=of_the_console, case=CASE),
    }


def test_each_sheet_says_what_the_figures_of_its_year_are(sheets, advice):
    year = load_knowledge().year(advice["fiscal_year"]).year
    for name, text in sheets.items():
        assert year.label in text, name
        assert year.provisional.text in text, name


def test_only_a_draft_budget_is_called_one(sheets, advice):
    knowledge = load_knowledge()
    year = advice["fiscal_year"]
    cards = Cards(load_texts(), load_inbox_texts(), Wording(knowledge, load_texts(), year)).of(advice)
    small = [line for card in cards for line in card.small]
    assert any(str(year) in line for line in small)
    is_draft = "予算案" in knowledge.year(year).year.provisional.text
    assert is_draft is (year == 2022)
    if not is_draft:
        # Its bases may well quote a draft budget; what is said of the figures must not.
        told = "\n".join([*small, load_texts().words["provisional"]])
        assert "予算案" not in told
        for name, text in sheets.items():
            assert f"{knowledge.year(year).year.label}の予算案" not in text, name
