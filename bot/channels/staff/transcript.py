"""A pasted transcript, by who speaks. Only the caller's words are analysed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Speaker = Literal["caller", "operator"]

_CALLER = ("相談者", "お客様", "お客さま", "客", "相手", "発信者", "caller", "社長", "申込者", "先方")
_OPERATOR = ("担当者", "担当", "窓口", "オペレーター", "受付", "operator", "職員", "当方")
_LABEL = re.compile(
    r"^\s*(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s*)?[【\[(（]?\s*(?P<label>[^\s:：】\])）]{1,12})\s*[】\])）]?\s*[:：]\s*"
)


@dataclass(frozen=True)
class Block:
    """What one speaker says without being interrupted."""

    speaker: Speaker
    text: str


def blocks(text: str, longest: int) -> list[Block]:
    """The text by speaker, in order.

    Args:
        text: As typed or pasted; each line may begin with a speaker's label such as `相談者：` or `A:`.
        longest: Characters of one block at most; longer ones are cut at line ends, or else anywhere.

    Returns:
        Blocks without labels. Without any label everything is the caller's.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    labels = [_label(line) for line in lines]
    letters = _letters(label for label, _ in labels if label)
    found: list[tuple[Speaker, list[str]]] = []
    speaker: Speaker = "caller"
    for label, words in labels:
        known = _speaker(label, letters)
        if known:
            speaker = known
        if not words:
            continue
        if not found or found[-1][0] != speaker:
            found.append((speaker, []))
        found[-1][1].append(words)
    return [Block(who, piece) for who, said in found for piece in _pieces(said, longest)]


def is_labelled(text: str) -> bool:
    """Whether any line says who speaks."""
    labels = [label for label, _ in map(_label, text.splitlines()) if label]
    return any(_speaker(label, _letters(labels)) for label in labels)


def answers(question: str, asked: str) -> bool:
    """Whether an operator's words ask a question, by the pairs of characters they share."""
    one, other = _pairs(question), _pairs(asked)
    return bool(one and other) and 2 * len(one & other) / (len(one) + len(other)) >= _LIKE


_LIKE = 0.4


def _label(line: str) -> tuple[str, str]:
    form = _LABEL.match(line)
    if form and _is_label(form["label"]):
        return form["label"], line[form.end() :].strip()
    return "", line.strip()


def _is_label(word: str) -> bool:
    return word.lower() in (*_CALLER, *_OPERATOR) or bool(re.fullmatch(r"[A-Za-zＡ-Ｚａ-ｚ]", word))


def _speaker(label: str, letters: dict[str, Speaker]) -> Speaker | None:
    word = label.lower()
    if word in _CALLER:
        return "caller"
    if word in _OPERATOR:
        return "operator"
    return letters.get(label)


def _letters(labels: Iterable[str]) -> dict[str, Speaker]:
    """Letters stand for people: the first to speak takes the call, everybody else is calling."""
    single = list(dict.fromkeys(label for label in labels if len(label) == 1 and label not in _CALLER))
    return {
        letter: "operator" if place == 0 and len(single) > 1 else "caller"
        for place, letter in enumerate(single)
    }


def _pieces(lines: list[str], longest: int) -> Iterator[str]:
    piece = ""
    for line in lines:
        for start in range(0, len(line), longest):
            part = line[start : start + longest]
            if piece and len(piece) + 1 + len(part) > longest:
                yield piece
                piece = ""
            piece = f"{piece}\n{part}" if piece else part
    if piece:
        yield piece


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"[\s、。?？!！]", "", text)
    return {plain[place : place + 2] for place in range(len(plain) - 1)}
