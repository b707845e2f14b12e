"""Words of Japanese text with exact character offsets, as tuples or as a spaCy ``Doc``.

fugashi (MeCab with unidic-lite) finds the words; spaCy is the layer of matchers above them.
"""

from __future__ import annotations

import threading
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import fugashi
from spacy.lang.lex_attrs import LEX_ATTRS
from spacy.tokens import Doc
from spacy.vocab import Vocab

if TYPE_CHECKING:
    from collections.abc import Iterator

VOCAB = Vocab(lex_attr_getters=LEX_ATTRS)

_UNIVERSAL_POS = {
    "名詞": "NOUN",
    "代名詞": "PRON",
    "動詞": "VERB",
    "形容詞": "ADJ",
    "形状詞": "ADJ",
    "副詞": "ADV",
    "連体詞": "DET",
    "接続詞": "CCONJ",
    "感動詞": "INTJ",
    "助詞": "ADP",
    "助動詞": "AUX",
    "接頭辞": "NOUN",
    "接尾辞": "NOUN",
    "補助記号": "PUNCT",
    "記号": "SYM",
    "空白": "SPACE",
}


@contextmanager
def passing_words() -> Iterator[None]:
    """Forget the words that spaCy met while a function ran: else whoever types noise fills memory.

    No `Doc` made in it may be used after it, and no such function may call another. spaCy has one store
    of words for the process: one thread at a time.
    """
    with VOCAB.memory_zone():
        yield


class Word(NamedTuple):
    """A word of a text; ``text[start:end] == surface`` always holds."""

    surface: str
    lemma: str
    pos: str
    start: int
    end: int


class FugashiWords:
    """Splits text into words. Instances are cheap and safe to share between threads."""

    _local = threading.local()

    def words(self, text: str) -> list[Word]:
        """Words of ``text`` in order, blank ones dropped.

        Args:
            text: Any text; control characters and lone surrogates count as blanks.
        """
        found: list[Word] = []
        readable = _readable(text)
        cursor = 0
        for node in self._tagger()(readable):
            start = readable.index(node.surface, cursor)
            cursor = start + len(node.surface)
            if node.surface.isspace():
                continue
            feature = node.feature
            pos = "-".join(part for part in (feature.pos1, feature.pos2) if part and part != "*")
            # 使える has the lemma 使う: without this mark "cannot use" would read as "does not use".
            if feature.pos1 == "動詞" and feature.formBase != feature.lForm:
                pos += "-可能"
            found.append(Word(node.surface, _lemma(node.surface, feature.lemma), pos, start, cursor))
        return found

    def doc(self, text: str) -> Doc:
        """A spaCy ``Doc`` over the same words; ``token.idx`` is the offset in ``text``.

        Blanks that a ``Doc`` cannot express as one space behind a word become tokens of their own.
        """
        readable = _readable(text)
        words = list(_with_blanks(readable, self.words(text)))
        following = [*(word.start for word in words), len(text)][1:]
        # Asked for by every gazetteer, and slow to collect token by token.
        edges = {word.start for word in words} | {word.end for word in words}
        return Doc(
            VOCAB,
            words=[word.surface for word in words],
            spaces=[word.end < start for word, start in zip(words, following, strict=True)],
            lemmas=[word.lemma for word in words],
            tags=[word.pos for word in words],
            pos=[_UNIVERSAL_POS.get(word.pos.split("-")[0], "X") for word in words],
            user_data={"text": readable, "edges": edges},
        )

    def _tagger(self) -> fugashi.Tagger:
        # MeCab keeps the lattice of its last sentence: one tagger must not be used by two threads.
        if not hasattr(self._local, "tagger"):
            self._local.tagger = fugashi.Tagger()
        return self._local.tagger


def _readable(text: str) -> str:
    """Same length as ``text``; what MeCab or UTF-8 cannot take (NUL, lone surrogates) is a space."""
    return "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in text)


def _lemma(surface: str, lemma: str | None) -> str:
    # UniDic writes "タイ-Thailand" and "円-助数詞": what follows the hyphen tells homographs apart.
    return (lemma or surface).split("-")[0] or surface


def _with_blanks(text: str, words: list[Word]) -> Iterator[Word]:
    cursor = 0
    for word in [*words, None]:
        upto = len(text) if word is None else word.start
        # One plain space behind a word is that word's `space`; anything else is a token.
        first = cursor + 1 if cursor and text[cursor:upto].startswith(" ") else cursor
        if first < upto:
            yield Word(text[first:upto], text[first:upto], "空白", first, upto)
        if word is not None:
            yield word
            cursor = word.end
