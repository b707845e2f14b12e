"""What schemathesis must know of the API beyond its description: whose token opens which conversation."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import requests
import schemathesis

_URL = os.environ["NAVI_FUZZ_URL"]
_CALLS = Path(os.environ["NAVI_FUZZ_CALLS"])
_METRICS_TOKEN = os.environ["NAVI_FUZZ_METRICS_TOKEN"]
_EVERY = 4
_tokens: dict[str, str] = {}
_lock = threading.Lock()


@schemathesis.auth().apply_to(path_regex=r"^/api/conversations/\{id\}")
class TokenOfConversation:
    """A caller with the token of the conversation, or of another one if there is no such."""

    def get(self, _case: schemathesis.Case, _context: Any) -> dict[str, str]:
        """The tokens that were given out."""
        _newest()
        return _tokens

    def set(self, case: schemathesis.Case, tokens: dict[str, str], _context: Any) -> None:
        """Show the token that belongs to the conversation."""
        token = tokens.get(str(case.path_parameters.get("id"))) or tokens[_newest()]
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


@schemathesis.auth().apply_to(path="/metrics")
class TokenOfMetrics:
    """The caller who collects the figures."""

    def get(self, _case: schemathesis.Case, _context: Any) -> str:
        """The token of the settings."""
        return _METRICS_TOKEN

    def set(self, case: schemathesis.Case, token: str, _context: Any) -> None:
        """Show it."""
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


def _newest() -> str:
    """The newest conversation; a first one is begun where there is none."""
    with _lock:
        if not _tokens:
            opened = requests.post(f"{_URL}/api/conversations", timeout=30).json()
            _tokens[opened["id"]] = opened["token"]
        return next(reversed(_tokens))


@schemathesis.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Mostly a conversation that there is: made-up ids would all end at the door."""
    if path_parameters and "id" in path_parameters and len(str(path_parameters["id"])) % _EVERY:
        path_parameters["id"] = _newest()
    return path_parameters


@schemathesis.hook
def after_call(_context: Any, case: schemathesis.Case, response: Any) -> None:
    """Count the call, and remember the token of a new conversation."""
    with _lock:
        with _CALLS.open("ab") as calls:
            calls.write(b".")
        if case.method == "POST" and case.path == "/api/conversations" and response.status_code == 201:
            opened = response.json()
            _tokens[opened["id"]] = opened["token"]
        if case.method == "DELETE" and response.status_code == 204:
            _tokens.pop(str(case.path_parameters.get("id")), None)
