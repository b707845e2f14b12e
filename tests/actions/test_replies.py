"""Yes, no or not known, read from a reply to the open question."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from actions.replies import (
    denies_a_part,
    is_question,
    reply_to,
    says_unknown,
    speaks_of_else,
    tells_of_filing_only,
    value_of,
)


@pytest.mark.parametrize(
    ("fact", "text", "expected"),
    [
        ("jp_trademark", "日本ではまだ取っていないんです", "no"),
        ("jp_trademark", "ええ、十年前に登録しました", "yes"),
        ("jp_trademark", "出願中です", "no"),
        ("right_in_country", "日本でしか登録していません", "no"),
        ("right_in_country", "日本だけです", "no"),
        ("right_in_country", "せやで、向こうで商標取っとる", "yes"),
        ("spent_already", "見積もりをもらっただけです", "no"),
        ("spent_already", "いや、まだ一銭も払うてへん", "no"),
        ("spent_already", "手付を払いました", "yes"),
        ("spent_already", "出願したいと思っています", None),
        ("spent_already", "もう弁護士と契約しちゃおうかと", None),
        ("spent_already", "弁護士と契約しちゃいました", "yes"),
        ("opponent_foreign", "いや、日本のメーカーの現地法人なんですよ", "no"),
        ("opponent_foreign", "調べていないので何とも言えません", "unknown"),
        ("evidence", "たぶんあると思います", "unknown"),
        # "Yes, there is none" says that there is none.
        ("evidence", "はい、ありません", "no"),
        # A no that goes with words of a yes is neither.
        ("spent_already", "いや、もう払いました", None),
        # Anger, courtesy and questions answer nothing, though they end in a negation.
        ("right_in_country", "ふざけるな、役に立たない", None),
        ("right_in_country", "申し訳ないです", None),
        ("right_in_country", "日本で登録していれば問題ないですか", None),
        ("evidence", "ぬるぽ", None),
        # Not to be large is to be small; to have nothing to do with a large firm is neither.
        ("is_sme", "大企業ではないです", "yes"),
        ("is_sme", "そんな大きくないよ", "yes"),
        ("is_sme", "中小ではありません", "no"),
        # What an estimate comes to is a cost; to have no more than an estimate is to have paid nothing.
        ("spent_already", "150万円の見積もりです", None),
        ("spent_already", "見積もりは150万円です", None),
        ("spent_already", "見積もりの段階です", "no"),
        ("will_to_use", "取り戻したら台北で店だしますよ", "yes"),
        # Only so much of a country is no payment denied.
        ("spent_already", "アメリカだけ", None),
        ("spent_already", "未着手でございます", "no"),
        ("spent_already", "相談しただけ", "no"),
        # Whether a right still stands.
        ("right_in_country", "登録したけど切れてるかも", "unknown"),
        ("right_in_country", "登録していて、切れていません", "yes"),
        ("jp_trademark", "去年失効しました", "no"),
    ],
)
def test_a_reply_is_read_under_its_question(fact: str, text: str, expected: str | None) -> None:
    assert expected == reply_to(fact, text)


@pytest.mark.parametrize(("endings", "expected"), [("done", "yes"), ("not_done", "no")])
def test_a_reply_says_the_same_in_every_dialect(endings: str, expected: str) -> None:
    path = Path(__file__).parents[1] / "bot" / "data" / "endings.yml"
    said = [f"登録{ending}" for ending in yaml.safe_load(path.read_text(encoding="utf-8"))[endings]]
    assert {text: reply_to("jp_trademark", text) for text in said} == dict.fromkeys(said, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("まだ裁判にはなってない", True), ("警告も裁判もありません", False), ("裁判になりました", False)],
)
def test_no_suit_yet_does_not_say_that_there_was_no_warning(text: str, expected: bool) -> None:
    assert denies_a_part("accused", text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("会員ですわ", True),
        ("左様でございます", False),
        ("警告書でしたら届いております", False),
        ("去年です", False),
    ],
)
def test_a_word_that_was_not_asked_for_is_seen(text: str, expected: bool) -> None:
    assert speaks_of_else(text, "海外から、警告状や訴状が届いていますか。はいいいえ") is expected


def test_a_long_text_is_no_reply() -> None:
    assert reply_to("evidence", "写真があります。" * 10) is None


@pytest.mark.parametrize(
    "text", ["わかりません", "担当に聞かないと分からない", "未定です", "見当がつきません"]
)
def test_not_knowing_has_many_words(text: str) -> None:
    assert says_unknown(text)


@pytest.mark.parametrize("text", ["取消審判です", "補助率がわかりますか"])
def test_what_is_known_or_asked_is_not_unknown(text: str) -> None:
    assert not says_unknown(text)


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("policy_year", "今回が初めてです", 1),
        ("policy_year", "二年目に入ります", 2),
        ("dispute_type", "うちの名前を先に登録されたんです", "squatted_right"),
        ("dispute_type", "相手はトロールです", "non_practising"),
        # Two values at once are none.
        ("dispute_type", "先に取られた実用新案です", None),
        ("evidence", "初めてです", None),
    ],
)
def test_a_word_stands_for_a_value_of_the_open_question(fact: str, text: str, value: object) -> None:
    assert value == value_of(fact, text)


def test_a_filing_is_no_payment() -> None:
    """What is examined was filed before; only payment or an order is a cost."""
    assert tells_of_filing_only("中国に出した特許の審査で費用がかかります")
    assert not tells_of_filing_only("中国に出した特許の審査請求料をもう払いました")


def test_a_question_is_told_by_its_ending() -> None:
    assert is_question("弁理士の費用も対象になりますか")
    assert not is_question("対象になりません")
