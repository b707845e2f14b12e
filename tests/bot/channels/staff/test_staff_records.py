"""Cases over their life: said, corrected, tried out, handed over, confirmed, found again, reviewed."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date

import pytest
from phone import HEARD, Listening, with_answer

from bot.channels.candidates import Candidate
from bot.channels.conversations import today
from bot.channels.staff.cases import MOST_EARLIER
from bot.learn import read_queue


@pytest.fixture(autouse=True)
def listening(rasa) -> Listening:
    rasa.answer = Listening()
    return rasa.answer


def facts_of(staff, address):
    return staff.cases.steps(address.rsplit("/", 1)[1])[-1].after


def test_a_transcript_is_analysed_in_one_step_and_only_the_caller_s_lines(operator, staff, rasa):
    tanaka = operator()
    address = tanaka.open()
    pasted = (
        "担当：どうされましたか\n相談者：中国で商標を取られました\n担当：タイではどうですか\n相談者：はい"
    )
    answer = tanaka.change(address, "say", text=pasted)
    assert answer.status_code == 200
    assert rasa.said == ["中国で商標を取られました", "はい"]
    # Nobody read out the open question, so "yes" must not answer it.
    assert rasa.requests[-1]["metadata"]["asked"] is False
    assert facts_of(staff, address) == {"problems": ["squatted_trademark"], "countries": ["CN"]}


def test_facts_are_corrected_answered_out_of_order_and_taken_back(operator, staff, rasa):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text=HEARD)
    tanaka.change(address, "facts", fact="countries", state="known", value="中国、台湾")
    tanaka.change(address, "answer", option="measure.cancellation")
    now = facts_of(staff, address)
    assert (now["countries"], now["measure"]) == (["CN", "TW"], "cancellation")
    assert rasa.requests[-1]["metadata"]["facts"] == now
    assert rasa.said[-1] == "/answer"
    # The middle step alone.
    tanaka.change(address, "undo", step=2)
    now = facts_of(staff, address)
    assert (now["countries"], now["measure"]) == (["CN"], "cancellation")
    assert tanaka.change(address, "undo", step=2).status_code == 422


def test_the_suggestions_come_in_the_first_line_of_an_answer(operator):
    tanaka = operator()
    answer = tanaka.change(tanaka.open(), "say", text=HEARD)
    first, rest = answer.text.split("\n")
    suggestions = json.loads(first + "}")
    assert list(suggestions["panels"]) == ["log", "question", "routes"]
    assert suggestions["rest"] == ""
    assert answer.json() == suggestions | {"below": json.loads("{" + rest[1:])["below"]}
    assert list(answer.json()["below"]) == ["facts", "sheet", "head"]


def test_a_fact_shows_all_words_of_a_list_and_none_of_what_was_put_in_its_place(operator):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text="中国で商標を取られました")
    tanaka.change(address, "say", text="タイもです")
    assert "「中国 … タイ」から" in tanaka.client.get(f"{address}/panels").json()["below"]["facts"]
    tanaka.change(address, "facts", fact="countries", state="known", value="台湾")
    assert "「中国" not in tanaka.client.get(f"{address}/panels").json()["below"]["facts"]


def test_a_call_goes_on_when_its_first_words_sound_like_no_matter_of_ours(operator, rasa):
    tanaka = operator()
    address = tanaka.open()
    rasa.answer.facts_of_words["市役所"] = {"problems": ["out_of_scope"]}
    asked = tanaka.change(address, "say", text="市役所から聞いたんですけど").json()["panels"]
    assert "どのようなことでお困りでしょうか" in asked["question"] and "まだ決めていません" in asked["log"]
    # Only the operator says that it is none of ours.
    settled = tanaka.change(address, "answer", option="problems.out_of_scope").json()["panels"]
    assert "お聞きすることは、もうありません" in settled["question"]
    assert "0570-082100" in settled["question"] and "0570-082100" in settled["routes"]


def test_what_is_read_out_says_why_not_and_of_which_year(operator):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text=HEARD)
    panels = tanaka.change(address, "facts", fact="spent_already", state="yes").json()["panels"]
    year = "令和4年度（2022年度）の条件による目安で、その年度の募集は終わっています"
    assert year in panels["routes"] and year in panels["question"]
    assert "という条件に合わないためです" in panels["question"]
    assert "その後の変更" in panels["routes"]


def test_what_a_caller_asks_is_answered_until_the_next_words(operator, rasa):
    tanaka = operator()
    address = tanaka.open()
    listening = rasa.answer
    rasa.answer = lambda request: with_answer(listening(request), "後払いです。")
    panels = tanaka.change(address, "say", text="いつ振り込まれますか").json()["panels"]
    assert "お尋ねへの答え" in panels["question"] and "後払いです" in panels["question"]
    rasa.answer = listening
    assert "お尋ねへの答え" not in tanaka.change(address, "say", text=HEARD).json()["panels"]["question"]


def test_what_if_changes_nothing(operator, staff, rasa):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text=f"{HEARD}。費用は240万円")
    before, asked = facts_of(staff, address), len(rasa.requests)
    version = tanaka.version(address)
    answer = tanaka.change(address, "whatif", fact="costs", state="known", squatted_trademark="300万")
    assert "2,000,000円" in answer.json()["panels"]["routes"]
    assert "1,600,000円" in answer.json()["panels"]["routes"]
    assert (facts_of(staff, address), len(rasa.requests), tanaka.version(address)) == (before, asked, version)


def test_a_wrong_value_is_refused_with_its_name_and_nothing_changes(operator, staff):
    tanaka = operator()
    address = tanaka.open()
    answer = tanaka.change(address, "facts", fact="countries", state="known", value="火星")
    assert answer.status_code == 422
    assert "火星" in answer.json()["error"]["message"]
    assert tanaka.version(address) == 1


def test_what_failed_half_way_is_kept_as_far_as_it_came(operator, staff, rasa):
    tanaka = operator()
    address = tanaka.open()
    listening = rasa.answer

    def fails_later(request):
        if "240" in request["message"]:
            rasa.status = 503
        return listening(request)

    rasa.answer = fails_later
    answer = tanaka.change(address, "say", text="相談者：中国です\n担当：はい\n相談者：240万円です")
    body = answer.json()
    assert body["rest"] == "240万円です"
    assert "電話" in body["error"]["message"]
    assert facts_of(staff, address)["countries"] == ["CN"]


def test_a_wrong_problem_is_kept_as_an_example_reviewed_and_exported_as_a_queue(operator, staff, tmp_path):
    tanaka, sato = operator(), operator("sato")
    address = tanaka.open()
    tanaka.change(address, "say", text="偽物の商標で名前を使われた、山本と申します")
    assert facts_of(staff, address)["problems"]
    found = facts_of(staff, address)["problems"][0]
    meant = "sued_abroad"
    assert tanaka.change(address, "wrong", problem=found, meant=meant).status_code == 200
    assert facts_of(staff, address)["problems"] == [meant]
    example = staff.examples.all()[0]
    assert (example.found, example.meant, example.review) == (found, meant, None)
    assert example.text not in sato.client.get("/staff/examples.yml").text
    reviewed = {"review": "accepted", "meant": meant, "text": "=偽物の商標で名前を使われた"}
    assert sato.post(f"/staff/examples/{example.id}", **reviewed).status_code == 303
    queue = tmp_path / "candidates.yml"
    queue.write_text(sato.client.get("/staff/examples.yml").text, encoding="utf-8")
    text = "=偽物の商標で名前を使われた"
    assert [Candidate(text, meant, "corrected", accept=True)] == read_queue(queue)


def test_a_sheet_is_confirmed_reopened_and_confirmed_again_and_each_version_stays(operator, staff):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text=HEARD)
    tanaka.change(address, "fields", remarks="はじめのメモ", consent="yes")
    offers = ('data-action="undo"', 'data-action="wrong"')
    before = tanaka.client.get(f"{address}/panels").json()["panels"]["log"]
    assert all(offer in before for offer in offers)
    confirmed = tanaka.change(address, "confirm")
    assert confirmed.status_code == 200
    # What would be refused is not offered.
    assert not any(offer in confirmed.json()["panels"]["log"] for offer in offers)
    refused = tanaka.change(address, "fields", remarks="確定の後")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "case_confirmed")
    # Anybody goes on with a confirmed case.
    suzuki = operator("suzuki")
    assert suzuki.change(address, "reopen").status_code == 200
    suzuki.change(address, "fields", remarks="直したメモ")
    suzuki.change(address, "confirm")
    first = suzuki.client.get(f"{address}/print?version=1").text
    second = suzuki.client.get(f"{address}/print?version=2").text
    assert "はじめのメモ" in first and "直したメモ" not in first
    assert "直したメモ" in second and "前の版から変わった欄" in second
    assert suzuki.client.get(f"{address}/print?version=3").status_code == 404


def test_a_confirmed_sheet_is_printed_as_it_was_confirmed(operator, monkeypatch):
    """Also on another day, or with other data."""
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text=HEARD)
    tanaka.change(address, "confirm")
    monkeypatch.setattr("bot.channels.staff.panels.today", lambda: date(2022, 5, 1))
    for page in ("print", "sheet.txt"):
        now = tanaka.client.get(f"{address}/{page}").text
        assert "第1版" in now and "募集は終わっています" in now


def test_every_field_of_the_sheet_is_printed_and_copied(operator, staff):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text=f"{HEARD}。費用は240万円")
    tanaka.change(
        address, "fields", name="山本製作所", contact="090", steps='[{"text":"送る","date":"2026-12-01"}]'
    )
    from bot.channels.staff.texts import load_staff_texts

    for shown in (tanaka.client.get(f"{address}/print").text, tanaka.client.get(f"{address}/sheet.txt").text):
        for label in load_staff_texts().sheet.values():
            assert label in shown
        for words in ("山本製作所", "090", "送る", "2026-12-01", "1,600,000円", "03-3581-1101", HEARD):
            assert words in shown


def test_a_day_is_a_table_that_no_spreadsheet_runs(operator):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "fields", name='=HYPERLINK("x")', remarks="@SUM")
    tanaka.change(address, "confirm")
    answer = tanaka.client.get(f"/staff/records.csv?day={today()}")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    mine = next(row for row in rows if '\'=HYPERLINK("x")' in row)
    assert mine[-1] == "'@SUM"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_history_is_found_by_day_and_by_words_but_not_another_s_draft(operator):
    tanaka, suzuki = operator(), operator("suzuki")
    address = tanaka.open()
    tanaka.change(address, "fields", name="見つかる製作所")
    number = re.search(r"\d{8}-[0-9A-F]{8}", tanaka.client.get(address).text)[0]
    assert number not in suzuki.client.get(f"/staff/records?day={today()}").text
    tanaka.change(address, "confirm")
    assert number in suzuki.client.get(f"/staff/records?day={today()}").text
    assert number in suzuki.client.get("/staff/records?q=見つかる").text
    assert number in suzuki.client.get(f"/staff/records?q={number}").text
    assert number not in suzuki.client.get("/staff/records?q=見つかる ない言葉").text


def test_a_web_conversation_opens_in_the_console_with_consent(operator, staff, talk):
    talk.say(HEARD)
    sheet = talk.client.get(f"{talk.path}/sheet", headers=talk.headers).text
    action = re.search(r'action="([^"]+handover[^"]+)"', sheet)[1].replace("&amp;", "&")
    assert talk.client.post(action).status_code == 400
    shown = talk.client.post(action, data={"consent": "yes"}).text
    code = re.search(r"<strong>(\d{5} \d{5})</strong>", shown)[1]
    tanaka = operator()
    taken = tanaka.post("/staff/handover", code=code)
    console = tanaka.client.get(taken.headers["location"]).text
    assert HEARD in console and "ウェブのチャット" in console
    assert facts_of(staff, taken.headers["location"])["countries"] == ["CN"]
    assert tanaka.post("/staff/handover", code=code).status_code == 404


def test_a_caller_goes_on_in_the_web_chat_and_the_console_follows(operator, staff, browse, server):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text=HEARD)
    code = tanaka.post(f"{address}/offer").json()["code"]
    page = browse(f"{server.url}/continue", server.url)
    page.get_by_label("番号（10桁）").fill("00000 00000")
    page.keyboard.press("Enter")
    page.get_by_text("この引き継ぎ番号は使えません").wait_for()
    page.get_by_label("番号（10桁）").fill(code)
    page.keyboard.press("Enter")
    page.get_by_text(HEARD).wait_for()
    page.get_by_label("ご相談の内容").fill("費用は240万円です")
    page.keyboard.press("Enter")
    page.locator(".advice").get_by_text("1,600,000円").first.wait_for()
    assert "240万円" in tanaka.client.get(address).text
    assert facts_of(staff, address)["costs"] == {"squatted_trademark": 2_400_000}


def test_a_case_goes_on_after_its_conversation_is_gone(operator, staff, server, rasa):
    tanaka = operator()
    address = tanaka.open()
    tanaka.change(address, "say", text=HEARD)
    server.services.store.forget(staff.cases.find(address.rsplit("/", 1)[1]).conversation)
    tanaka.change(address, "say", text="登録済みです")
    assert facts_of(staff, address) == {
        "problems": ["squatted_trademark"],
        "countries": ["CN"],
        "jp_trademark": True,
    }


def test_every_view_and_change_is_in_the_audit_log_without_what_was_said(operator, staff):
    tanaka = operator()
    address = tanaka.open()
    case = address.rsplit("/", 1)[1]
    tanaka.client.get(address)
    tanaka.change(address, "say", text=HEARD)
    tanaka.change(address, "facts", fact="jp_trademark", state="yes")
    tanaka.change(address, "fields", remarks="秘密のメモ")
    tanaka.client.get(f"{address}/print")
    tanaka.change(address, "confirm")
    entries = staff.audit.newest(50, case)
    assert [entry.action for entry in reversed(entries)] == [
        "opened",
        "viewed",
        "said",
        "put",
        "saved",
        "printed",
        "confirmed",
    ]
    assert {entry.account for entry in entries} == {"tanaka"}
    assert not any("秘密" in entry.detail or "商標" in entry.detail for entry in entries)


def test_a_text_that_is_written_over_in_a_draft_can_be_brought_back(operator, staff):
    tanaka = operator()
    address = tanaka.open()
    case = address.rsplit("/", 1)[1]
    for text in ("東京の会社。社長から", "東京の", "東京の工場", "大阪の工場", "大阪の工場。至急"):
        tanaka.change(address, "fields", remarks=text)
    tanaka.change(address, "share")
    answer = operator("suzuki").change(address, "fields", remarks="名古屋").json()
    # Neither what was only added to, nor what was deleted on the way to other words.
    kept = [(earlier.text, earlier.account) for earlier in staff.cases.earlier(case)]
    assert kept == [
        ("大阪の工場。至急", "suzuki"),
        ("東京の工場", "tanaka"),
        ("東京の会社。社長から", "tanaka"),
    ]
    assert (
        "鈴木さんが書き直す前" in answer["panels"]["sheet"]
        and "大阪の工場。至急" in answer["panels"]["sheet"]
    )


def test_as_many_earlier_texts_of_a_field_are_kept_as_can_be_overseen(operator, staff):
    tanaka = operator()
    address = tanaka.open()
    for number in range(MOST_EARLIER + 3):
        tanaka.change(address, "fields", remarks=f"メモ{number}。")
    kept = [earlier.text for earlier in staff.cases.earlier(address.rsplit("/", 1)[1])]
    assert kept == [f"メモ{number}。" for number in range(MOST_EARLIER + 1, 1, -1)]
