"""How text is read aloud: what kanji, kana and a misheard spelling of a word have in common."""

from __future__ import annotations

import threading

import fugashi

_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_local = threading.local()


def reading(text: str) -> str:
    """Text in katakana, as far as the dictionary knows how its words are read.

    Args:
        text: Normalised text.
    """
    if not hasattr(_local, "tagger"):
        # MeCab keeps the lattice of its last sentence: one tagger must not be used by two threads.
        _local.tagger = fugashi.Tagger()
    words = (getattr(node.feature, "kana", None) or node.surface for node in _local.tagger(text))
    return "".join(words).translate(_HIRAGANA_TO_KATAKANA)
