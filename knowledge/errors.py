"""What can be wrong with what the engine is given. Texts for people come from `data/texts.yml`."""

from __future__ import annotations

from dataclasses import dataclass


class KnowledgeError(Exception):
    """Base of every refusal by this package; `str()` can be shown to a person."""


class FactsError(KnowledgeError):
    """A fact is not what it may be: the message names fact, bound and value.

    Attributes:
        fact: Path of the refused fact, such as `costs.counterfeit`.
    """

    def __init__(self, message: str, fact: str) -> None:
        super().__init__(message)
        self.fact = fact


class YearError(KnowledgeError):
    """The fiscal year or the date is outside what the data covers."""


@dataclass(frozen=True)
class Defect:
    """One thing wrong in a data file."""

    file: str
    line: int
    key: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.reason} (value: {self.value})"


class DataError(KnowledgeError):
    """Data files are broken; every defect is listed with file, line, key, value and reason."""

    def __init__(self, defects: list[Defect]) -> None:
        super().__init__("\n".join(str(defect) for defect in defects))
        self.defects = defects
