"""Which problems of a case a message rules out: 訴訟の話だけです, 保険はもういいです, それは関係ないです."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


def ruled_out(text: str, problems: list[str], latest: list[str]) -> list[str]:
    """Problems of a case that a message takes back.

    Args:
        text: What was said.
        problems: Problems of the case so far.
        latest: Those that the message before joined to it, for "that is not what I mean".
    """
    words = {problem: pattern for problem, pattern in _data()["problems"].items() if problem in problems}
    kept = [problem for problem, pattern in words.items() if _follows(text, pattern, "only")]
    if kept and len(problems) > 1:
        return [problem for problem in problems if problem not in kept]
    denied = [problem for problem, pattern in words.items() if _follows(text, pattern, "not_meant")]
    if not denied and latest and re.match(_data()["this_one"] + _data()["not_meant"], text):
        return latest
    return denied


def _follows(text: str, name: str, what: str) -> bool:
    """Whether a matter's name is followed at once by words that keep or deny it, and not named again."""
    data = _data()
    found = re.search(f"({name}){data['matter']}{data[what]}", text)
    return bool(found) and not re.search(name, text[found.end() :])


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    with (Path(__file__).parent / "data" / "naming.yml").open(encoding="utf-8") as stream:
        return dict(yaml.safe_load(stream))
