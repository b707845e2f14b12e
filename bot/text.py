"""The one place where what a person typed is brought into a common form."""

from __future__ import annotations

import unicodedata

# Cc control, Cf format (zero width, bidi), Cs lone surrogate: invisible, and never part of an answer.
_INVISIBLE = {"Cc", "Cf", "Cs"}


def normalise(text: str) -> str:
    """Bring typed text into the form that the NLU was trained on.

    NFKC; every blank, tab and line break becomes a space and runs of them become one; control, zero-width
    and bidirectional characters and lone surrogates are removed. Pure, and idempotent.

    Args:
        text: Anything, also text that is not valid Unicode.

    Returns:
        The common form, without blanks at either end.
    """
    # NFKC again at the end: removing a character in between can let two others combine.
    folded = unicodedata.normalize("NFKC", text)
    visible = "".join(_visible(char) for char in folded)
    return unicodedata.normalize("NFKC", " ".join(visible.split()))


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in _INVISIBLE else char
