"""Follows the pages of docs/howto on a copy of the tree: every step is done as the page says it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bot.train import ROOT

HOWTO = ROOT / "docs" / "howto"
_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "models", "var", "results", "docs", "requirements*")
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(
    r"^(?:(?P<verb>Write|Append to) `(?P<file>[^`]+)`"
    r"|In `(?P<place_of>[^`]+)`, (?P<place>above|below|instead of) `(?P<line>[^`]+)`):$"
)


class Step(NamedTuple):
    """One step of a page: what to do, to which file, at which line, with what."""

    verb: str
    file: str
    line: str
    content: str


def steps(page: Path) -> Iterator[Step]:
    """The steps of a page in order.

    Raises:
        ValueError: If a block stands there without a step before it.
    """
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.finditer(text):
        if block["language"] == "sh":
            yield Step("run", "", "", block["content"])
            continue
        said = text[: block.start()].rstrip().rsplit("\n", 1)[-1]
        found = _STEP.match(said)
        if found is None:
            raise ValueError(f"{page.name}: no step stands before the block {block['content'][:60]!r}")
        verb = found["verb"] or found["place"]
        yield Step(verb, found["file"] or found["place_of"], found["line"] or "", block["content"])


def copy_of_the_tree(folder: Path) -> Path:
    """A copy to walk in, without what is made from it."""
    return Path(shutil.copytree(ROOT, folder / "tree", ignore=_LEFT_OUT))


def follow(page: str, tree: Path) -> list[str]:
    """Does every step of a page in a tree.

    Returns:
        What each command wrote.

    Raises:
        AssertionError: If a line that a step names is not there, or a command fails.
    """
    said = []
    for step in steps(HOWTO / page):
        if step.verb == "run":
            said += [run(command, tree) for command in step.content.splitlines()]
            continue
        path = tree / step.file
        if step.verb == "Write":
            path.write_text(step.content, encoding="utf-8")
            continue
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        added = step.content.splitlines(keepends=True)
        if step.verb == "Append to":
            at = until = len(lines)
        else:
            assert step.line + "\n" in lines, f"{page}: {step.file} has no line {step.line!r}"
            at = lines.index(step.line + "\n") + (step.verb == "below")
            until = at + (step.verb == "instead of")
        path.write_text("".join([*lines[:at], *added, *lines[until:]]), encoding="utf-8")
    return said


def run(command: str, tree: Path, **settings: str) -> str:
    """Runs a command of a page from the root of a tree, with this environment's Python.

    Raises:
        AssertionError: If it fails; with what it wrote.
    """
    own = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{own}{os.pathsep}{os.environ['PATH']}", **settings}
    done = subprocess.run(  # noqa: S602 - commands of our own pages
        command, shell=True, cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout
