"""What talks with an app through LINE and through Slack have in common."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from vendor_stand_in import VendorStandIn


class VendorTalk:
    """Requests to an app, signed as its vendor signs them, and what came of them."""

    def __init__(self, client: httpx.Client, vendor: VendorStandIn, data_dir: Path) -> None:
        self.client = client
        self.vendor = vendor
        self.data_dir = data_dir

    def wait_for(
        self, said: Callable[[], list[dict[str, Any]]], count: int, seconds: float = 15
    ) -> list[dict[str, Any]]:
        """What was said, once it is so many."""
        until = time.monotonic() + seconds
        while len(got := said()) < count:
            assert time.monotonic() < until, f"{len(got)} of {count}, refused: {self.vendor.refusals}"
            time.sleep(0.01)
        return got

    def held(self) -> str:
        """Everything that the app's files hold."""
        files = [path for path in self.data_dir.iterdir() if path.is_file()]
        return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)

    def wait_gone(self, text: str, seconds: float = 15) -> None:
        """Until no file of the app holds a text."""
        until = time.monotonic() + seconds
        while text in self.held():
            assert time.monotonic() < until, f"{text} is still held"
            time.sleep(0.05)
