"""The files of `actions/data`: sentences, and patterns of what people write."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from knowledge.yaml_file import read_yaml

_FOLDER = Path(__file__).parent / "data"


@cache
def data(name: str) -> dict[str, Any]:
    """The content of `data/<name>.yml`, read once."""
    content, _ = read_yaml(_FOLDER / f"{name}.yml")
    return dict(content)
