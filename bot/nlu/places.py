"""Whether a text speaks of home or of abroad: the same trouble is a matter for us only abroad."""

from __future__ import annotations

from bot.nlu.countries import find_places
from bot.nlu.gazetteer import Gazetteer
from bot.nlu.patterns import load
from bot.nlu.tokens import FugashiWords, passing_words

SCENES = ("none", "home", "abroad", "both")

_WORDS = FugashiWords()
_NAMES = Gazetteer(
    {name: where if where in SCENES else None for where, names in load("places").items() for name in names}
)


@passing_words()
def scene(text: str) -> str:
    """One of `SCENES`: the places that a text names.

    Args:
        text: Normalised text.
    """
    doc = _WORDS.doc(text)
    named = {hit.value for hit in _NAMES.find(doc)}
    if find_places(doc):
        named.add("abroad")
    return "both" if len(named) > 1 else next(iter(named), "none")
