"""Numbers, commands, forgetting, and what happens when Rasa is away."""

from __future__ import annotations

import re
import time

import pytest
from rasa_stand_in import COMPLETE, PROBLEM, advice, text

from tests.waiting import wait_until

USER = "U" + "4" * 32
YES_NO = {"はい": "jp_trademark.yes", "いいえ": "jp_trademark.no"}


def asked(_request) -> list:
    return [text("日本で登録していますか。", **YES_NO), advice(PROBLEM)]


@pytest.mark.parametrize("said", ["2", "２", "②", "2番", "(2)", "2です", "2。"])
def test_a_number_is_the_option_of_that_number(talk_line, line, rasa, said):
    rasa.answer = asked
    talk_line.ask(line.text(USER, "商標を取られた"), more=2)
    talk_line.ask(line.text(USER, said))
    assert '/answer{"option": "jp_trademark.no"}' == rasa.said[-1]


@pytest.mark.parametrize("said", ["3", "0", "2年前です", "20人"])
def test_other_numbers_are_what_they_say(talk_line, line, rasa, said):
    rasa.answer = asked
    talk_line.ask(line.text(USER, "商標を取られた"), more=2)
    talk_line.ask(line.text(USER, said))
    assert said == rasa.said[-1]


def test_a_bare_number_answers_a_question_for_a_number(talk_line, line, rasa):
    facts = {name: value for name, value in COMPLETE.items() if name != "costs"}
    rasa.answer = lambda _request: [text("費用はいくらですか。", **YES_NO), advice(facts)]
    *_, said = talk_line.ask(line.text(USER, "商標を取られた"), more=2)
    assert "costs" == advice(facts)["custom"]["next"]["fact"]
    assert "「1番」のように送ってください" in said["text"]
    talk_line.ask(line.text(USER, "2"))
    assert "2" == rasa.said[-1]
    talk_line.ask(line.text(USER, "2番"))
    assert '/answer{"option": "jp_trademark.no"}' == rasa.said[-1]


def test_a_pressed_button_is_its_option(talk_line, line, rasa):
    rasa.answer = asked
    *_, said = talk_line.ask(line.text(USER, "商標を取られた"), more=2)
    action = said["quickReply"]["items"][0]["action"]
    assert "はい" == action["displayText"]
    talk_line.ask(line.postback(USER, action["data"]))
    assert '/answer{"option": "jp_trademark.yes"}' == rasa.said[-1]


def test_an_option_that_was_never_offered_is_refused_in_words(talk_line, line, rasa):
    rasa.answer = asked
    talk_line.ask(line.text(USER, "商標を取られた"), more=2)
    (said,) = talk_line.ask(line.postback(USER, "option:jp_trademark.maybe"))
    assert "この選択肢は選べません" in said["text"]


def test_the_sheet_is_a_link_where_pages_have_an_address(start_line, line, rasa):
    talk = start_line(public_url="https://navi.example.jp/")
    rasa.answer = lambda _request: [text("⑤です。"), advice(COMPLETE)]
    talk.ask(line.text(USER, "費用は240万円"), more=3)
    (said,) = talk.ask(line.text(USER, "相談票"))
    link = said["text"].split("\n")[1]
    assert link.startswith("https://navi.example.jp/api/conversations/")
    page = talk.client.get(link.removeprefix("https://navi.example.jp"))
    assert "費用は240万円" in page.text


def test_the_sheet_is_text_where_they_have_none(talk_line, line, rasa):
    *_, none = talk_line.ask(line.postback(USER, "command:sheet"))
    assert "お困りごとをお書きください" in none["text"]
    rasa.answer = lambda _request: [text("⑤です。"), advice(COMPLETE)]
    talk_line.ask(line.text(USER, "費用は240万円"), more=2)
    (sheet,) = talk_line.ask(line.text(USER, "相談票を見る"))
    assert "費用は240万円" in sheet["text"]
    assert "1,600,000円" in sheet["text"]


def test_restarting_is_asked_first_and_then_forgets(talk_line, line, rasa):
    rasa.answer = asked
    talk_line.ask(line.text(USER, "商標を取られた"), more=2)
    (ask,) = talk_line.ask(line.text(USER, "最初から"))
    assert "元に戻せません" in ask["text"]
    (kept,) = talk_line.ask(line.postback(USER, "command:keep"))
    assert "記録はそのままです" in kept["text"]
    (opening,) = talk_line.ask(line.text(USER, "やり直す"))
    assert "プログラムが自動でお答えします" in opening["text"]
    talk_line.ask(line.text(USER, "つぎの相談"))
    senders = {request["sender"] for request in rasa.requests}
    assert 2 == len(senders)


