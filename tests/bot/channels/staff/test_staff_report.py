"""The report in the console: for supervisors, in a real browser."""

from __future__ import annotations

from browsing import assert_accessible, shot
from playwright.sync_api import expect


def test_only_a_supervisor_sees_the_report(operator, staff):
    assert 403 == operator("tanaka").client.get("/staff/report").status_code
    assert 403 == operator("tanaka").client.get("/staff/report.csv").status_code
    answer = operator("sato").client.get("/staff/report.csv")
    assert 200 == answer.status_code
    assert "日ごとの相談" in answer.text


def test_the_report_is_read_at_a_glance_and_by_screen_readers(screen, server):
    """The conversation of today is in it; nothing breaks the page's policy; what is no day is said."""
    server.begin().say("こんにちは")
    server.finish_turns()
    page = screen("sato")
    page.get_by_role("link", name="ご案内の報告").click()
    expect(page.get_by_role("heading", name="日ごとの相談")).to_be_visible()
    assert page.locator("svg.chart").count() >= 3
    assert_accessible(page)
    assert [] == page.faults
    shot(page, "staff-report", full_page=True)
    page.goto(f"{server.url}/staff/report?begin=2026-13-01&end=x")
    expect(page.get_by_role("alert")).to_contain_text("2026-11-01のように")
    assert_accessible(page)
