"""What is personal is taken out of text that is kept for another purpose, and nothing else is."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.masking import HIDDEN, mask
from bot.train import ROOT

PERSONAL = [
    ("電話は03-1234-5678です", "電話は〔電話番号〕です"),
    ("０３－１２３４－５６７８へ", "〔電話番号〕へ"),
    ("携帯 090 1234 5678 まで", "携帯 〔電話番号〕 まで"),
    ("09012345678に折り返しください", "〔電話番号〕に折り返しください"),
    ("(03)1234-5678", "〔電話番号〕"),
    ("0120-123-456", "〔電話番号〕"),
    ("+81-90-1234-5678 です", "〔電話番号〕 です"),
    ("+81 (0)3 1234 5678", "〔電話番号〕"),
    ("tanaka.taro+ip@example.co.jpへ返信を", "〔メールアドレス〕へ返信を"),
    ("taro＠example．jp", "〔メールアドレス〕"),
    ("担当の田中です", "担当の〔お名前〕です"),
    ("担当の山田太郎さんが不在", "担当の〔お名前〕さんが不在"),
    ("担当者は佐藤 花子です。", "担当者は〔お名前〕です。"),
    ("担当のスミスと連絡が取れません", "担当の〔お名前〕と連絡が取れません"),
    ("鈴木と申します。中国の商標の件です", "〔お名前〕と申します。中国の商標の件です"),
    ("株式会社ひかりの高橋 一郎と申します", "株式会社ひかりの〔お名前〕と申します"),
    ("担当者名：伊藤、部長です", "担当者名：〔お名前〕、部長です"),
    ("渡辺さんの案内が親切でした", "〔お名前〕さんの案内が親切でした"),
    ("渡辺様にお伝えください", "〔お名前〕様にお伝えください"),
    ("商標登録第6543210号を持っています", "商標登録第〔登録・出願番号〕号を持っています"),
    ("特許第６５４３２１０号", "特許第〔登録・出願番号〕号"),
    ("特願2020-123456を出しました", "特願〔登録・出願番号〕を出しました"),
    ("US 10,123,456 B2 で訴えられた", "US 〔登録・出願番号〕 で訴えられた"),
    ("PCT/JP2020/012345", "PCT/JP〔登録・出願番号〕"),
    ("法人番号は1234567890123です", "法人番号は〔番号〕です"),
    ("〒100-0013 東京都千代田区霞が関3-4-3、本社です", "〔住所〕、本社です"),
]

HARMLESS = [
    "費用は2,400,000円です",
    "0.5%の手数料",
    "見積もりは2400000円、別に10000000円",
    "費用は 0 か 100万円、または 05 です",
    "240万円から300万円くらい",
    "資本金1,000万円、従業員12人の株式会社です",
    "2022年度と2023-04-01から",
    "担当の者に代わってください",
    "担当の弁理士と相談しています",
    "担当の部署はありません",
    "担当者がいません",
    "弁理士さん、銀行さん、通訳さん、お父さんに聞きました",
    "知財担当は私一人です",
    "名前は無事です。名前は何ですか",
    "00000000",
    "お客様にご迷惑がかかります",
    "中国と韓国も同様に、仕様を変えました",
    "メーカーさんから言われた",
    "商標と特許と意匠です",
    "3件で600万、1件あたり200万",
    "名前は海外でも使いたいです",
    "会社の名前を中国で取られた",
]


@pytest.mark.parametrize(("typed", "kept"), PERSONAL)
def test_personal_data_is_replaced_by_what_it_was(typed: str, kept: str) -> None:
    assert kept == mask(typed)


@pytest.mark.parametrize("typed", HARMLESS)
def test_amounts_dates_and_words_of_the_case_stay(typed: str) -> None:
    assert typed == mask(typed)


def test_everything_in_one_text_is_found() -> None:
    text = "担当の田中（090-1234-5678、t@example.jp）です。商標登録第6543210号の件"
    assert f"担当の{HIDDEN}（{HIDDEN}、{HIDDEN}）です。商標登録第{HIDDEN}号の件" == mask(text, HIDDEN)


def test_what_was_masked_for_a_reader_can_be_read_by_a_program() -> None:
    """An example for training is kept for readers first: the model never sees their marks."""
    text = "担当の田中（090-1234-5678）です"
    assert mask(text, HIDDEN) == mask(mask(text), HIDDEN)


def test_lines_that_the_model_learns_from_lose_nothing_but_numbers_of_rights() -> None:
    """What people say of their case is understood from the same words after masking as before."""
    changed = [line for line in _training_lines() if mask(line) != line]
    assert ["日本の登録番号は第6512345号です", "出願番号は特願2023-112233"] == changed


def _training_lines() -> Iterator[str]:
    for path in sorted((ROOT / "bot/data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            examples = block.get("examples", "")
            if isinstance(examples, str):
                yield from (line.removeprefix("- ") for line in examples.splitlines())
            else:
                yield from (example["text"].strip() for example in examples)


@given(st.text(alphabet=st.sampled_from("担当の田中は様さん申しますと0９-@.jpUS第号〔〕 、。a\n")))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert once == mask(once)


@pytest.mark.parametrize(
    "piece", ["0", "0-", "a", "a.", "田", "ア", "担当の", "+81", "US1", "@", "〒", "登録第1"]
)
def test_no_text_takes_long(piece: str) -> None:
    """The patterns are linear enough for the longest text that is let in."""
    began = time.perf_counter()
    mask(piece * (2000 // len(piece)))
    assert time.perf_counter() - began < 0.5
