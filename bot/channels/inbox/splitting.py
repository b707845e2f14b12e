"""Long text in pieces that a vendor takes, parted where the meaning parts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

# From the largest part to the smallest: paragraphs, lines, sentences, clauses.
_PARTS = (r"(?<=\n\n)", r"(?<=\n)", r"(?<=[。！？])", r"(?<=[、，])")
_JOINER = "\N{ZERO WIDTH JOINER}"

Measure = Callable[[str], int]


def utf16(text: str) -> int:
    """Length in UTF-16 code units, as LINE counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, measure: Measure = len) -> list[str]:
    """The text in as few pieces as its parts allow, each at most so long.

    Args:
        text: Anything.
        limit: Longest piece, in what `measure` counts; at least 16.
        measure: Length of a text; grows with it.
    """
    return [piece.strip("\n") for piece in _pieces(text, limit, measure, 0) if piece.strip()]


def shorten(text: str, limit: int, measure: Measure = len) -> str:
    """The text, or its beginning and … if it is too long."""
    if measure(text) <= limit:
        return text
    mark = "…"
    kept = next(_cut(text, limit - measure(mark), measure))
    return kept.rstrip() + mark


def _pieces(text: str, limit: int, measure: Measure, depth: int) -> list[str]:
    if measure(text) <= limit:
        return [text]
    if depth == len(_PARTS):
        return list(_cut(text, limit, measure))
    done: list[str] = []
    piece = ""
    for part in re.split(_PARTS[depth], text):
        if measure(piece + part) <= limit:
            piece += part
            continue
        if piece:
            done.append(piece)
        *full, piece = _pieces(part, limit, measure, depth + 1) or [""]
        done += full
    return [*done, piece]


def _cut(text: str, limit: int, measure: Measure) -> Iterator[str]:
    """Pieces without a seam to follow; what makes up one visible character stays together."""
    piece = ""
    for cluster in _clusters(text):
        if piece and measure(piece + cluster) > limit:
            yield piece
            piece = ""
        piece += cluster
        while measure(piece) > limit:
            # One visible character longer than the limit: nobody types it by accident.
            yield piece[: limit // 2]
            piece = piece[limit // 2 :]
    yield piece


def _clusters(text: str) -> Iterator[str]:
    cluster = ""
    for char in text:
        joins = (
            unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Sk"} or char == _JOINER
        )
        if cluster and not joins and not cluster.endswith(_JOINER):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster
