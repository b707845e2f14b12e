"""A case as its owner tells it to the real processes, question by question, and what is true of it."""

from __future__ import annotations

TRUTH = {
    "problems": ["squatted_trademark"],
    "countries": ["CN"],
    "applicant": "corporation",
    "is_sme": True,
    "deemed_large": False,
    "spent_already": False,
    "jp_trademark": True,
    "will_to_use": True,
    "measure": "cancellation",
    "costs": {"squatted_trademark": 2_400_000},
}
FIRST = "煎餅の名前を中国で知らない会社に登録されました。日本では登録してあります。取消審判をしたいです"
ANSWERS = {
    "applicant": "従業員12人の株式会社です",
    "is_sme": "中小企業です",
    "spent_already": "まだ何も払っていません",
    "will_to_use": "はい、向こうでも売ります",
    "deemed_large": "いいえ、大企業の資本は入っていません",
    "costs": "240万円くらいです",
}
