"""Names for what vendors know people by, that nobody can turn back."""

from __future__ import annotations

import hashlib
import hmac

_LENGTH = 40


class Hasher:
    """The same name for the same id, as long as the installation's key stays."""

    def __init__(self, key: bytes, vendor: str) -> None:
        self._key = key
        self._vendor = vendor

    def name(self, *parts: str) -> str:
        """A name of 40 hexadecimal digits for an id, given in parts."""
        said = "\n".join(["inbox", self._vendor, *parts]).encode()
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()[:_LENGTH]
