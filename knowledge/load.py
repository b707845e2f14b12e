"""Reads `knowledge/data/` into typed models, refusing the whole if any file is broken."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from knowledge.conditions import rules_of
from knowledge.errors import DataError, Defect, YearError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from knowledge import schema
    from knowledge.conditions import Rule

    M = TypeVar("M", bound=BaseModel)

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, eq=False)
class YearData:
    """One fiscal year: what is common, and the programmes by id in their own order."""

    year: schema.Year
    programmes: dict[str, schema.Programme]

    @cached_property
    def common_conditions(self) -> dict[str, schema.Condition]:
        """The year's common conditions by id."""
        return {condition.id: condition for condition in self.year.common_conditions}

    @cached_property
    def fixed_json(self) -> dict[str, dict[str, Any]]:
        """What an advice says of each programme whatever the facts; filled by the advice as it is needed."""
        return {}

    @cached_property
    def rules(self) -> dict[str, tuple[Rule, ...]]:
        """The conditions of each programme, the common ones resolved."""
        return {id_: tuple(rules_of(programme, self)) for id_, programme in self.programmes.items()}


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Everything in the data directory."""

    version: str
    """Hash of the content of all files: the same version gives the same advice."""
    sources: dict[str, schema.Source]
    facts: dict[str, schema.Fact]
    vocabulary: schema.FactsFile
    problems: dict[str, schema.Problem]
    desk: schema.DeskFile
    faq: list[schema.FaqEntry]
    texts: dict[str, str]
    years: dict[int, YearData]
    uses_of_sources: dict[str, int]
    """How many figures, conditions and answers go back to each source."""

    def year(self, fiscal_year: int) -> YearData:
        """Data of one fiscal year.

        Raises:
            YearError: If there is none; another year's figures are never served instead.
        """
        if fiscal_year not in self.years:
            known = "、".join(str(year) for year in sorted(self.years))
            raise YearError(self.text("error_year", value=fiscal_year, known=known))
        return self.years[fiscal_year]

    @cached_property
    def programmes(self) -> dict[str, schema.Programme]:
        """Every programme of any year by id, as of its latest year; for what does not depend on the year."""
        return {
            id_: found for _, year in sorted(self.years.items()) for id_, found in year.programmes.items()
        }

    def text(self, key: str, **values: object) -> str:
        """A sentence of `texts.yml` with its places filled."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def basis_json(self, basis: schema.Basis) -> dict[str, Any]:
        """A basis with its document, as every JSON carries it."""
        # By identity: a basis is one object of the data, and hashing what it says would cost more.
        found = self._basis_json.get(id(basis))
        if found is None:
            found = self._basis_json[id(basis)] = self._with_document(basis)
        return found.copy()

    @cached_property
    def _basis_json(self) -> dict[int, dict[str, Any]]:
        return {}

    def _with_document(self, basis: schema.Basis) -> dict[str, Any]:
        source = self.sources[basis.source]
        places = [place for place in (basis.locator, source.address) if place]
        return {
            "kind": basis.kind,
            "document": source.title,
            "locator": " ".join(places) or None,
            "quote": basis.quote,
            "reason": basis.reason,
            "official": source.official,
            "checked_on": source.checked_on.isoformat(),
        }

    def to_json(self, fiscal_year: int) -> dict[str, Any]:
        """All that is known of one fiscal year, every figure with its basis.

        Raises:
            YearError: If the year is not in the data.
        """
        from knowledge.publish import published

        return published(self, fiscal_year)

    @property
    def opening(self) -> str:
        """What a person reads first, with the desk's number in it."""
        return self.desk.opening.format(phone=self.desk.phone)


@lru_cache(maxsize=4)
def load_knowledge(data: Path = DATA) -> Knowledge:
    """Reads, checks and caches the data directory.

    Raises:
        DataError: With every defect of every file.
    """
    reader = _Reader(data)
    knowledge = reader.read()
    if reader.defects:
        raise DataError(reader.defects)
    assert knowledge is not None  # noqa: S101 - no defect means that every file was read
    return knowledge


