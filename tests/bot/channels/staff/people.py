"""The people of the staff in tests."""

from __future__ import annotations

from playwright.sync_api import Page, expect

PASSWORD = "正しい馬の電池とホチキス"  # noqa: S105
PEOPLE = {"tanaka": ("田中", "operator"), "suzuki": ("鈴木", "operator"), "sato": ("佐藤", "supervisor")}


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Type name and password and wait for the list of cases."""
    page.get_by_label("名前").fill(name)
    page.get_by_label("パスワード").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="相談の一覧")).to_be_visible()
