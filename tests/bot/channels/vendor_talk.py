"""What talks with an app through LINE and through Slack have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from vendor_stand_in import VendorStandIn

from tests.waiting import wait_until


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
        wait_until(
            lambda: len(said()) >= count,
            lambda: f"{len(said())} of {count}, refused: {self.vendor.refusals}",
            seconds,
        )
        return said()

    def held(self) -> str:
        """Everything that the app's files hold."""
        files = [path for path in self.data_dir.iterdir() if path.is_file()]
        return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)

    def wait_gone(self, text: str, seconds: float = 15) -> None:
        """Until no file of the app holds a text."""
        wait_until(lambda: text not in self.held(), lambda: f"{text} is still held", seconds)
