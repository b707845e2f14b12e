"""Signed, expiring tokens. Each is good for one purpose and one conversation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable

_FORM = re.compile(
    r"(?P<subject>[A-Za-z0-9_-]{1,64})\.(?P<expires>[0-9]{1,12})\.(?P<signature>[A-Za-z0-9_-]{43})"
)


class TokenError(Exception):
    """Base of what can be wrong with a token."""


class TokenInvalidError(TokenError):
    """The token was not signed by us for this purpose, or was changed."""


class TokenExpiredError(TokenError):
    """The token was good once."""


def new_id() -> str:
    """An identifier that cannot be guessed (144 bits)."""
    return secrets.token_urlsafe(18)


def keyed_digest(key: bytes, said: str) -> bytes:
    """32 bytes that stand for what was said: without the key nobody finds out what, or makes others."""
    return hmac.new(key, said.encode(), hashlib.sha256).digest()


class Signer:
    """Makes and reads the tokens of one purpose.

    A token reads `<subject>.<expiry, seconds>.<HMAC-SHA256>`. The purpose is part of what is signed, so a
    link to a consultation sheet cannot be used to speak in the conversation.
    """

    def __init__(
        self, key: bytes, purpose: str, lifetime: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._key = key
        self._purpose = purpose
        self._lifetime = lifetime
        self._clock = clock

    def sign(self, subject: str) -> str:
        """A token for the subject, good for the signer's lifetime."""
        expires = int(self._clock()) + self._lifetime
        return f"{subject}.{expires}.{self._signature(subject, expires)}"

    def read(self, token: str) -> str:
        """The subject of a token.

        Raises:
            TokenInvalidError: If it was not made by this signer.
            TokenExpiredError: If its time is over.
        """
        form = _FORM.fullmatch(token)
        if form is None:
            raise TokenInvalidError
        subject, expires = form["subject"], int(form["expires"])
        if not hmac.compare_digest(form["signature"], self._signature(subject, expires)):
            raise TokenInvalidError
        if expires <= self._clock():
            raise TokenExpiredError
        return subject

    def _signature(self, subject: str, expires: int) -> str:
        digest = keyed_digest(self._key, f"{self._purpose}\n{subject}\n{expires}")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
