"""What is kept of cases and of who saw them: for how long, and that each look is noted."""

from __future__ import annotations

import sqlite3
import time

import pytest
from people import PASSWORD, PEOPLE
from phone import HEARD, Listening

from bot.channels.__main__ import main
from bot.channels.staff.install import build_staff

DAY = 24 * 3600
OF_A_CASE = ("staff_turns", "staff_sheets", "staff_examples", "staff_presence", "staff_audit")


@pytest.fixture(autouse=True)
def listening(rasa) -> None:
    rasa.answer = Listening()


def age(database, case, days):
    database.execute(
        "UPDATE staff_cases SET updated_at = ? WHERE id = ?", (int(time.time()) - days * DAY, case)
    )


def of_cases(database, table):
    rows = database.execute(f'SELECT "case" FROM {table} WHERE "case" IS NOT NULL')  # noqa: S608 - our own names
    return {case for (case,) in rows}


def test_purge_deletes_cases_that_rest_with_all_that_belongs_to_them(
    start, operator_of, tmp_path, monkeypatch
):
    server = start()
    tanaka = operator_of(server)
    old, young = tanaka.open(), tanaka.open()
    for address in (old, young):
        tanaka.change(address, "say", text=HEARD)
        tanaka.change(address, "wrong", problem="squatted_trademark", meant="")
        tanaka.change(address, "confirm")
        tanaka.change(address, "reopen")
        tanaka.change(address, "draft", text="書きかけの秘密")
        tanaka.version(address)
    server.stop()
    old, young = (address.rsplit("/", 1)[1] for address in (old, young))
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path / "var"))
    database = sqlite3.connect(tmp_path / "var/channels.db", isolation_level=None)
    for table in OF_A_CASE:
        assert of_cases(database, table) == {old, young}, table
    age(database, old, 366)
    age(database, young, 364)
    assert main(["purge"]) == 0
    for table in OF_A_CASE:
        assert of_cases(database, table) == {young}, table
    assert database.execute("SELECT id FROM staff_cases").fetchall() == [(young,)]
    assert ("command", "purged", "1") in database.execute(
        "SELECT account, action, detail FROM staff_audit"
    ).fetchall()
    assert main(["purge", "--older-than", "300"]) == 0
    assert database.execute("SELECT count(*) FROM staff_cases").fetchone() == (0,)
    database.close()
    assert "書きかけの秘密".encode() not in (tmp_path / "var/channels.db").read_bytes()


def test_logins_stay_in_the_audit_log_as_long_as_the_setting_says(start, operator_of, tmp_path, monkeypatch):
    server = start()
    staff = build_staff(server.services)
    for action in ("login", "login_refused"):
        staff.audit.note("tanaka", action)
    server.stop()
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("NAVI_AUDIT_RETENTION_DAYS", "10")
    database = sqlite3.connect(tmp_path / "var/channels.db", isolation_level=None)
    database.execute("UPDATE staff_audit SET at = ? WHERE action = 'login'", (int(time.time()) - 11 * DAY,))
    database.execute(
        "UPDATE staff_audit SET at = ? WHERE action = 'login_refused'", (int(time.time()) - 9 * DAY,)
    )
    # The days that are given are those of conversations and cases.
    assert main(["purge", "--older-than", "1"]) == 0
    assert database.execute("SELECT action FROM staff_audit").fetchall() == [("login_refused",)]
    database.close()


@pytest.mark.parametrize(
    ("look", "action"),
    [
        ("{case}", "viewed"),
        ("{case}/panels", "viewed"),
        ("{case}/print", "printed"),
        ("{case}/sheet.txt", "text"),
        ("/staff/records?day=2026-11-23", "searched"),
        ("/staff/records?q=中国", "searched"),
        ("/staff/report", "report"),
        ("/staff/report.csv", "exported"),
        ("/staff/examples", "examples"),
        ("/staff/examples.yml", "exported"),
        ("/staff/audit", "audited"),
    ],
)
def test_each_look_is_noted(operator, staff, look, action):
    address = operator().open()
    sato = operator("sato")
    assert sato.client.get(look.format(case=address)).status_code == 200
    entry = staff.audit.newest(1)[0]
    assert (entry.account, entry.action) == ("sato", action)
    case = address.rsplit("/", 1)[1]
    assert (entry.case == case) is ("{case}" in look)
    assert "中国" not in entry.detail


def test_sharing_and_trying_out_are_noted(operator, staff):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "share")
    suzuki = operator("suzuki")
    suzuki.change(address, "whatif")
    assert [(entry.account, entry.action) for entry in staff.audit.newest(2)] == [
        ("suzuki", "viewed"),
        ("tanaka", "shared"),
    ]


def test_what_a_page_asks_again_is_noted_once_a_session(operator, staff):
    address = operator().open()
    case = address.rsplit("/", 1)[1]
    sato = operator("sato")
    for _ in range(3):
        sato.client.get(f"{address}/panels")
        sato.client.get(f"{address}/state", headers={"X-By-Itself": "1"})
    viewed = [entry for entry in staff.audit.newest(50, case) if entry.action == "viewed"]
    assert [entry.account for entry in viewed] == ["sato"]


def test_a_day_s_csv_is_noted_at_each_case_in_it(operator, staff):
    tanaka = operator()
    cases = {tanaka.open().rsplit("/", 1)[1] for _ in range(2)}
    tanaka.client.get("/staff/records.csv")
    for case in cases:
        assert "csv" in {entry.action for entry in staff.audit.newest(50, case)}


@pytest.fixture
def operator_of(operator_client):
    """An operator of an app of the test's own."""

    def run(server):
        staff = build_staff(server.services)
        display, role = PEOPLE["tanaka"]
        staff.accounts.add("tanaka", display, role, PASSWORD)
        return operator_client(server, staff, "tanaka")

    return run
