"""The widget on other people's sites, and what it costs them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browsing import PHONE, assert_accessible, said, say, shot, words
from playwright.sync_api import expect

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "examples"
GUIDE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
SOURCES = ROOT / "bot" / "channels" / "web" / "widget"
MOST_BYTES = 15_000


class Site:
    """Another site that serves the example of the guide, with a strict policy of its own."""

    def __init__(self) -> None:
        self.navi = ""
        self.script = ""
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(self._handler(), directory=str(EXAMPLES))
        )
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Serve no longer."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(site) -> type[SimpleHTTPRequestHandler]:  # noqa: N805 - `self` is the handler below
        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                if not self.path.endswith(".html"):
                    super().do_GET()
                    return
                page = (EXAMPLES / "embedding.html").read_text(encoding="utf-8")
                page = page.replace("https://navi.example", site.navi)
                if site.script:
                    page = re.sub(r'<script src="[^"]*widget.js"[^>]*>', site.script, page)
                # The two additions of the guide, and nothing else.
                policy = f"default-src 'self'; script-src 'self' {site.navi}; connect-src {site.navi}"
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_args: object) -> None:
                pass

        return Handler


@pytest.fixture
def site(start):
    other = Site()
    other.server = start(allowed_origins=other.origin)
    other.navi = other.server.url
    yield other
    other.stop()


@pytest.fixture
def host(browse, site):
    """The other site's page, with the one line in it."""
    return browse(f"{site.origin}/embedding.html", site.origin, site.navi)


def launcher(page):
    return page.get_by_role("button", name="海外の知財を相談する")