class _Reader:
    """Collects defects over all files instead of stopping at the first."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.defects: list[Defect] = []
        self.files: dict[Path, tuple[Any, dict[Any, int]]] = {}

    def read(self) -> Knowledge | None:
        from pydantic import TypeAdapter

        from knowledge import schema

        sources = self._checked("sources.yml", TypeAdapter(dict[str, schema.Source]).validate_python)
        vocabulary = self._model("facts.yml", schema.FactsFile)
        problems = self._model("problems.yml", schema.ProblemsFile)
        desk = self._model("desk.yml", schema.DeskFile)
        faq = self._model("faq.yml", schema.FaqFile)
        texts = self._checked("texts.yml", TypeAdapter(dict[str, str]).validate_python)
        years = dict(self._years(schema))
        if self.defects or not (sources and vocabulary and problems and desk and faq and texts and years):
            return None
        knowledge = Knowledge(
            version=self._version(),
            sources=sources,
            facts={fact.id: fact for fact in vocabulary.facts},
            vocabulary=vocabulary,
            problems={problem.id: problem for problem in problems.problems},
            desk=desk,
            faq=faq.entries,
            texts=texts,
            years=years,
            uses_of_sources=self._uses_of_sources(),
        )
        self._cross_check(knowledge)
        return knowledge

    def _years(self, schema: Any) -> Iterator[tuple[int, YearData]]:
        for folder in sorted(self.data.glob("fy[0-9]*")):
            year = self._model(f"{folder.name}/year.yml", schema.Year)
            programmes = [
                self._model(f"{folder.name}/{path.name}", schema.Programme)
                for path in sorted(folder.glob("*.yml"))
                if path.name != "year.yml"
            ]
            if year is None or None in programmes:
                continue
            if folder.name != f"fy{year.fiscal_year}":
                self._defect(
                    f"{folder.name}/year.yml", ("fiscal_year",), f"stands in the folder {folder.name}"
                )
            found = [programme for programme in programmes if programme is not None]
            found.sort(key=lambda programme: programme.number)
            yield year.fiscal_year, YearData(year, {programme.id: programme for programme in found})

    def _model(self, name: str, model: type[M]) -> M | None:
        found: M | None = self._checked(name, model.model_validate)
        return found

    def _checked(self, name: str, check: Callable[[Any], Any]) -> Any:
        import yaml
        from pydantic import ValidationError

        from knowledge.yaml_file import DuplicateKeyError, read_yaml

        path = self.data / name
        try:
            content, lines = read_yaml(path)
        except FileNotFoundError:
            self.defects.append(Defect(name, 1, "-", "-", "the file is missing"))
            return None
        except DuplicateKeyError as error:
            self.defects.append(Defect(name, error.line, error.key, "-", str(error)))
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = f"no YAML: {getattr(error, 'problem', None) or error}"
            self.defects.append(Defect(name, mark.line + 1 if mark else 1, "-", "-", reason))
            return None
        self.files[path] = (content, lines)
        try:
            return check(content)
        except ValidationError as error:
            for item in error.errors(include_url=False, include_context=False):
                self._defect(name, tuple(item["loc"]), item["msg"], item.get("input"))
            return None

    def _defect(self, name: str, location: tuple[Any, ...], reason: str, value: Any = None) -> None:
        """Adds a defect at the nearest place of the file that the location names."""
        content, lines = self.files[self.data / name]
        found: tuple[Any, ...] = ()
        for part in location:
            # pydantic's locations also name models and validators, which are no keys of the file
            if (*found, part) in lines:
                found = (*found, part)
        if value is None:
            value = content
            for part in found:
                value = value[part] if not isinstance(value, dict) or part in value else None
        shown = repr(value)
        shown = shown if len(shown) <= 120 else shown[:117] + "..."
        key = ".".join(str(part) for part in location) or "-"
        self.defects.append(Defect(name, lines.get(found, 1), key, shown, reason))

    def _uses_of_sources(self) -> dict[str, int]:
        from knowledge.consistency import bases

        contents = (content for content, _ in self.files.values())
        return dict(Counter(basis.get("source", "seed") for content in contents for basis in bases(content)))

    def _version(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self.files):
            digest.update(path.relative_to(self.data).as_posix().encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def _cross_check(self, knowledge: Knowledge) -> None:
        from knowledge.consistency import inconsistencies

        for name, location, reason in inconsistencies(
            knowledge, {p.relative_to(self.data).as_posix(): c for p, (c, _) in self.files.items()}
        ):
            self._defect(name, location, reason)
