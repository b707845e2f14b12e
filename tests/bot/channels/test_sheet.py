"""The consultation sheet: complete, and everything on it is text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from rasa_stand_in import COMPLETE, advice, text

from knowledge import load_knowledge

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }} \"'&"


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        """Note the tag."""
        self.tags.append(tag)

    def handle_data(self, data):
        """Note the words."""
        self.words += data


def sheet(talk) -> str:
    response = talk.client.get(f"{talk.path}/sheet", headers=talk.headers)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    return response.text


def test_the_sheet_has_all_that_the_desk_needs(talk):
    talk.say("中国で当社の商標が勝手に登録されました")
    talk.choose("jp_trademark.yes")
    words = Page(sheet(talk)).words
    desk = load_knowledge().desk
    own_words = words[words.index("本人の言葉") : words.index("お困りごと・希望")]
    assert "中国で当社の商標が勝手に登録されました" in own_words
    assert "はい" not in own_words
    assert re.search(r"\d{8}-[0-9A-F]{8}", words)
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", words)
    assert "2022年度" in words
    for said in (
        "対象となる可能性があります",
        "1,600,000円",
        "800,000円",
        "2/3",
        "中国",
        "2,400,000円",
        desk.phone,
        desk.email,
    ):
        assert said in words, said
    for fact in COMPLETE:
        assert load_knowledge().facts[fact].label in words, fact
    route = talk.read()["advice"]["routes"][0]
    for said in (route["name"], *(c["text"] for c in route["conditions"]), *route["self_checks"]):
        assert said in words, said
    for step in route["estimate"]["steps"]:
        assert step["expression"] in words
        assert step["basis"]["document"] in words
    assert "受け取りました: /answer" in words  # the stand-in's reply, in the record of what was said


def test_open_facts_are_named_and_what_is_unknown_is_no_figure(talk, rasa):
    facts = {"problems": ["counterfeit"], "countries": ["VN"], "evidence": None}
    rasa.answer = lambda _request: [text("うかがいます"), advice(facts)]
    talk.say("ベトナムで偽物が売られています")
    words = Page(sheet(talk)).words
    known, _, rest = words.partition("まだわかっていないこと")
    open_facts = rest.partition("制度の見立て")[0]
    labels = {fact: item.label for fact, item in load_knowledge().facts.items()}
    for fact in ("right_in_country", "evidence", "deemed_large", "spent_already"):
        assert labels[fact] in open_facts
    assert "ベトナム" in known
    assert "確認が必要です" in words
    assert "4,000,000円" in words
    assert "0円" not in words.replace("000円", "")


def test_an_empty_conversation_has_a_sheet_too(talk):
    words = Page(sheet(talk)).words
    assert load_knowledge().desk.phone in words
    assert "まだ示していません" in words


def test_unlikely_has_no_amount(talk, rasa):
    rasa.answer = lambda _request: [text("対象外です"), advice({**COMPLETE, "jp_trademark": False})]
    talk.say("相談")
    words = Page(sheet(talk)).words
    assert "対象外の見込みです" in words
    assert "補助金の目安" not in words


def test_lists_ranges_and_unknown_costs_are_said_in_words(talk, rasa):
    facts = {
        "problems": ["foreign_filing"],
        "applications": [
            {"right_type": "patent", "count": 2, "cost_yen": [1_000_000, 1_500_000]},
            {"right_type": "trademark", "count": 3},
        ],
    }
    rasa.answer = lambda _request: [text("了解"), advice(facts)]
    talk.say("相談")
    words = Page(sheet(talk)).words
    vocabulary = load_knowledge().vocabulary
    assert f"{vocabulary.right_types['patent']} 2件 1件 1,000,000円～1,500,000円" in words
    assert f"{vocabulary.right_types['trademark']} 3件 1件 未確認" in words


def test_everything_that_is_said_is_text(talk, rasa):
    hostile = advice(COMPLETE)
    hostile["custom"]["routes"][0]["name"] = HOSTILE
    hostile["custom"]["assumptions"] = [HOSTILE]
    rasa.answer = lambda _request: [text(HOSTILE), hostile]
    talk.say(HOSTILE)
    content = sheet(talk)
    page = Page(content)
    assert "img" not in page.tags
    assert page.tags.count("script") == 1
    assert "49" not in page.words.partition("本人の言葉")[2].partition("わかっていること")[0]
    # Own words, the list of programmes, the programme, an assumption, two lines of the record.
    assert page.words.count(HOSTILE) == 6


def test_no_script_or_style_stands_in_the_page_itself(server, talk):
    for content in (sheet(talk), server.client.get("/").text):
        assert not re.search(r"<script(?![^>]*\ssrc=)", content)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", content)
        assert not re.search(r"(src|href)=.(https?:)?//", content)