def integrity_of(script: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode()


def test_one_line_on_another_origin_under_a_strict_policy(host):
    """A whole conversation; the page's own policy allows no style and no image of ours."""
    shot(host, "embedded-closed")
    assert_accessible(host)
    expect(launcher(host)).to_have_attribute("aria-expanded", "false")
    launcher(host).click()
    expect(launcher(host)).to_have_attribute("aria-expanded", "true")
    panel = host.locator("dialog.panel")
    assert launcher(host).get_attribute("aria-controls") == panel.get_attribute("id")
    assert_accessible(host)
    shot(host, "embedded-open")
    say(host, "中国で商標を取られました")
    expect(host.locator(".advice")).to_contain_text("1,600,000円")
    assert_accessible(host)
    shot(host, "embedded-advice")
    with host.expect_download() as saved:
        host.locator(".menu summary").click()
        host.locator(".menu").get_by_role("button", name="テキスト").click()
    assert "中国で商標を取られました" in saved.value.path().read_text(encoding="utf-8-sig")
    host.reload()
    launcher(host).click()
    expect(said(host)).to_have_count(3)


def test_escape_closes_and_gives_the_focus_back(host):
    launcher(host).focus()
    host.keyboard.press("Enter")
    expect(words(host)).to_be_focused()
    host.keyboard.press("Escape")
    expect(host.locator("dialog.panel")).to_be_hidden()
    expect(launcher(host)).to_be_focused()
    expect(launcher(host)).to_have_attribute("aria-expanded", "false")


def test_on_a_phone_it_fills_the_screen_and_holds_the_focus(browse, site):
    page = browse(f"{site.origin}/embedding.html", site.origin, site.navi, viewport=PHONE)
    launcher(page).click()
    box = page.locator("dialog.panel").bounding_box()
    assert (0, 0, PHONE["width"], PHONE["height"]) == (box["x"], box["y"], box["width"], box["height"])
    shot(page, "embedded-320px-open")
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") in ("kaigai-chizai-navi", "body")
    say(page, "中国で商標を取られました")
    expect(page.locator(".advice")).to_contain_text("1,600,000円")
    assert_accessible(page)
    shot(page, "embedded-320px-advice")
    page.get_by_role("button", name="閉じる").click()
    expect(launcher(page)).to_be_focused()


def test_events_and_methods_are_those_of_the_guide(host):
    host.locator("#ask").click()
    expect(said(host)).to_have_count(3)
    host.evaluate("document.querySelector('kaigai-chizai-navi').close()")
    assert host.evaluate("document.querySelector('kaigai-chizai-navi').isOpen") is False
    host.evaluate("document.querySelector('kaigai-chizai-navi').forget()")
    events = host.locator("#events")
    expect(events).to_contain_text("forget")
    told = [line.split(" ", 1) for line in events.text_content().splitlines()]
    assert told == [
        ["open", "{}"],
        ["message", '{"role":"person"}'],
        ["message", '{"role":"bot"}'],
        ["advice", '{"status":"complete","programs":[{"program":"squatted_trademark","verdict":"likely"}]}'],
        ["close", "{}"],
        ["forget", "{}"],
    ]
    for name in ("open", "close", "message", "advice", "error", "forget", "ready"):
        assert f"`navi-{name}`" in GUIDE


def test_the_style_of_the_page_stays_outside_but_its_theme_comes_in(host):
    launcher(host).click()
    style = host.locator(".send").evaluate(
        """e => (({backgroundColor, fontSize, letterSpacing, borderRadius}) =>
            [backgroundColor, fontSize, letterSpacing, borderRadius])(getComputedStyle(e))"""
    )
    assert ["rgb(0, 102, 61)", "16px", "normal", "2px"] == style
    inherited = said(host).first.evaluate(
        "e => (({color, letterSpacing}) => [color, letterSpacing])(getComputedStyle(e))"
    )
    assert ["rgb(26, 26, 26)", "normal"] == inherited


def test_every_custom_property_and_attribute_of_the_style_is_in_the_guide():
    used = re.findall(r"--navi-[a-z-]+", (SOURCES / "widget.css").read_text(encoding="utf-8"))
    assert {f"`{name}`" for name in used} == set(re.findall(r"`--navi-[a-z-]+`", GUIDE))
    asked = re.findall(r'Attribute\("(\w+)"\)', (SOURCES / "element.js").read_text(encoding="utf-8"))
    assert all(f"| `{name}` |" in GUIDE for name in asked)


def test_a_site_that_is_not_listed_gets_no_conversation_and_the_desk_s_number(browse, server):
    other = Site()
    other.navi = server.url
    try:
        page = browse(f"{other.origin}/embedding.html", other.origin, other.navi)
        launcher(page).click()
        say(page, "相談")
        expect(page.locator("#error")).to_contain_text("通信できませんでした")
        expect(page.get_by_role("link", name=re.compile("03-3581-1101"))).to_be_visible()
        assert any("CORS" in fault for fault in page.faults)
        page.faults.clear()
    finally:
        other.stop()


def test_the_shown_hash_lets_this_very_file_run_and_no_other(browse, site):
    shown = re.search(r'id="integrity">([^<]+)<', site.server.client.get("/embed").text)[1].replace(
        "&#43;", "+"
    )
    assert shown == integrity_of(site.server.client.get("/widget.js").content)
    line = f'<script src="{site.navi}/widget.js" crossorigin="anonymous" integrity="{{}}">'
    site.script = line.format(shown)
    page = browse(f"{site.origin}/embedding.html", site.origin, site.navi)
    expect(launcher(page)).to_be_visible()
    site.script = line.format(integrity_of(b"another file"))
    other = browse(f"{site.origin}/embedding.html", site.origin, site.navi)
    expect(launcher(other)).to_have_count(0)
    assert any("integrity" in fault for fault in other.faults)
    page.faults.clear()
    other.faults.clear()


def test_an_element_of_the_page_s_own_is_used_and_not_doubled(browse, site):
    site.script = f'<kaigai-chizai-navi inline></kaigai-chizai-navi><script src="{site.navi}/widget.js">'
    page = browse(f"{site.origin}/embedding.html", site.origin, site.navi)
    expect(page.locator("kaigai-chizai-navi")).to_have_count(1)
    expect(page.locator("section.panel")).to_be_visible()
    assert_accessible(page)


def test_the_bundle_is_small_and_asked_for_again_only_when_it_changed(server):
    answer = server.client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    packed = len(gzip.compress(answer.content, 9))
    sent = int(answer.headers["Content-Length"])
    print(f"widget.js: {len(answer.content)} bytes, {packed} gz, {sent} sent")  # noqa: T201
    assert packed <= MOST_BYTES
    assert sent <= MOST_BYTES
    again = server.client.get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = server.client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.content == answer.content


def test_the_parts_say_nothing_in_japanese_themselves():
    """What a person reads stands in the data, not in a script."""
    for source in SOURCES.glob("*.js"):
        found = re.findall(r"[\u3041-\u30fa\u4e00-\u9fff]+", source.read_text(encoding="utf-8"))
        assert found == [], source.name


def test_first_paint_and_readiness_are_measured(browse, server):
    page = browse(server.url)
    expect(said(page)).to_have_count(1)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    times = page.evaluate(
        """() => Object.fromEntries(performance.getEntries()
            .filter((entry) => entry.entryType === "paint" || entry.name === "navi-ready")
            .map((entry) => [entry.name, Math.round(entry.startTime)]))"""
    )
    print(f"milliseconds: {times}")  # noqa: T201
    assert {"first-contentful-paint", "navi-ready"} <= set(times)
