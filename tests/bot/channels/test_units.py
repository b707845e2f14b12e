"""Parts on their own: tokens, limits, locks, settings, what is sent to Rasa."""

from __future__ import annotations

import asyncio
import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.channels.limits import Limit, MemoryLimiter, MemoryTurnLocks
from bot.channels.rasa import chosen, typed
from bot.channels.settings import Settings, SettingsError
from bot.channels.tokens import Signer, TokenExpiredError, TokenInvalidError, new_id


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_a_token_gives_its_subject_until_it_expires():
    clock = Clock()
    signer = Signer(b"k" * 32, "conversation", 60, clock)
    subject = new_id()
    token = signer.sign(subject)
    clock.now += 59
    assert subject == signer.read(token)
    clock.now += 1
    with pytest.raises(TokenExpiredError):
        signer.read(token)


def test_a_token_of_another_purpose_or_key_is_invalid():
    token = Signer(b"k" * 32, "sheet", 60).sign("abc")
    for other in (Signer(b"k" * 32, "conversation", 60), Signer(b"x" * 32, "sheet", 60)):
        with pytest.raises(TokenInvalidError):
            other.read(token)


@given(st.text(), st.data())
def test_no_changed_token_is_valid(noise, data):
    signer = Signer(b"k" * 32, "conversation", 60)
    token = signer.sign("abc")
    place = data.draw(st.integers(0, len(token)))
    changed = token[:place] + noise + token[place + data.draw(st.integers(0, 3)) :]
    if changed != token:
        with pytest.raises(TokenInvalidError):
            signer.read(changed)


@given(st.text())
def test_no_text_is_a_command(text):
    assert not typed(text).strip().startswith("/")


def test_an_option_is_sent_as_one_json_string():
    assert json.loads(chosen("costs.counterfeit:x-1_2").removeprefix("/answer")) == {
        "option": "costs.counterfeit:x-1_2"
    }
    for bad in ("", 'a"}', "A", "a\n", "/a", "a" * 81):
        with pytest.raises(ValueError, match="id matches"):
            chosen(bad)


def test_a_limit_lets_through_its_count_and_then_says_how_long_to_wait():
    clock = Clock()
    limiter, limit = MemoryLimiter(clock), Limit("turns", 3, 60)

    def take(key="a"):
        return asyncio.run(limiter.take(limit, key))

    assert [take() for _ in range(4)] == [0, 0, 0, 20]
    assert take("b") == 0
    clock.now += 19
    assert take() == 1
    clock.now += 1
    assert [take(), take()] == [0, 20]
    clock.now += 3600
    assert [take() for _ in range(4)] == [0, 0, 0, 20]


def test_a_limit_of_zero_is_none_and_memory_is_bounded():
    clock = Clock()
    limiter = MemoryLimiter(clock, capacity=100)
    assert all(asyncio.run(limiter.take(Limit("x", 0, 60), "a")) == 0 for _ in range(50))
    for number in range(1000):
        asyncio.run(limiter.take(Limit("x", 1, 60), str(number)))
    assert len(limiter._due) <= 100


def test_a_lock_is_held_once_and_given_back():
    async def run():
        locks = MemoryTurnLocks()
        first = [await locks.acquire("a"), await locks.acquire("a"), await locks.acquire("b")]
        await locks.release("a")
        return [*first, await locks.acquire("a")]

    assert asyncio.run(run()) == [True, False, True, True]


def test_the_secret_is_made_once_readable_by_its_owner_only(tmp_path):
    settings = Settings(data_dir=tmp_path / "var")
    key = settings.signing_key()
    assert key == Settings(data_dir=tmp_path / "var").signing_key()
    (file,) = (tmp_path / "var").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert len(key) >= 32


def test_a_secret_that_others_can_read_or_that_is_short_is_refused(tmp_path):
    settings = Settings(data_dir=tmp_path)
    settings.signing_key()
    (file,) = tmp_path.iterdir()
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        settings.signing_key()
    file.chmod(0o600)
    file.write_text("short")
    with pytest.raises(SettingsError, match="delete it"):
        settings.signing_key()


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("NAVI_ALLOWED_ORIGINS", "https://a.example, http://b.example:8080/")
    monkeypatch.setenv("NAVI_SECRET", "s" * 32)
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))
    settings = Settings()
    assert settings.allowed_origins == ["https://a.example", "http://b.example:8080"]
    assert settings.signing_key() == b"s" * 32
    assert f"sqlite:///{tmp_path}/channels.db" == settings.database
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET", "short"),
        ("PORT", "99999"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "a.example"),
        ("TEXT_LIMIT", "0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"NAVI_{name}", value)
    with pytest.raises(ValidationError):
        Settings()
