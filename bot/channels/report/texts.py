"""The report's words, from `data/texts.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

DATA = Path(__file__).parent / "data" / "texts.yml"


class TableWords(BaseModel):
    """What stands around one table."""

    model_config = ConfigDict(extra="allow", frozen=True)

    title: str
    note: str
    header: list[str]


class Words:
    """All of them."""

    def __init__(self, content: dict[str, object]) -> None:
        self.plain = {key: value for key, value in content.items() if isinstance(value, str)}
        self._tables = {
            key: TableWords.model_validate(value) for key, value in content.items() if isinstance(value, dict)
        }
        self._channels = self._names("channels", "names")
        self.summary_rows = self._names("summary", "rows")
        self.unknown = self.plain["unknown"]
        self.leaving_opened = str(self._extra("leaving")["opened"])
        self.leaving_nothing = str(self._extra("leaving")["nothing"])
        self.helpful = str(self._extra("feedback")["helpful"])
        self.unhelpful = str(self._extra("feedback")["unhelpful"])

    def table(self, id: str) -> TableWords:
        """Those of one table."""
        return self._tables[id]

    def channel(self, name: str) -> str:
        """A channel in a reader's words; its own name where there is none."""
        return self._channels.get(name, name)

    def _extra(self, table: str) -> dict[str, object]:
        return self._tables[table].model_extra or {}

    def _names(self, table: str, key: str) -> dict[str, str]:
        found = self._extra(table)[key]
        assert isinstance(found, dict)  # noqa: S101 - our own file
        return found


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Read the file, once."""
    return Words(yaml.safe_load(DATA.read_text(encoding="utf-8")))