def test_unfollowing_forgets(talk_line, line, rasa):
    rasa.answer = asked
    talk_line.ask(line.text(USER, "秘密の商標ヒミツ"), more=2)
    assert "秘密の商標ヒミツ" in talk_line.held()
    assert talk_line.deliver(line.event(USER, "unfollow")).status_code == 200
    talk_line.wait_gone("秘密の商標ヒミツ")
    talk_line.wait_gone(USER)


def test_a_message_taken_back_is_deleted(talk_line, line, rasa):
    rasa.answer = asked
    event = line.text(USER, "書いてはいけない名前")
    talk_line.ask(event, more=2)
    talk_line.deliver(line.event(USER, "unsend", unsend={"messageId": event["message"]["id"]}))
    talk_line.wait_gone("書いてはいけない名前")
    talk_line.ask(line.text(USER, "続けます"))
    assert "続けます" == rasa.said[-1]


def test_a_message_taken_back_before_its_turn_is_never_said(talk_line, line, rasa):
    first, second = line.text(USER, "一つめ"), line.text(USER, "二つめ")
    rasa.gate.clear()
    talk_line.deliver(first)
    assert rasa.arrived.wait(10)
    talk_line.deliver(second)
    talk_line.deliver(line.event(USER, "unsend", unsend={"messageId": second["message"]["id"]}))
    rasa.gate.set()
    talk_line.wait(USER, 2)
    time.sleep(0.5)
    assert ["一つめ"] == rasa.said


def test_while_rasa_is_away_the_desk_is_named_and_the_answer_comes_later(talk_line, line, rasa):
    rasa.answer = lambda _request: [text("わかりました。")]
    rasa.stop()
    *_, sorry = talk_line.ask(line.text(USER, "商標を取られた"), more=2)
    assert "送り直す必要はありません" in sorry["text"]
    assert "03-3581-1101" in sorry["text"]
    talk_line.deliver(line.text(USER, "もう一つ"))
    rasa.start()
    *_, first, second = talk_line.wait(USER, 4, seconds=30)
    assert ["わかりました。", "わかりました。"] == [first["text"], second["text"]]
    assert ["商標を取られた", "もう一つ"] == rasa.said
    # The first's token went with the apology; the second's is still good.
    assert ["reply", "reply", "push", "reply"] == [how for _, _, how in line.delivered]


def test_what_cannot_be_answered_for_long_is_given_up_politely(start_line, line, rasa):
    talk = start_line(inbox_give_up_minutes=0.02)
    rasa.status = 500
    talk.ask(line.text(USER, "商標を取られた"), more=2)
    wait_until(
        lambda: "回答をお送りできませんでした" in line.to(USER)[-1]["text"], lambda: str(line.to(USER))
    )
    assert "03-3581-1101" in line.to(USER)[-1]["text"]
    rasa.reset()
    talk.ask(line.text(USER, "もう一度"))
    assert "もう一度" == rasa.said[-1]


def test_a_text_that_is_too_long_is_told_at_once(talk_line, line, rasa):
    *_, said = talk_line.ask(line.text(USER, "長" * 2001), more=2)
    assert "上限2000文字、入力は2001文字" in said["text"]
    assert [] == rasa.said


def test_a_person_gets_a_number_for_the_operator(talk_line, line, rasa):
    rasa.answer = lambda request: [*asked(request), advice({**PROBLEM, "countries": ["TH"]})]
    talk_line.ask(line.text(USER, "商標を取られた"), more=2)
    # Only who agrees gets one.
    (asked_first,) = talk_line.ask(line.text(USER, "人と話したい"))
    assert "引き継ぎ番号" not in asked_first["text"]
    assert "03-3581-1101" in asked_first["text"]
    assert ["command:handover_yes", "command:keep"] == [
        item["action"]["data"] for item in asked_first["quickReply"]["items"]
    ]
    (said,) = talk_line.ask(line.postback(USER, "command:handover_yes"))
    code = re.search(r"引き継ぎ番号 (\d{5} \d{5})", said["text"])[1]
    assert "03-3581-1101" in said["text"]
    console = talk_line.opened_by_staff(code)
    assert "商標を取られた" in console and 'value="タイ"' in console
    assert '<span class="tag">LINE</span>' in console
    assert talk_line.services.handovers.use(code, "to_staff") is None
