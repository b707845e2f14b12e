"""Reads a YAML file strictly: duplicate keys are refused and every value knows its line."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

Lines = dict[tuple[Hashable, ...], int]


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """A loader of its own, so that nothing registered elsewhere changes how data is read."""


class DuplicateKeyError(ValueError):
    """A mapping names a key twice; YAML would silently keep the second."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(f"the key stands twice: {key}")
        self.key = key
        self.line = line


def read_yaml(path: Path) -> tuple[Any, Lines]:
    """Reads one file.

    Returns:
        The content, and the line (from 1) at which each path of keys and indexes stands.

    Raises:
        yaml.YAMLError: If the text is no YAML.
        DuplicateKeyError: If a mapping names a key twice.
    """
    with path.open(encoding="utf-8") as stream:
        loader = _Loader(stream)
        try:
            node = loader.get_single_node()
            lines: Lines = {}
            if node is None:
                return None, {(): 1}
            _record(node, (), lines)
            return loader.construct_document(node), lines
        finally:
            loader.dispose()


def _record(node: yaml.Node, path: tuple[Hashable, ...], lines: Lines) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise DuplicateKeyError(key.value, line)
            seen.add(key.value)
            place = (*path, key.value)
            lines[place] = line
            _record(value, place, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _record(value, (*path, index), lines)
