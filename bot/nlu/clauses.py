"""Clauses of a text: the stretches in which one thing is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.nlu.patterns import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc, Token

TE = ("て", "で")
"""The ending of a verb that something else follows."""

_DATA = load("statements")
_MARKERS: dict[str, frozenset[str]] = {name: frozenset(words) for name, words in _DATA["markers"].items()}
_CONJUNCTIONS = frozenset(_DATA["conjunctions"])
_SENTENCE_END = frozenset("。！？!?")
_COMMAS = ("、", ",", "…", "・・・")
_NEW_PHRASE = ("NOUN", "PRON", "ADV", "DET", "ADJ", "CCONJ")


@dataclass(frozen=True)
class Clause:
    """Tokens ``start`` to ``end`` of a doc.

    Attributes:
        sentence: Number of its sentence.
        asked: Whether it ends a question.
        linked: Whether it ends in a form (て, 連用形) that takes its tense from the next clause.
    """

    doc: Doc
    start: int
    end: int
    sentence: int
    asked: bool
    linked: bool

    def tokens(self) -> list[Token]:
        """Its tokens."""
        return list(self.doc[self.start : self.end])


def split_clauses(doc: Doc) -> list[Clause]:
    """Clauses in order; every token is in exactly one."""
    clauses: list[Clause] = []
    start = sentence = 0
    for token in doc:
        ends_sentence = token.text in _SENTENCE_END or token.i == len(doc) - 1
        if not ends_sentence and not _ends_clause(token):
            continue
        end = token.i + 1
        asked = ends_sentence and _is_question(doc[start:end])
        clauses.append(Clause(doc, start, end, sentence, asked, not ends_sentence and _is_linking(token)))
        sentence += ends_sentence
        start = end
    return clauses


def has(token: Token, marker: str) -> bool:
    """Whether a token is a marker of this kind, by lemma or, in dialect, by surface."""
    return token.lemma_ in _MARKERS[marker] or token.text in _MARKERS[marker]


def _ends_clause(token: Token) -> bool:
    following = token.nbor()
    if token.text in _COMMAS:
        finished = token.i > 1 and token.nbor(-1).text == "で" and has(token.nbor(-2), "done")
        # 相手は欧州の企業で、うちは: another subject, another clause.
        changes = (
            token.i > 0 and token.nbor(-1).text == "で" and token.doc[token.i + 2 : token.i + 3].text == "は"
        )
        return finished or changes or (token.i > 0 and _is_predicative(token.nbor(-1)))
    if following.text in _COMMAS[:2]:
        return False
    if token.tag_ == "助詞-接続助詞":
        return _starts_phrase(following) if token.text in TE else token.text in _CONJUNCTIONS
    # ので and のに are two words to the tokenizer.
    if token.text in ("で", "に") and token.i > 1 and token.nbor(-1).text in ("の", "ん"):
        return _is_predicative(token.nbor(-2))
    if token.text == "で" and token.lemma_ == "だ":
        return following.lemma_ not in ("は", "も", "有る", "無い", "ない", "御座る", "いらっしゃる")
    return bool(token.whitespace_) and _is_predicative(token)


def _starts_phrase(token: Token) -> bool:
    """Whether a word behind て begins something new and is no auxiliary (してある, してへん)."""
    auxiliary = has(token, "light") or has(token, "negation") or token.text == "ある"
    return token.pos_ in _NEW_PHRASE and not auxiliary


def _is_predicative(token: Token) -> bool:
    return (
        token.pos_ in ("VERB", "AUX")
        or token.tag_ in ("助詞-接続助詞", "助詞-終助詞", "形容詞-一般", "形容詞-非自立可能")
        or has(token, "done")
        or token.lemma_ in ("中", "無し", "未だ")
    )


def _is_linking(token: Token) -> bool:
    comma = token.text in _COMMAS and token.i > 0
    last = token.nbor(-1) if comma else token
    if last.i and last.nbor(-1).text in ("の", "ん"):
        return False
    # 訴えられ、 runs on like 受け取り、.
    return last.text in TE or (comma and (last.pos_ == "VERB" or last.lemma_ in ("れる", "られる")))


def _is_question(span: Iterable[Token]) -> bool:
    words = [token for token in span if not token.is_space]
    if words and words[-1].text in ("?", "？"):
        return True
    words = [token for token in words if token.text not in _SENTENCE_END]
    while words and words[-1].text in ("ね", "な", "なあ", "ねえ"):
        words.pop()
    return bool(words) and words[-1].text in ("か", "っけ", "かしら", "かな")
