"""Draws the pictures of the guides (`docs/pictures/`) in Chromium, from the real processes: `make pictures`.

What stands in them is what the program says to the sentences below; nothing is painted by hand.
"""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.channels.database import Database
from bot.channels.staff.accounts import Accounts
from bot.train import ROOT
from tests.chain import Chain
from tests.ports import free_port
from tests.told_case import ANSWERS, FIRST

PICTURES, EXAMPLES = ROOT / "docs" / "pictures", ROOT / "docs" / "examples"
COLOURS = 64
"""Enough for screens of text; a picture has a few dozen kilobytes then."""
PATIENCE_MS = 60_000
CALL = (
    "あのー、ベトナムでうちの商品の偽物が出回ってるって聞きまして、調査と警告の費用は150万円の見積もりです",
    "現地でも商標は登録してあります",
)


def main() -> int:
    """Draws all of them anew."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("chromium is not on this machine\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        port = free_port()
        chain = Chain(Path(folder) / "var", NAVI_ALLOWED_ORIGINS=f"http://127.0.0.1:{port}")
        try:
            chain.start()
            with _other_site(Path(folder) / "site", port, chain.address) as address:
                _embedding(browser, address)
            _staff(browser, chain)
        finally:
            chain.stop()
            browser.close()
    return 0


@contextmanager
def _other_site(folder: Path, port: int, navi: str) -> Iterator[str]:
    """The example of the embedder's guide, on an origin of its own."""
    shutil.copytree(EXAMPLES, folder)
    page = folder / "embedding.html"
    page.write_text(page.read_text(encoding="utf-8").replace("https://navi.example", navi), encoding="utf-8")
    server = ThreadingHTTPServer(
        ("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{port}/embedding.html"
    server.shutdown()


def _embedding(browser: Browser, address: str) -> None:
    page = _page(browser, address, 900, 640)
    launcher = page.get_by_role("button", name="海外の知財を相談する")
    launcher.wait_for()
    _draw(page, "embedding-closed")
    launcher.click()
    page.locator(".log li > .said").first.wait_for()
    _draw(page, "embedding-open")
    words = FIRST
    while words:
        with page.expect_response(lambda r: r.url.endswith("/messages")) as response:
            page.get_by_label("ご相談の内容").fill(words)
            page.keyboard.press("Enter")
        page.locator(".send:not([aria-disabled])").wait_for()
        question = response.value.json()["advice"]["next"]
        words = ANSWERS[question["fact"]] if question else ""
    page.locator(".advice").evaluate("advice => advice.scrollIntoView()")
    _draw(page, "embedding-advice")


def _staff(browser: Browser, chain: Chain) -> None:
    password = secrets.token_urlsafe(12)
    database = Database(f"sqlite:///{chain.data_dir / 'channels.db'}")
    Accounts(database).add("tanaka", "田中", "operator", password)
    database.close()
    page = _page(browser, f"{chain.address}/staff", 1280, 860)
    page.get_by_label("名前").fill("tanaka")
    page.get_by_label("パスワード").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="新しい電話を受ける").click()
    page.locator("body[data-ready]").wait_for()
    for words in CALL:
        page.locator("#words").fill(words)
        page.locator("#words").press("Control+Enter")
        expect(page.locator("#words")).to_have_value("")
        page.wait_for_load_state("networkidle")
    _draw(page, "staff-call")
    page.locator("section.sheet").evaluate("sheet => sheet.scrollIntoView()")
    _draw(page, "staff-sheet")


def _page(browser: Browser, address: str, width: int, height: int) -> Page:
    page = browser.new_context(locale="ja-JP", viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    return page


def _draw(page: Page, name: str) -> None:
    drawn = Image.open(BytesIO(page.screenshot(animations="disabled")))
    drawn.convert("RGB").quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
