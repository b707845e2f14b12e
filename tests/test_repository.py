"""What may not be in the repository, and what must be in the lock."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot.train import ROOT

SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a token of Slack": re.compile(r"\bxox[abposr]-[0-9]{6,}-[0-9A-Za-z-]{10,}"),
    "a key of a cloud": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b"),
    "a token of a code host": re.compile(
        r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40,}|glpat-[0-9A-Za-z_-]{20})"
    ),
    "a key of a model's host": re.compile(r"\bsk-[A-Za-z0-9_-]{20,}"),
    "a token of LINE": re.compile(r"\b[A-Za-z0-9+/]{150,}={0,2}(?![A-Za-z0-9+/])"),
    "a signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    # Four or more different letters: not `:password@` of an example in a description.
    "a password in an address": re.compile(
        r"[a-z][a-z0-9+]*://[^\s:/@\"'<>{}$]*:(?!password\b|secret\b)[^\s:/@\"'<>{}$]{4,}@[^\s]"
    ),
    "an assigned secret": re.compile(
        r"(?i)\b(?:[a-z_]*(?:password|passwd|secret|token|api_?key))\s*[:=]\s*[\"'](?=[^\"']*[0-9])(?=[^\"']*[A-Za-z])[A-Za-z0-9+/_=-]{20,}[\"']"
    ),
}
EXAMPLES = {
    "redis://:hunter2@127.0.0.1:1/0": "a port on which nothing listens",
    "postgresql://navi:hunter2@1": "the same",
    "8f742231b10e8888abcd99yyyzzz85a5": "of Slack's own page on signatures",
}
SECRET_FILES = re.compile(
    r"(^|/)(\.env|.*\.(pem|key|p12|pfx|secret|sqlite|db)|id_(rsa|ed25519)|.*\.tar\.gz)$"
)
LOCK = ROOT / "requirements.txt"
LOCKS = (LOCK, ROOT / "requirements-uv.txt")


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def _secrets_in(text: str) -> list[str]:
    for example in EXAMPLES:
        text = text.replace(example, "")
    return [name for name, pattern in SECRETS.items() if pattern.search(text)]


def test_no_secret_is_in_the_repository() -> None:
    found = {}
    for path in _tracked():
        # The bytes of a picture, read as text, look like anything.
        names = [] if path.suffix == ".png" else _secrets_in(path.read_bytes().decode("utf-8", "ignore"))
        if names:
            found[path.relative_to(ROOT).as_posix()] = names
    assert {} == found


def test_no_file_that_holds_secrets_or_conversations_is_in_the_repository() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in _tracked()]
    assert [] == [name for name in names if SECRET_FILES.search(name)]


@pytest.mark.parametrize(
    "written",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "SLACK=xoxb-" + "123456789012-abcdefghijkl",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "sk-" + "a1B2" * 8,
        "line: " + "Ab1/" * 40 + "=",
        "eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + "." + "c" * 20,
        "redis://:" + "s3cr3tpass@redis:6379/0",
        "postgresql://navi:" + "hunter22@db/navi",
        'NAVI_SECRET = "' + "a1b2c3d4e5f6" * 3 + '"',
    ],
)
def test_a_secret_would_be_found(written: str) -> None:
    """Written in two parts, so that this file holds none itself."""
    assert _secrets_in(f"x\n{written}\n")


def _entries(path: Path) -> list[str]:
    """Each requirement with its hashes, as one line."""
    lines = re.sub(r"\\\n", " ", path.read_text(encoding="utf-8")).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _faults(entry: str) -> list[str]:
    """What is wrong with an entry of a lock."""
    requirement, *hashes = re.split(r"\s+--hash=", entry)
    faults = []
    if not re.fullmatch(
        r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==[A-Za-z0-9.!+_-]+(\s*;.*)?", requirement.strip()
    ):
        faults.append("is not pinned to one version")
    if not hashes or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", one.strip()) for one in hashes):
        faults.append("has no sha256")
    if "://" in entry or " @ " in entry or entry.startswith("-"):
        faults.append("names an address or an option")
    return faults


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_dependency_is_pinned_and_hashed_and_has_no_address(lock: Path) -> None:
    entries = _entries(lock)
    assert entries
    assert {} == {entry[:80]: _faults(entry) for entry in entries if _faults(entry)}


@pytest.mark.parametrize(
    "entry",
    [
        "httpx>=0.27 --hash=sha256:" + "a" * 64,
        "httpx==0.27",
        "httpx==0.27 --hash=md5:" + "a" * 32,
        "httpx @ https://files.example/httpx.whl --hash=sha256:" + "a" * 64,
        "--index-url https://files.example/simple",
        "-e .",
    ],
)
def test_an_entry_that_is_not_pinned_or_hashed_would_be_found(entry: str) -> None:
    assert _faults(entry)


def test_what_is_named_is_locked() -> None:
    """A dependency that was added without `make lock` would be installed by nobody, or from anywhere."""
    named = {
        re.split(r"[<>=!\[;~ ]", line, maxsplit=1)[0].lower().replace("_", "-")
        for line in _entries(ROOT / "requirements.in")
    }
    locked = {re.split(r"[=\[;]", entry, maxsplit=1)[0].lower().replace("_", "-") for entry in _entries(LOCK)}
    assert set() == named - locked
