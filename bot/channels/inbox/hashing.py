"""Names for what vendors know people by, that nobody can turn back."""

from __future__ import annotations

from bot.channels.tokens import keyed_digest

_LENGTH = 40


class Hasher:
    """The same name for the same id, as long as the installation's key stays."""

    def __init__(self, key: bytes, vendor: str) -> None:
        self._key = key
        self._vendor = vendor

    def name(self, *parts: str) -> str:
        """A name of 40 hexadecimal digits for an id, given in parts."""
        return keyed_digest(self._key, "\n".join(["inbox", self._vendor, *parts])).hex()[:_LENGTH]
