"""Whole advices of typical cases, stored in `golden/`; compared as they stand.

    python -m tests.knowledge.golden            shows what would change, status 1 if anything does
    python -m tests.knowledge.golden --write    stores it, to be read in the diff of the commit

The knowledge's version is left out: it names the files' bytes, not what they say.
"""

from __future__ import annotations

import difflib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge import assess, load_knowledge

if TYPE_CHECKING:
    from knowledge import Knowledge

FOLDER = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def stored(name: str) -> dict[str, Any]:
    """A stored case: `facts`, `fiscal_year`, `as_of` and the `advice` they give."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def stored_publication(fiscal_year: int) -> dict[str, Any]:
    """What was published of a year when it was stored."""
    path = FOLDER / "published" / f"{fiscal_year}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def fresh(case: dict[str, Any], knowledge: Knowledge | None = None) -> dict[str, Any]:
    """The advice that a case gives now."""
    advice = assess(case["facts"], case["fiscal_year"], case["as_of"], knowledge=knowledge).to_json()
    del advice["knowledge_version"]
    return advice


def published(fiscal_year: int, knowledge: Knowledge | None = None) -> dict[str, Any]:
    """What is published of a year now."""
    found = (knowledge or load_knowledge()).to_json(fiscal_year)
    del found["knowledge_version"]
    return found


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Shows or stores what changed."""
    changed = False
    for name in NAMES:
        case = stored(name)
        new = _text(case | {"advice": fresh(case)})
        changed |= _one(FOLDER / f"{name}.json", new, write="--write" in arguments)
    for year in load_knowledge().years:
        path = FOLDER / "published" / f"{year}.json"
        changed |= _one(path, _text(published(year)), write="--write" in arguments)
    return 1 if changed and "--write" not in arguments else 0


def _one(path: Path, new: str, *, write: bool) -> bool:
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if old == new:
        return False
    lines = difflib.unified_diff(old.splitlines(True), new.splitlines(True), path.name, path.name)
    sys.stdout.writelines(lines)
    if write:
        path.parent.mkdir(exist_ok=True)
        path.write_text(new, encoding="utf-8")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
