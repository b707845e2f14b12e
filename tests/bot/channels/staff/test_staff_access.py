"""Who is let in, who is refused, and that each refusal is noted."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher
from browsing import assert_accessible, shot
from people import log_in
from playwright.sync_api import expect

from bot.channels.report import console as report
from bot.channels.staff import console, login, records, review
from bot.channels.staff.accounts import LOCK_SECONDS, MOST_WRONG, Accounts, LockedError, WrongPasswordError
from bot.channels.staff.install import build_staff


def noted(staff, count=1):
    return [(entry.account, entry.action) for entry in staff.audit.newest(count)]


@pytest.mark.parametrize("address", ["/staff", "/staff/cases/x", "/staff/records", "/staff/examples"])
def test_nobody_sees_anything_without_logging_in(server, staff, browse, address):
    page = browse(server.url + address, server.url)
    expect(page.get_by_role("heading", name="ログイン")).to_be_visible()
    assert_accessible(page)
    assert ("-", "refused_login") in noted(staff)


ROUTES = sorted(
    (method, route.path)
    for part in (login, records, console, review, report)
    for route in part.router.routes
    for method in route.methods
)
OF_A_CASE = [(method, path) for method, path in ROUTES if path.startswith("/staff/cases/{id}")]


def test_every_route_is_known():
    assert len(ROUTES) > 30 and len(OF_A_CASE) >= 20


@pytest.mark.parametrize(
    ("method", "path"),
    [route for route in ROUTES if route[1] != "/staff/login"],
)
def test_a_script_is_refused_with_a_reason(server, staff, method, path):
    # The password itself is asked for there, of somebody who has a session.
    fields = {"password": "x"} if path == "/staff/unlock" else None
    address = path.format(id="x", number=1)
    answer = server.client.request(method, address, headers={"cookie": "navi_staff=forged"}, data=fields)
    assert answer.status_code == 401
    assert "ログイン" in answer.json()["error"]["message"]
    assert noted(staff) == [("-", "refused_login")]


def test_a_forged_cookie_is_refused_in_a_browser(server, staff, browse):
    page = browse(f"{server.url}/staff", server.url)
    log_in(page, "tanaka")
    good = page.context.cookies()[0]
    assert (good["httpOnly"], good["sameSite"], good["name"]) == (True, "Strict", "navi_staff")
    page.context.add_cookies([{**good, "value": good["value"][:-2] + "xx"}])
    page.reload()
    expect(page.get_by_role("heading", name="ログイン")).to_be_visible()
    assert noted(staff) == [("-", "refused_login")]


def test_behind_tls_the_cookie_is_for_tls_alone(start, rasa):
    server = start(trusted_proxies="127.0.0.1")
    build_staff(server.services).accounts.add("tanaka", "", "operator", "long enough now")
    answer = server.client.post(
        "/staff/login",
        data={"name": "tanaka", "password": "long enough now"},
        headers={"x-forwarded-proto": "https"},
    )
    assert answer.status_code == 303
    assert re.search(
        r"^__Host-navi_staff=.*; HttpOnly; Path=/; SameSite=strict; Secure", answer.headers["set-cookie"]
    )


@pytest.mark.parametrize("token", [None, "", "wrong"])
@pytest.mark.parametrize(
    "path",
    [path for method, path in ROUTES if method == "POST" and path not in ("/staff/login", "/staff/unlock")],
)
def test_a_change_without_the_token_is_refused(operator, staff, path, token):
    sato = operator("sato")
    case = sato.open()
    headers = {} if token is None else {"x-csrf-token": token}
    before = sato.version(case)
    address = path.format(id=case.rsplit("/", 1)[1], number=1)
    answer = sato.client.post(address, data={"version": before, "text": "x"}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "staff_csrf"
    assert noted(staff) == [("sato", "refused_csrf")]
    assert sato.version(case) == before


def test_a_form_of_another_site_cannot_log_anybody_in(server, staff):
    answer = server.client.post(
        "/staff/login",
        data={"name": "tanaka", "password": "x"},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/staff/examples", "/staff/audit", "/staff/examples.yml", "/staff/report", "/staff/report.csv"],
)
def test_what_supervisors_see_is_refused_to_operators(operator, staff, address):
    answer = operator().client.get(address)
    assert answer.status_code == 403
    assert "管理者" in answer.json()["error"]["message"]
    assert noted(staff) == [("tanaka", "refused_role")]
    assert operator("sato").client.get(address).status_code == 200


@pytest.mark.parametrize("path", [path for method, path in OF_A_CASE if method == "GET"])
def test_another_operator_s_draft_is_refused_until_it_is_shared(operator, staff, path):
    tanaka, suzuki = operator(), operator("suzuki")
    address = tanaka.open()
    action = path.removeprefix("/staff/cases/{id}")
    answer = suzuki.client.get(address + action)
    assert answer.status_code == 403
    assert "田中" in answer.json()["error"]["message"]
    assert noted(staff) == [("suzuki", "refused_case")]
    assert operator("sato").client.get(address + action).status_code == 200
    tanaka.change(address, "share")
    assert suzuki.client.get(address + action).status_code == 200


@pytest.mark.parametrize("path", [path for method, path in OF_A_CASE if method == "POST"])
def test_another_operator_s_draft_is_not_changed_either(operator, staff, path):
    tanaka, suzuki = operator(), operator("suzuki")
    case = tanaka.open()
    before = tanaka.version(case)
    answer = suzuki.post(path.format(id=case.rsplit("/", 1)[1]), version=before, text="x", name="x")
    assert answer.status_code == 403
    assert noted(staff) == [("suzuki", "refused_case")]
    assert tanaka.version(case) == before


def test_five_wrong_passwords_lock_and_the_message_says_until_when(browse, server, staff):
    staff.accounts.add("yamada", "山田", "operator", "long enough now")
    page = browse(f"{server.url}/staff", server.url)
    for tries in range(1, MOST_WRONG + 1):
        page.get_by_label("名前").fill("yamada")
        page.get_by_label("パスワード").fill("wrong password")
        page.keyboard.press("Enter")
        message = page.get_by_role("alert")
        expect(message).to_contain_text("正しくありません" if tries < MOST_WRONG else "5回まちがえた")
    expect(message).to_contain_text(re.compile(r"\d\d:\d\dまでログインできません"))
    shot(page, "staff-locked")
    assert_accessible(page)
    # The right one is of no use now.
    page.get_by_label("パスワード").fill("long enough now")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("までログインできません")
    assert noted(staff) == [("yamada", "login_locked")]
    assert noted(staff, MOST_WRONG + 1).count(("yamada", "login_refused")) == MOST_WRONG - 1


def test_the_lock_ends_and_a_name_without_account_is_locked_alike(server, staff):
    now = 1_000_000.0
    accounts = Accounts(server.services.database, lambda: now, PasswordHasher(1, 8, 1))
    for name in ("tanaka", "nobody"):
        for tries in range(1, MOST_WRONG + 1):
            with pytest.raises(WrongPasswordError if tries < MOST_WRONG else LockedError) as raised:
                accounts.verified(name, "wrong")
        assert raised.value.until == now + LOCK_SECONDS
    now += LOCK_SECONDS + 1
    with pytest.raises(WrongPasswordError):
        accounts.verified("tanaka", "wrong")


def test_a_closed_account_is_out_at_once(operator, staff):
    tanaka = operator()
    staff.accounts.set_disabled("tanaka", True)
    assert tanaka.client.get("/staff", headers={"accept": "text/html"}).status_code == 303
    staff.accounts.set_disabled("tanaka", False)


@pytest.mark.parametrize("next", ["https://evil.example/staff", "//evil.example", "/staff\\evil", "/other"])
def test_a_login_never_leads_elsewhere(server, staff, operator, next):
    answer = operator(None).login("tanaka", next=next)
    assert answer.headers["location"] == "/staff"
