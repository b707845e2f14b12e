"""Reads the tables of cases in `cases/`: one row, one situation, one test.

The tables are written for people: facts by Japanese names, amounts in yen. The words stand here once more, on
purpose apart from the data, so that a change of the data does not move what the tables say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.pages import read_cases

FOLDER = Path(__file__).parent / "cases"
PROGRAMMES = tuple(sorted(path.stem for path in FOLDER.glob("*.tsv")))

HEADER = [
    "番号",
    "場面",
    "変えること",
    "判定",
    "満たさない・わからない条件",
    "補助額",
    "自己負担",
    "効く上限",
    "上限の額と費用",
]
VERDICTS = {"可能性あり": "likely", "確認が必要": "unclear", "対象外の見込み": "unlikely"}
RESULTS = {"満たさない": "unmet", "わからない": "unknown"}
CAPS = {"1件": "case", "1企業": "company", "－": None}
NAMES = {
    "申請者": "applicant",
    "中小企業": "is_sme",
    "みなし大企業": "deemed_large",
    "支出済み": "spent_already",
    "業種": "industry",
    "資本金": "capital_yen",
    "従業員": "employees",
    "国": "countries",
    "日本出願": "jp_application",
    "出願": "applications",
    "手続": "procedures",
    "①の採択": "prior_grant",
    "現地の権利": "right_in_country",
    "証拠": "evidence",
    "警告や訴訟": "accused",
    "相手が外国企業": "opponent_foreign",
    "争いの種類": "dispute_type",
    "日本の商標": "jp_trademark",
    "使う意思": "will_to_use",
    "手段": "measure",
    "会員": "chamber_member",
    "保険の年": "policy_year",
    "費用": "costs",
    "交付済み": "granted",
}
WORDS = {
    "はい": True,
    "いいえ": False,
    "会社": "corporation",
    "個人事業主": "sole_proprietor",
    "グループ": "group",
    "地域団体商標の団体": "regional_mark_body",
    "その他": "other",
    "製造など": "manufacturing",
    "卸売": "wholesale",
    "サービス": "service",
    "小売": "retail",
    "ゴム製品": "rubber",
    "旅館": "ryokan",
    "先取りされた権利": "squatted_right",
    "無審査の権利": "unexamined_right",
    "使わない権利者": "non_practising",
    "どれでもない": "other",
    "異議申立て": "opposition",
    "無効": "invalidation",
    "取消": "cancellation",
    "訴訟": "litigation",
    "買取り": "buyback",
}
RIGHTS = {
    "特許": "patent",
    "実用新案": "utility_model",
    "意匠": "design",
    "商標": "trademark",
    "冒認対策商標": "defensive_trademark",
    "種類不明": None,
}
KINDS = {"審査請求": "exam_request", "中間応答": "office_action", "手続不明": None}
PLACES = {
    "アメリカ": "US",
    "中国": "CN",
    "韓国": "KR",
    "欧州特許庁": "EP",
    "EUIPO": "EU",
    "台湾": "TW",
    "タイ": "TH",
    "ドイツ": "DE",
    "日本": "JP",
}


@dataclass(frozen=True)
class Row:
    """One row of a table, read."""

    programme: str
    number: str
    facts: dict[str, Any]
    verdict: str
    conditions: dict[str, str]
    """Conditions that are not met, by id."""
    subsidy: tuple[int, int] | None
    self_burden: tuple[int, int] | None
    binding_cap: str | None
    ceiling: tuple[int, int] | None


def rows(programme: str) -> list[Row]:
    """All rows of a programme's table."""
    table = read_cases(FOLDER / f"{programme}.tsv")
    assert table.header == HEADER
    (premise,) = [note.removeprefix("前提：") for note in table.notes if note.startswith("前提：")]
    return [_row(programme, premise, dict(zip(HEADER, cells, strict=True))) for cells in table.rows]


def facts_of(premise: str, changes: str, programme: str) -> dict[str, Any]:
    """The facts that a premise and the changes of a row describe; 不明 takes a fact away."""
    facts: dict[str, Any] = {"problems": [programme]}
    for part in [*premise.split("；"), *(changes.split("；") if changes != "－" else [])]:
        name, value = part.split("=")
        fact = NAMES[name]
        if value == "不明":
            facts.pop(fact, None)
        else:
            facts[fact] = _value(fact, value, programme)
    return facts


def _row(programme: str, premise: str, cells: dict[str, str]) -> Row:
    conditions = {}
    if cells["満たさない・わからない条件"] != "－":
        for part in cells["満たさない・わからない条件"].split("；"):
            name, result = part.split("=")
            conditions[NAMES[name]] = RESULTS[result]
    return Row(
        programme=programme,
        number=cells["番号"],
        facts=facts_of(premise, cells["変えること"], programme),
        verdict=VERDICTS[cells["判定"]],
        conditions=conditions,
        subsidy=_ends(cells["補助額"]),
        self_burden=_ends(cells["自己負担"]),
        binding_cap=CAPS[cells["効く上限"]],
        ceiling=None
        if cells["上限の額と費用"] == "なし"
        else tuple(_yen(part) for part in cells["上限の額と費用"].split("／")),
    )


def _value(fact: str, text: str, programme: str) -> Any:
    if fact == "countries":
        return [PLACES[name] for name in text.split("・")]
    if fact in ("applications", "procedures"):
        return [_entry(part) for part in text.split("＋")]
    if fact == "costs":
        return {programme: _cost(text)}
    if fact == "granted":
        return {programme: _yen(text)}
    if fact == "capital_yen":
        return _yen(text)
    if fact == "employees":
        return int(text.removesuffix("人").replace(",", ""))
    return int(text.removesuffix("年目")) if fact == "policy_year" else WORDS[text]


def _entry(text: str) -> dict[str, Any]:
    found = re.fullmatch(
        r"(?P<right>[^の×\d]+)(?:の(?P<kind>[^×\d]+))?(?:(?P<count>\d+)件)?×(?P<cost>.+)", text
    )
    assert found, text
    entry: dict[str, Any] = {}
    if RIGHTS[found["right"]]:
        entry["right_type"] = RIGHTS[found["right"]]
    if found["kind"] and KINDS[found["kind"]]:
        entry["kind"] = KINDS[found["kind"]]
    if found["count"]:
        entry["count"] = int(found["count"])
    if found["cost"] != "費用不明":
        entry["cost_yen"] = _cost(found["cost"])
    return entry


def _cost(text: str) -> int | list[int]:
    ends = [_yen(part) for part in text.split("～")]
    return ends[0] if len(ends) == 1 else ends


def _ends(text: str) -> tuple[int, int] | None:
    if text in ("なし", "不明"):
        return None
    ends = [_yen(part) for part in text.split("～")]
    return ends[0], ends[-1]


def _yen(text: str) -> int:
    return int(text.removesuffix("円").replace(",", ""))
