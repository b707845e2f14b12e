"""The pages of docs/howto work as they stand; a year and a programme need data and utterances, no Python."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest
import yaml

from bot.train import ROOT
from tests import walks
from tests.chain import Chain
from tests.conversation import Conversation

FULL = os.environ.get("NAVI_FULL_TRAINING") == "1"
"""Train with every sentence (`make seventh`), not with a share of them."""
SHARE = 25
"""Sentences of each intent that the short form trains with."""


def _thin(tree: Path) -> None:
    """Leaves a share of the sentences of each intent: training takes seconds, not minutes."""
    folder = tree / "bot" / "data" / "nlu"
    (folder / "several.yml").unlink()
    for path in folder.glob("*.yml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for row in content["nlu"]:
            lines = row["examples"].splitlines(keepends=True)
            row["examples"] = "".join(lines[:: max(1, len(lines) // SHARE)])
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def seventh(tmp_path_factory):
    """A tree with the year 2027 and a seventh programme in it, as the pages say."""
    tree = walks.copy_of_the_tree(tmp_path_factory.mktemp("seventh"))
    walks.follow("year.md", tree)
    walks.follow("programme.md", tree)
    walks.follow("faq.md", tree)
    if not FULL:
        _thin(tree)
    return tree


@pytest.fixture(scope="module")
def chain(seventh, tmp_path_factory):
    """The real processes of that tree, with its own model."""
    environment = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    trained = "python -W ignore -m rasa train --data bot/data --out models --fixed-model-name seventh"
    walks.run(trained, seventh, **environment)
    model = str(seventh / "models" / "seventh.tar.gz")
    one = Chain(tmp_path_factory.mktemp("var"), root=seventh, NAVI_MODEL=model, NAVI_FISCAL_YEAR="2027")
    one.start()
    yield one
    one.stop()


def test_no_python_is_written_for_a_programme_or_a_year():
    touched = {step.file for page in ("year.md", "programme.md") for step in walks.steps(walks.HOWTO / page)}
    assert [file for file in touched if file.endswith((".py", ".js", ".html"))] == []
    assert len(touched) >= 8


def test_a_seventh_programme_is_asked_about_assessed_answered_and_reported(chain, seventh):
    """A person tells of it in words that no training sentence has, and comes to its amount."""
    with httpx.Client(base_url=chain.address, timeout=60) as client:
        talk = Conversation(client)
        talk.say("インドネシアの委託先から、秘密の製法が競合に漏れてしまいました")
        assert talk.advice is not None
        assert ["trade_secret"] == talk.advice["facts"]["problems"]
        assert ["ID"] == talk.advice["facts"]["countries"]
        truth = {"is_sme": True, "applicant": "corporation", "deemed_large": False}
        truth |= {"spent_already": False, "secret_managed": True}
        advice = talk.finish(truth, {"costs.trade_secret": "240万円です"})
        assert "secret_managed" in {fact for fact, _ in talk.asked}
        (route,) = advice["routes"]
        assert ("trade_secret", "⑦", "likely") == (route["program"], route["number"], route["verdict"])
        assert (1_600_000, 1_600_000) == (route["estimate"]["low_yen"], route["estimate"]["high_yen"])
        assert 2027 == advice["fiscal_year"]
        assert "⑦海外営業秘密保護支援" in talk.messages[-1]["text"]
        if FULL:
            # With a share of the sentences the act of a question is told too badly.
            replies = talk.say("申請書に印鑑は必要ですか")["messages"]
            assert "申込み先に確かめてください" in "".join(reply["text"] for reply in replies)
        page = client.get("/programs/trade_secret")
        assert "海外営業秘密保護支援" in page.text
    table = chain.data_dir / "report.csv"
    report = f"python -m bot.channels report --from 2026-01-01 --csv {table}"
    walks.run(report, seventh, NAVI_DATA_DIR=str(chain.data_dir), NAVI_FISCAL_YEAR="2027")
    told = table.read_text(encoding="utf-8")
    assert "営業秘密の漏えい,1" in told
    assert "⑦ 海外営業秘密保護支援,1,0,0" in told


def test_a_seventh_programme_has_its_page(seventh, tmp_path):
    """`python -m knowledge explain` writes the page of each programme and the list."""
    walks.run(f"python -m knowledge explain --all --fiscal-year 2027 --out {tmp_path}", seventh)
    assert "2,500,000円" in (tmp_path / "trade_secret.md").read_text(encoding="utf-8")
    assert "trade_secret.md" in (tmp_path / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["utterance.md", "channel.md"])
def test_the_other_walks_work_too(page, tmp_path):
    tree = walks.copy_of_the_tree(tmp_path)
    nobody = {"NAVI_DATA_DIR": str(tmp_path / "var"), "NAVI_RASA_URL": "http://127.0.0.1:9"}
    os.environ.update(nobody)
    try:
        said = walks.follow(page, tree)
    finally:
        for name in nobody:
            del os.environ[name]
    if page == "channel.md":
        assert "03-3581-1101" in said[-1].splitlines()[-1]


def test_every_walk_is_followed():
    pages = {path.name for path in walks.HOWTO.glob("*.md")} - {"README.md"}
    assert {"year.md", "programme.md", "faq.md", "utterance.md", "channel.md"} == pages
    assert all(f"({page})" in (walks.HOWTO / "README.md").read_text(encoding="utf-8") for page in pages)


def test_problems_are_the_same_for_the_nlu_and_for_the_rules():
    """The NLU stands alone, so the list is written twice; here is what keeps the two one."""
    heard = yaml.safe_load((ROOT / "bot/nlu/patterns/problems.yml").read_text(encoding="utf-8"))
    known = yaml.safe_load((ROOT / "knowledge/data/problems.yml").read_text(encoding="utf-8"))
    assert heard["problems"] == [problem["id"] for problem in known["problems"]]
