"""What the console reads and writes: transcripts, amounts, warnings, cells of a table."""

from __future__ import annotations

import re

import pytest

from bot.channels.errors import ChannelError
from bot.channels.handover import Handovers
from bot.channels.staff.answers import search
from bot.channels.staff.calls import _without
from bot.channels.staff.cases import Step
from bot.channels.staff.edits import amount, countries, edited, yen
from bot.channels.staff.marks import confidence, pieces, words
from bot.channels.staff.questions import questions, topic
from bot.channels.staff.records import harmless
from bot.channels.staff.texts import DATA, load_staff_texts
from bot.channels.staff.transcript import answers, blocks, is_labelled
from bot.channels.staff.warnings import rules, warnings
from knowledge import load_knowledge

STATIC = DATA.parents[1] / "static"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中国で取られました\n登録済みです", [("caller", "中国で取られました\n登録済みです")]),
        (
            "担当：どうされましたか\n相談者：えーと、中国で\n　商標が\n担当者: はい",
            [("operator", "どうされましたか"), ("caller", "えーと、中国で\n商標が"), ("operator", "はい")],
        ),
        (
            "A: はいもしもし\nB: 中国で\nA: そうですか",
            [("operator", "はいもしもし"), ("caller", "中国で"), ("operator", "そうですか")],
        ),
        ("[10:02] お客様：偽物が\n【窓口】：はい", [("caller", "偽物が"), ("operator", "はい")]),
        # Not labels: a time, an item, a web address.
        ("10:30に電話します", [("caller", "10:30に電話します")]),
        ("費用：240万円", [("caller", "費用：240万円")]),
        ("\n  \n", []),
    ],
)
def test_only_the_caller_s_words_are_the_caller_s(text, expected):
    assert expected == [(block.speaker, block.text) for block in blocks(text, 2000)]


def test_a_long_block_is_cut_and_nothing_is_lost():
    text = "あ" * 25 + "\n" + "い" * 5
    cut = [block.text for block in blocks(text, 10)]
    assert all(len(piece) <= 10 for piece in cut)
    assert "".join(cut).replace("\n", "") == text.replace("\n", "")


def test_an_operator_s_question_is_told_from_talk():
    asked = "同じ商標、または似た商標を、日本で登録されていますか。"
    assert answers(asked, "えー、同じ商標を日本で登録されていますか")
    assert not answers(asked, "少々お待ちください")
    assert is_labelled("相談者：はい") and not is_labelled("はい")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2400000", 2_400_000),
        ("２４０万円", 2_400_000),
        ("1億2000万", 120_000_000),
        ("1.5億", 150_000_000),
        ("200万〜300万", [2_000_000, 3_000_000]),
        ("200から300万", [2_000_000, 3_000_000]),
    ],
)
def test_amounts_are_read_as_people_type_them(text, expected):
    assert expected == amount(text)


@pytest.mark.parametrize("text", ["たくさん", "", "1-2-3", "10ドル", "9" * 30])
def test_what_is_no_amount_is_refused_with_what_was_typed(text):
    with pytest.raises(ChannelError) as raised:
        amount(text) if text else yen(text)
    assert text[:40] in raised.value.values["reason"]


def test_countries_are_read_by_name_and_by_code():
    assert ["CN", "TW", "EP"] == countries("中国、台湾 ep")
    with pytest.raises(ChannelError, match="fact_invalid"):
        countries("火星")


@pytest.mark.parametrize(
    ("fact", "form", "expected"),
    [
        ("jp_trademark", {"state": ["yes"]}, {"jp_trademark": True}),
        ("jp_trademark", {"state": ["unknown"]}, {"jp_trademark": None}),
        ("jp_trademark", {"state": [""]}, {}),
        ("employees", {"state": ["known"], "value": ["1,200人"]}, {"employees": 1200}),
        ("costs", {"state": ["known"], "counterfeit": ["150万"]}, {"costs": {"counterfeit": 1_500_000}}),
        (
            "applications",
            {
                "state": ["known"],
                "right_type-0": ["patent"],
                "count-0": ["2"],
                "cost_yen-0": ["80万"],
                "right_type-1": [""],
            },
            {"applications": [{"right_type": "patent", "count": 2, "cost_yen": 800_000}]},
        ),
    ],
)
def test_a_fact_is_edited_alone(fact, form, expected):
    assert {"accused": True, **expected} == edited({"accused": True, fact: False}, fact, form)


def test_taking_back_a_step_keeps_what_was_said_after_it():
    step = Step("said", "", {"a": 1, "b": 1}, {"a": 2, "b": 2, "c": 3})
    assert {"a": 1, "b": 9, "d": 4} == _without(step, {"a": 2, "b": 9, "c": 3, "d": 4})


