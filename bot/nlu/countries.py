"""Countries, offices and regions named in a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.nlu.fact import Fact
from bot.nlu.gazetteer import Gazetteer, Hit
from bot.nlu.numerals import fold
from bot.nlu.patterns import load

if TYPE_CHECKING:
    from spacy.tokens import Doc

EUROPE = "europe"
"""Europe as a whole: which office is meant depends on what is spoken of."""


def find_places(doc: Doc) -> list[Fact]:
    """Facts `countries` (ISO 3166 alpha-2, EP, EU, or `EUROPE` where the office is open) and `region`."""
    text = doc.text
    places = [hit for hit in _NAMES.find(doc) if not text.startswith(_GUARD_SUFFIXES, hit.end)]
    places += [*_kana(doc), *_rows(text), *_flags(text)]
    places.sort(key=lambda hit: hit.start)
    return [
        Fact("region" if value in _DATA["regions"] else "countries", value, hit.start, hit.end)
        for hit in places
        for value in hit.value.split()
    ]


_DATA = load("countries")
_VALUES: dict[str, str | None] = {
    **{name: code for code, names in _DATA["countries"].items() for name in names},
    **{name: region for region, names in _DATA["regions"].items() for name in names},
    **dict.fromkeys(_DATA["europe"], EUROPE),
    **dict.fromkeys(_DATA["us_and_europe"], f"US {EUROPE}"),
    **dict.fromkeys(_DATA["guards"]),
}
_GUARD_SUFFIXES = tuple(_DATA["guard_suffixes"])
_NAMES = Gazetteer(_VALUES, _DATA["suffixes"])
# おーすとらりあ is a name, but たい is the end of a verb: only long names are looked for in hiragana.
_LONG_NAMES = re.compile(
    "|".join(
        re.escape(fold(name))
        for name in sorted(_VALUES, key=len, reverse=True)
        if _VALUES[name] and re.fullmatch("[ァ-ヶー]{4,}", name)
    )
)
_BY_FOLDED = {fold(name): value for name, value in _VALUES.items() if value}
_LETTERS: dict[str, str] = _DATA["letters"]
_ROW = re.compile(
    rf"(?<![一-龥々])[{''.join(_LETTERS)}](?:[・、,/／ ]?[{''.join(_LETTERS)}])+(?![一-龥々]|ー)"
    rf"|(?<![一-龥々])[{''.join(_LETTERS)}]+(?={_DATA['letter_words_if']})"
)
_LETTER_WORDS_IF = re.compile(_DATA["letter_words_if"])
_REGIONAL_A = 0x1F1E6


def _kana(doc: Doc) -> list[Hit[str]]:
    text, edges = doc.text, doc.user_data["edges"]
    hits = [Hit(_BY_FOLDED[m.group()], m.start(), m.end()) for m in _LONG_NAMES.finditer(fold(text))]
    return [
        hit
        for hit in hits
        # 買うくらいなら holds うくらいな, but no word begins there. べトナム may have a letter of hiragana.
        if (hit.start == 0 or hit.start in edges) and re.search("[ぁ-ん]", text[hit.start : hit.end])
    ]


def _rows(text: str) -> list[Hit[str]]:
    """米中, 日中韓, 中・韓・台."""
    found = []
    for match in _ROW.finditer(text):
        row = match.group()
        if row in (*_DATA["letter_words"], *_DATA["us_and_europe"]) and not _LETTER_WORDS_IF.match(
            text, match.end()
        ):
            continue
        for offset, letter in enumerate(row):
            if _LETTERS.get(letter):
                found.append(Hit(_LETTERS[letter], match.start() + offset, match.start() + offset + 1))
    return found


def _flags(text: str) -> list[Hit[str]]:
    found = []
    for match in re.finditer("[\U0001f1e6-\U0001f1ff]{2}", text):
        code = "".join(chr(ord(char) - _REGIONAL_A + ord("A")) for char in match.group())
        if code in _DATA["countries"] or code == "EU":
            found.append(Hit(EUROPE if code == "EU" else code, *match.span()))
    return found
