"""What the extractors look for, as data: gazetteers, concepts, cues."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def load(name: str) -> dict[str, Any]:
    """The parsed content of ``<name>.yml`` beside this module. Read once; not to be changed."""
    with (Path(__file__).parent / f"{name}.yml").open(encoding="utf-8") as file:
        return yaml.safe_load(file)