@pytest.mark.parametrize(
    ("said", "facts", "expected"),
    [
        (["来週までに返事が要ります"], {}, {"deadline"}),
        (["もう契約してしまって"], {}, {"before_grant"}),
        (["入金はもう済ませました"], {}, {"before_grant"}),
        # What the grant pays is no spending.
        (["補助金って、いつ振り込まれるんですか", "払ってもらえるのはいつ"], {}, set()),
        ([], {"spent_already": True}, {"before_grant"}),
        (["上海の展示会に出ます"], {}, {"exhibition"}),
        ([], {"accused": True}, {"accused"}),
        (["商標を取られました"], {"accused": None, "spent_already": False}, set()),
    ],
)
def test_warnings_stand_by_words_and_by_facts(said, facts, expected):
    assert expected == {warning.id for warning in warnings(said, facts)}


def test_every_warning_says_something_of_the_knowledge():
    faq = {entry.id for entry in load_knowledge().faq}
    for rule in rules():
        assert rule.faq in faq or rule.reason in load_knowledge().desk.reasons
        assert set(rule.facts) <= set(load_knowledge().facts)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\r=x", " =x", "＝1", "\n=x"])
def test_no_cell_is_a_formula(cell):
    assert harmless(cell).startswith("'")
    assert harmless(f"金{cell}") == f"金{cell}"


def test_questions_go_on_as_if_each_were_passed_over():
    facts = {"problems": ["squatted_trademark"]}
    found = [topic(question) for question in questions(facts, 2022, "2022-08-01")]
    assert len(found) == len(set(found)) == 4
    put_off = [topic(question) for question in questions(facts, 2022, "2022-08-01", later=found[:1])]
    assert put_off[0] == found[1]


def test_words_are_marked_where_facts_were_read():
    assert [("中国", ["国・地域"], True), ("で商標", [], False)] == _marked(
        "中国で商標", {"countries": (0, 2)}
    )
    assert ["高", "中", "低"] == [confidence(chance) for chance in (0.9, 0.7, 0.3)]


def test_a_mark_within_another_says_each_name_once_where_it_ends():
    found = {"spent_already": (2, 10), "countries": (2, 4)}
    assert [
        ("来年", [], False),
        ("タイ", ["国・地域"], True),
        ("で出願したい", ["支払いや契約をもう済ませたか"], True),
        ("です", [], False),
    ] == _marked("来年タイで出願したいです", found)


def test_words_stand_as_they_were_typed_where_names_are_masked_and_forms_folded():
    typed = "山田と申します。\n中国で、２４０万円です"
    step = Step(
        "said", typed, {}, {}, _understood("***と申します。 中国で、240万円です", {"costs": (14, 19)})
    )
    assert typed == "".join(piece.text for piece in pieces(step))
    assert ["２４０万円"] == [piece.text for piece in pieces(step) if piece.marked] == words(step, [[14, 19]])


def _marked(text, found):
    step = Step("said", text, {}, {}, _understood(text, found))
    return [(piece.text, piece.names, piece.marked) for piece in pieces(step)]


def _understood(text, found):
    return {"text": text, "facts": [{"fact": fact, "spans": [list(span)]} for fact, span in found.items()]}


@pytest.mark.parametrize(
    ("words", "found"), [("展示会", "desk_exhibition"), ("交付決定って何", "word_grant_decision")]
)
def test_search_finds_what_to_read_out_with_its_sources(words, found):
    hits = search(words, 2022)
    assert found in [hit.id for hit in hits[:3]]
    assert all(hit.sources for hit in hits)
    assert search("ピザの作り方", 2022) == []


def test_a_code_works_once_for_its_own_direction_and_time(server):
    now = 1_000.0
    codes = Handovers(server.services.database, b"k" * 32, lifetime=60, clock=lambda: now)
    first = codes.offer("conversation")
    second = codes.offer("conversation")
    assert codes.use(first, "to_staff") is None
    assert codes.use(second, "to_web") is None
    assert codes.use(f" {second.replace(' ', '-')} ", "to_staff") == "conversation"
    assert codes.use(second, "to_staff") is None
    third = codes.offer("conversation")
    now += 61
    assert codes.use(third, "to_staff") is None


def test_what_scripts_say_stands_in_the_data():
    said = load_staff_texts().scripts
    asked = set()
    for path in sorted(STATIC.glob("*.js")):
        script = path.read_text(encoding="utf-8")
        assert not re.search("[ぁ-んァ-ヶ一-龠]", script), path.name
        asked |= set(re.findall(r"(?:(?<!/)\btexts|form\.dataset)\.(\w+)", script))
    assert asked - {"fact"} == set(said)
