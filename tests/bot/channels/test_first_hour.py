"""Somebody who follows only the README: every command and every sentence is the README's own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from browsing import CHROMIUM, new_page, said, say, settled
from playwright.sync_api import Browser, expect, sync_playwright

from bot.train import ROOT, ensure_model
from knowledge import load_knowledge
from tests.chain import READY_SECONDS
from tests.ports import free_port
from tests.waiting import answers, wait_until

HERE, SITE = "http://127.0.0.1:8000", "http://localhost:9000"
PASSWORD = "正しい馬の電池とホチキス"  # noqa: S105
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^\*\*[1-9]\. ", re.MULTILINE)
_MADE = {".git", ".venv", ".uv", "models", "var", "results", "__pycache__"}


class Step(NamedTuple):
    """What a step says: its blocks by language, and what it quotes."""

    blocks: dict[str, str]
    quoted: list[str]

    @property
    def command(self) -> str:
        """Its one command."""
        (line,) = self.blocks["sh"].splitlines()
        return line


def steps(readme: str) -> list[Step]:
    """The steps of the first hour."""
    sections = (ROOT / readme).read_text(encoding="utf-8").split("\n## ")
    (hour,) = (section for section in sections if "```sh" in section)
    return [Step(dict(_BLOCK.findall(text)), re.findall("「(.+?)」", text)) for text in _STEP.split(hour)[1:]]


def test_both_readmes_say_the_same_steps():
    english, japanese = steps("README.md"), steps("README.ja.md")
    assert 5 == len(english)
    assert english == japanese


class Hour:
    """A copy of the checkout in which the commands run, on free ports instead of the README's."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        shutil.copytree(ROOT, self.tree, ignore=lambda _folder, names: _MADE & set(names))
        (self.tree / ".venv").symlink_to((ROOT / ".venv").resolve())
        self.ports = {"8000": free_port(), "9000": free_port()}
        self.environment = os.environ | {
            "NAVI_DATA_DIR": str(self.tree / "var"),
            "NAVI_MODEL": str(ensure_model()),
            "NAVI_PORT": str(self.ports["8000"]),
            "NAVI_RASA_URL": f"http://127.0.0.1:{free_port()}",
            "NAVI_ACTIONS_URL": f"http://127.0.0.1:{free_port()}",
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, command: str) -> subprocess.Popen[str]:
        """Runs a command that goes on until Ctrl-C."""
        started = subprocess.Popen(  # noqa: S602 - the README's own commands
            command.replace("9000 --", f"{self.ports['9000']} --"),
            shell=True,
            cwd=self.tree,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # Tests that were started in the background ignore Ctrl-C, and so would all that they start.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.running.append(started)
        return started

    def run(self, command: str, typed: str = "") -> str:
        """Runs a command to its end; what it wrote."""
        done = subprocess.run(  # noqa: S602 - the README's own commands
            command,
            shell=True,
            cwd=self.tree,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
        )
        assert 0 == done.returncode, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout

    def living(self) -> list[str]:
        """Processes with this hour's data directory, whatever session they are in."""
        mark = f"NAVI_DATA_DIR={self.tree / 'var'}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(process.name)
            except OSError:
                # It ended, or is not ours.
                continue
        return found

    def stop(self) -> None:
        """Presses Ctrl-C wherever something still runs."""
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
                assert process.stdout is not None
                process.stdout.read()
                process.wait(READY_SECONDS)


@pytest.fixture(scope="module")
def hour(tmp_path_factory) -> Iterator[Hour]:
    """`make run`, as the README says it, until it has printed its address."""
    own = Hour(tmp_path_factory.mktemp("hour"))
    try:
        started = own.start(steps("README.md")[0].command)
        assert started.stdout is not None
        lines = []
        for line in started.stdout:
            lines.append(line)
            if "ready after" in line:
                break
        assert f"http://127.0.0.1:{own.ports['8000']}" in lines[-1], "".join(lines)
        yield own
    finally:
        own.stop()


@pytest.fixture(scope="module")
def mapped(hour) -> Iterator[Browser]:
    """A browser for which the README's addresses lead to the ports of this run."""
    if not CHROMIUM and os.environ.get("CI") != "true":
        pytest.skip("no chromium on this machine")
    (here, site) = (address.removeprefix("http://") for address in (HERE, SITE))
    rules = f"MAP {here} 127.0.0.1:{hour.ports['8000']}, MAP {site} 127.0.0.1:{hour.ports['9000']}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules={rules}"]
        )
        yield browser
        browser.close()


def _is_asked_of(country, page, words):
    """The words open a conversation, and a question on them comes back."""
    say(page, words)
    settled(page)
    expect(said(page)).to_have_count(3)
    expect(said(page).last).to_contain_text(re.compile(f"{country}.*か。", re.DOTALL))
    assert [] == page.faults


def test_a_conversation(hour, mapped):
    page = new_page(mapped, HERE)
    _is_asked_of("中国", page, steps("README.md")[0].quoted[0])


def test_the_widget_on_another_origin(hour, mapped):
    step = steps("README.md")[1]
    site = hour.tree / "var" / "site"
    site.mkdir()
    (site / "index.html").write_text(step.blocks["html"], encoding="utf-8")
    hour.start(step.command)
    wait_until(lambda: answers(f"http://127.0.0.1:{hour.ports['9000']}"), lambda: step.command)
    page = new_page(mapped, SITE, (HERE,))
    launcher, words = step.quoted
    page.get_by_role("button", name=launcher).click()
    _is_asked_of("ベトナム", page, words)


def test_a_call(hour, mapped):
    step = steps("README.md")[2]
    hour.run(step.command, typed=f"{PASSWORD}\n")
    page = new_page(mapped, f"{HERE}/staff", (HERE,))
    page.get_by_label("名前").fill("sato")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.keyboard.press("Enter")
    button, words = step.quoted
    page.get_by_role("button", name=button).click()
    expect(page.locator("body[data-ready] #words")).to_be_focused()
    page.keyboard.insert_text(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#routes")).to_contain_text(load_knowledge().programmes["foreign_filing"].number)
    expect(page.locator("#question .spoken")).to_contain_text("か。")
    assert [] == page.faults


def test_the_report(hour):
    hour.run(steps("README.md")[3].command)
    assert "<svg" in (hour.tree / "var" / "report.html").read_text(encoding="utf-8")


def test_a_run_of_tests(hour):
    assert " passed" in hour.run(steps("README.md")[4].command)


def test_ctrl_c_ends_every_process(hour):
    assert len(hour.living()) >= 4
    hour.stop()
    wait_until(lambda: not hour.living(), lambda: f"still living: {hour.living()}")
