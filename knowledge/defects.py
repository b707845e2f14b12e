"""What is wrong in a data file, said to those who keep the data and do not program."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from knowledge.errors import Defect


def explained(defect: Defect) -> Defect:
    """A defect with its reason in Japanese; a reason that nobody foresaw stays as it is."""
    for pattern, said in _reasons():
        found = re.fullmatch(pattern, defect.reason, re.DOTALL)
        if found:
            return replace(defect, reason=found.expand(said))
    return defect


@lru_cache(maxsize=1)
def _reasons() -> list[tuple[str, str]]:
    text = Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    return [(pattern, said) for pattern, said in yaml.safe_load(text)]
