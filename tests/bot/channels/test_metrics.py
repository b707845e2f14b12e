"""What operators see: figures, log lines with a pseudonym, and never a word or an id."""

from __future__ import annotations

import json
import logging
import re
import threading

import pytest
from rasa_stand_in import text

from bot.channels import logs
from bot.channels.observing import Observer, conversation_of_log

TOKEN = "t" * 32


def figures(server, **headers):
    response = server.client.get("/metrics", headers=headers)
    assert response.status_code == 200, response.text
    lines = [line for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_turns_errors_and_fallbacks_are_counted_and_timed(start, rasa):
    server = start()
    talk = server.begin()
    talk.say("一つ目")
    rasa.answer = lambda _request: [text("すみません"), {"custom": {"type": "misunderstood"}}]
    talk.say("二つ目")
    rasa.raw = b"[]"
    talk.say("三つ目")
    talk.client.get("/api/conversations/nobody")
    found = figures(server)
    assert 2 == found['navi_turns_total{channel="web",result="answered"}']
    assert 1 == found['navi_turns_total{channel="web",result="answer_unusable"}']
    assert 1 == found['navi_fallbacks_total{channel="web"}']
    assert 1 == found['navi_errors_total{code="answer_unusable"}']
    assert 1 == found['navi_errors_total{code="token_missing"}']
    assert 0 == found["navi_turns_running"]
    spent = {
        stage: found[f'navi_turn_seconds_sum{{stage="{stage}"}}'] for stage in ("rasa", "store", "whole")
    }
    assert 2 == found['navi_turn_seconds_count{stage="whole"}']
    assert 0 < spent["rasa"] < spent["whole"]
    assert 0 < spent["store"] < spent["whole"]
    assert spent["rasa"] + spent["store"] <= spent["whole"]


def test_a_turn_that_waits_is_seen(start, rasa):
    server = start()
    talk = server.begin()
    rasa.gate.clear()
    waiting = threading.Thread(target=talk.say, args=("相談",))
    waiting.start()
    assert rasa.arrived.wait(30)
    assert 1 == figures(server)["navi_turns_running"]
    rasa.gate.set()
    waiting.join()


def test_figures_and_logs_tell_no_words_and_no_ids(start, caplog):
    server = start()
    talk = server.begin()
    with caplog.at_level(logging.INFO, logger="bot"):
        talk.say("秘密の相談")
        talk.choose("jp_trademark.yes")
    shown = server.client.get("/metrics").text + caplog.text
    for secret in (talk.id, talk.token, "秘密", "jp_trademark"):
        assert secret not in shown
    assert re.search(r"web answered rasa=\d+ms store=\d+ms whole=\d+ms", caplog.text)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "192.0.2.1"},
        {"Forwarded": "for=192.0.2.1"},
        {"X-Real-IP": "192.0.2.1"},
        {"Via": "1.1 proxy"},
    ],
)
def test_without_a_token_figures_are_for_this_machine_and_not_through_a_proxy(start, headers):
    server = start(trusted_proxies="127.0.0.1" if "X-Forwarded-For" in headers else "")
    assert 404 == server.client.get("/metrics", headers=headers).status_code
    assert 200 == server.client.get("/metrics").status_code


def test_with_a_token_figures_are_for_who_has_it(start):
    server = start(metrics_token=TOKEN)
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}):
        assert 404 == server.client.get("/metrics", headers=headers).status_code
    assert "navi_turns_running" in figures(server, Authorization=f"Bearer {TOKEN}")


def test_a_pseudonym_is_the_same_each_time_and_another_for_another_key_or_conversation():
    observer = Observer(b"k" * 32)
    assert observer.pseudonym("c") == observer.pseudonym("c") != observer.pseudonym("d")
    assert observer.pseudonym("c") != Observer(b"l" * 32).pseudonym("c")


@pytest.fixture
def root_logger():
    """Logging as it was, afterwards."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = kept
    root.setLevel(level)


def test_lines_are_json_with_the_pseudonym_where_asked(root_logger, capsys):
    root_logger.handlers[:] = []
    logs.configure("json")
    observer = Observer(b"k" * 32)
    with observer.turn("c", "line"):
        logging.getLogger("bot.somewhere").warning("rasa is %s", "late")
    logging.getLogger("bot.somewhere").info("相談の外")
    during, turn, after = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert ("rasa is late", "warning", "bot.somewhere") == tuple(
        during[key] for key in ("message", "level", "logger")
    )
    assert during["conversation"] == turn["conversation"] == observer.pseudonym("c")
    assert turn["message"].startswith("line answered")
    assert ("相談の外", None) == (after["message"], after.get("conversation"))
    assert conversation_of_log.get() is None


def test_lines_are_text_with_the_pseudonym_by_default(root_logger, capsys):
    root_logger.handlers[:] = []
    logs.configure("text")
    observer = Observer(b"k" * 32)
    with observer.turn("c", "line"):
        logging.getLogger("bot.somewhere").warning("rasa is late")
    line = capsys.readouterr().err.splitlines()[0]
    assert line.endswith(f"WARNING bot.somewhere rasa is late conversation={observer.pseudonym('c')}")
