"""Short forms of the long runs (`make soak`) against the real chain, and what they look for."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from tests.chain import Chain
from tests.soak import _growth, _numbers, crowd, hostile, log_faults


def test_hostile_messages_are_answered_or_refused_and_leave_nothing_in_a_log(chain: Chain) -> None:
    before = set(log_faults(chain, set()))
    report = asyncio.run(hostile(chain, messages=120, seconds=60, at_once=5, seed=3))
    assert [] == [fault for fault in report.faults if fault not in before]
    assert report.messages >= 60
    assert {"200", "422 text_too_long"} <= set(report.statuses)


def test_conversations_at_once_end_with_their_own_facts(chain: Chain) -> None:
    before = set(log_faults(chain, set()))
    report = asyncio.run(crowd(chain, conversations=25))
    assert [] == [fault for fault in report.faults if fault not in before]
    assert 75 == report.messages


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "2026-11-22 00:00:00,000 ERROR bot.channels x",
        "2026-11-22 00:00:00,000 INFO bot.channels.access \x1b[31m",
        "a line that somebody typed",
        "2026-11-22 00:00:00,000 INFO bot.channels.access 費用は7000003円",
    ],
)
def test_a_fault_in_a_log_would_be_found(tmp_path, line: str) -> None:
    (tmp_path / "channels.log").write_text(f"2026-11-22 00:00:00,000 INFO bot.channels.access fine\n{line}\n")
    assert log_faults(SimpleNamespace(data_dir=tmp_path), {"7,000,003"})


def test_growing_memory_and_a_foreign_number_would_be_found() -> None:
    assert _growth([{"rasa": 500 + 3.0 * step} for step in range(40)])
    assert not _growth([{"rasa": 500 + step % 5} for step in range(40)])
    assert "7,000,003" in _numbers("合計７，０００，００３円ではなく7000003円")
