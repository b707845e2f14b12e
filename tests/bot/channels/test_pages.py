"""The pages that are read, and every state of the widget, for everybody."""

from __future__ import annotations

import re

import pytest
from browsing import PHONE, assert_accessible, said, say, shot, words
from playwright.sync_api import expect
from rasa_stand_in import COMPLETE, PROBLEM, advice, text

from knowledge import load_knowledge
from tests.programmes import PROGRAMMES

PAGES = (
    *("/programs", "/accessibility", "/privacy", "/embed"),
    *(f"/programs/{id_}" for id_ in (*PROGRAMMES, "inpit_desk")),
)
PREFERENCES = {
    "plain": {},
    "forced-colors": {"forced_colors": "active"},
    "reduced-motion": {"reduced_motion": "reduce"},
}


@pytest.mark.parametrize(
    "address", [*PAGES, "/programs?fiscal_year=2025", "/programs/counterfeit?fiscal_year=2025"]
)
def test_a_page_can_be_read_by_all(browse, server, address):
    page = browse(server.url + address, server.url)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert_accessible(page)
    shot(page, f"page{re.sub('[^a-z0-9]+', '-', address)}-desktop")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(page)
    for link in page.locator("main a[href^='#note-']").all()[:3]:
        assert page.locator(link.get_attribute("href")).count() == 1


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_a_programme_s_page_says_all_that_is_known_with_source_and_year(server, programme):
    shown = server.client.get(f"/programs/{programme}").text
    year = load_knowledge().to_json(2022)
    known = next(item for item in year["programs"] if item["id"] == programme)
    assert "令和4年度（2022年度）" in shown
    lists = ("conditions", "self_checks", "eligible_costs", "ineligible_costs", "apply_at", "combinations")
    for item in [item for name in lists for item in known[name]]:
        assert item["text"] in shown
        assert item["basis"]["document"] in shown
    for budget in known["amount"]["budgets"]:
        for cap in (*budget["case_caps"].values(), budget["company_cap"]):
            assert cap is None or f"{cap['yen']:,}円" in shown
        for rate in budget["rates"]:
            assert f"費用の{rate['value']}" in shown


def test_a_year_is_never_served_with_another_year_s_figures(server):
    assert "令和7年度" in server.client.get("/programs/counterfeit?fiscal_year=2025").text
    refused = server.client.get("/programs/counterfeit?fiscal_year=2030", headers={"Accept": "text/html"})
    assert refused.status_code == 422
    assert "2030" in refused.text


def test_without_javascript_the_way_to_help_is_there(browse, server):
    page = browse(server.url, java_script_enabled=False)
    knowledge = load_knowledge()
    main = page.locator("main")
    expect(main).to_contain_text(knowledge.desk.phone)
    for id_ in PROGRAMMES:
        link = main.get_by_role("link", name=knowledge.problems[id_].situation)
        expect(link).to_have_attribute("href", f"/programs/{id_}")
    shot(page, "home-without-javascript")
    main.get_by_role("link", name=knowledge.problems["counterfeit"].situation).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("模倣品対策支援")


def test_the_statement_claims_no_more_than_was_done(server):
    statement = server.client.get("/accessibility").text
    assert "一部準拠" in statement
    assert "実際のスクリーンリーダー" in statement
    assert "試していません" in statement


def test_the_privacy_note_says_the_installation_s_own_days(start):
    assert "12日が過ぎた" in start(retention_days=12).client.get("/privacy").text


@pytest.mark.parametrize("preference", PREFERENCES)
def test_every_state_is_accessible(browse, server, rasa, preference):
    """Opening, waiting, asking with a card, advice, menu, dialog, error; axe finds nothing in any."""
    page = browse(server.url, **PREFERENCES[preference])
    assert_accessible(page)
    rasa.answer = lambda _: [text("登録していますか", はい="jp_trademark.yes"), advice(PROBLEM)]
    rasa.gate.clear()
    say(page, "相談")
    expect(page.locator(".status")).to_have_text("回答を作成しています")
    animated = page.locator(".status").evaluate("e => getComputedStyle(e, '::after').animationName")
    assert ("none" == animated) is (preference == "reduced-motion")
    assert_accessible(page)
    rasa.gate.set()
    expect(page.locator(".advice")).to_contain_text("確認が必要です")
    assert_accessible(page)
    both = {**COMPLETE, "problems": ["squatted_trademark", "counterfeit"], "right_in_country": False}
    rasa.answer = lambda _: [text("見立てです"), advice(both)]
    page.get_by_role("button", name="はい", exact=True).click()
    expect(page.locator(".advice")).to_contain_text("対象外の見込みです")
    for summary in page.locator(".advice summary").all():
        if not summary.evaluate("element => element.parentElement.open"):
            summary.click()
    assert_accessible(page)
    page.locator(".advice").evaluate("element => element.scrollTo(0, 0)")
    shot(page, f"two-programmes-{preference}")
    page.locator(".menu summary").click()
    assert_accessible(page)
    shot(page, f"menu-{preference}")
    page.keyboard.press("Escape")
    rasa.stop()
    say(page, "続き")
    expect(page.locator("#error")).not_to_be_empty()
    assert_accessible(page)
    shot(page, f"error-{preference}")


def test_in_forced_colors_the_two_shares_still_differ(browse, server):
    page = browse(server.url, forced_colors="active")
    say(page, "相談")
    fills = page.locator(".bar").evaluate(
        "bar => [...bar.children].map((part) => getComputedStyle(part).backgroundColor)"
    )
    assert fills[0] != fills[1]


def test_the_first_message_says_what_must_be_said_first(page):
    first = said(page).first
    for part in ("人ではなく", "2022年度", "個人情報", "営業秘密", "記録", load_knowledge().desk.phone):
        expect(first).to_contain_text(part)
    expect(words(page)).to_be_visible()


def test_lines_break_at_phrases(page):
    said(page).first.wait_for()
    assert page.locator(".panel").evaluate("e => [e.lang, getComputedStyle(e).wordBreak]") == [
        "ja",
        "auto-phrase",
    ]
