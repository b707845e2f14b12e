"""What tests do with a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

CHROMIUM = shutil.which("chromium") or ""
ARTEFACTS = Path(os.environ.get("TEST_ARTEFACTS", "results/screenshots"))
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}
# 1280 x 800 at 200 %.
ZOOMED = {"width": 640, "height": 400}

# A test machine may be busy; what is right at last is right.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

Browsing = Callable[..., Page]


def new_page(browser: Browser, url: str, hosts: tuple[str, ...] = (), **options: Any) -> Page:
    """A page that notes every error and every request to another host than its own and `hosts`."""
    context = browser.new_context(**{"locale": "ja-JP", "viewport": DESKTOP, **options})
    context.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []

    def watch(page: Page) -> None:
        page.faults = faults
        page.on("pageerror", lambda error: faults.append(str(error)))
        # The browser itself logs every answer that is an error: that is what some tests provoke.
        page.on(
            "console",
            lambda m: faults.append(m.text) if m.type == "error" and "Failed to load" not in m.text else None,
        )
        page.on(
            "request",
            lambda r: None if r.url.startswith((url, "blob:", *hosts)) else faults.append(r.url),
        )

    context.on("page", watch)
    page = context.new_page()
    page.goto(url)
    return page


def said(page: Page) -> Locator:
    """What was said, a `.said` a message."""
    return page.locator(".log li > .said")


def words(page: Page) -> Locator:
    """Where a person writes."""
    return page.get_by_label("ご相談の内容")


def say(page: Page, text: str) -> None:
    """Type and send."""
    words(page).fill(text)
    page.keyboard.press("Enter")


def settled(page: Page) -> None:
    """Wait until nothing is waited for."""
    page.locator(".send:not([aria-disabled])").wait_for()


def shot(page: Page, name: str, *, full_page: bool = False) -> None:
    """Keep a picture to look at."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=full_page, animations="disabled")


def assert_accessible(page: Page) -> None:
    """No violation of any A or AA rule that axe knows."""
    violations = Axe().run(page, options=AXE).response["violations"]
    found = [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in violations]
    assert found == [], found


def assert_nothing_cut_off(page: Page) -> None:
    """Nothing is wider than the window, and no text in the panel is wider than its box."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = page.locator("kaigai-chizai-navi").evaluate(
        """(navi) => [...navi.shadowRoot.querySelectorAll("p, button, li, summary, dd, h3, h4")]
            .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1
                && getComputedStyle(e).display !== "inline" && !e.matches(".speaker"))
            .map((e) => e.textContent)"""
    )
    assert wide == []
