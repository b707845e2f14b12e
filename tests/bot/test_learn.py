"""From what was misunderstood to training sentences, each step by a person's hand."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from sqlalchemy import insert

from bot import learn
from bot.channels import migrations
from bot.channels.candidates import Candidate, corrected
from bot.channels.database import Database
from bot.channels.messages import Noted, Reply, Said
from bot.channels.staff.examples import Example
from bot.channels.store import Store
from bot.channels.tables import metadata
from bot.train import ROOT

NEW = "シンガポールの催事で、うちの手ぬぐいの写しが配られていた"


@pytest.fixture
def database(tmp_path):
    """One message that nobody could do anything with, one that was understood, one correction accepted."""
    found = Database(f"sqlite:///{tmp_path / 'channels.db'}")
    migrations.prepare(found)
    store = Store(found)
    store.open("one", "web", Reply("こんにちは", []))
    for text, understood in (("ほにゃらら、電話は090-1234-5678", False), ("わかる話です", True)):
        said = store.begin("one", Said(text))
        store.finish("one", said.number, [Reply("はい", [])], None, Noted(understood, None, 5))
    tables = metadata.tables
    person = {"name": "sato", "display": "佐藤", "role": "supervisor", "password": "-"}
    case = {"id": "case", "number": "1", "conversation": "one", "origin": "phone", "owner": "sato"}
    case |= {"shared": False, "status": "confirmed", "version": 1, "fields": {}, "draft": "", "words": ""}
    rows = {
        "staff_accounts": person | {"disabled": False, "shortcuts": False, "created_at": 0},
        "staff_cases": case | {"created_at": 0, "updated_at": 0, "updated_by": "sato"},
        "staff_examples": {
            **{"case": "case", "text": NEW, "found": "sued_abroad", "meant": "counterfeit"},
            **{"account": "sato", "created_at": 0, "review": "accepted"},
        },
    }
    with found.writing() as connection:
        for name, row in rows.items():
            connection.execute(insert(tables[name]), row)
    yield found
    found.close()


@pytest.fixture
def tree(tmp_path):
    """A tree with two intents."""
    folder = tmp_path / "tree" / learn.NLU
    folder.mkdir(parents=True)
    for intent in ("counterfeit", "gibberish"):
        text = (ROOT / learn.NLU / f"{intent}.yml").read_text(encoding="utf-8")
        (folder / f"{intent}.yml").write_text(text, encoding="utf-8")
    return tmp_path / "tree"


def test_what_was_misunderstood_or_corrected_becomes_a_candidate_without_personal_data(database):
    found = learn.collected(database, set())
    assert Candidate(NEW, "counterfeit", "corrected", accept=True) == found[0]
    assert "090" not in found[1].text
    assert ("misunderstood", None, False) == (found[1].origin, found[1].intent, found[1].accept)
    assert 2 == len(found)


@pytest.mark.parametrize(
    ("review", "meant", "candidates"),
    [
        ("accepted", "sued_abroad", [Candidate("一 二: - 三", "sued_abroad", "corrected", accept=True)]),
        ("accepted", None, [Candidate("一 二: - 三", None, "corrected")]),
        ("rejected", "sued_abroad", []),
        (None, "sued_abroad", []),
    ],
)
def test_only_what_a_supervisor_took_with_its_meaning_is_accepted_already(review, meant, candidates):
    example = Example(1, "c", "一\n二: - 三", "counterfeit", meant, "tanaka", 0, review, "sato", 0)
    assert candidates == corrected([example])


def test_what_is_known_already_is_no_candidate(database):
    assert NEW not in {one.text for one in learn.collected(database, {NEW})}


def test_a_queue_is_read_as_it_was_written_and_only_its_owner_may(tmp_path):
    path = tmp_path / "queue.yml"
    candidates = [
        Candidate("改行と: 記号", None, "misunderstood"),
        Candidate(NEW, "counterfeit", "corrected", True),
    ]
    learn.write_queue(path, candidates)
    assert candidates == learn.read_queue(path)
    assert 0o600 == path.stat().st_mode & 0o777


def test_accepted_sentences_go_to_their_intent_once(tree):
    """Rasa reads the file afterwards, and the sentence is in it."""
    from rasa.shared.nlu.training_data.loading import load_data

    accepted = Candidate(NEW, "counterfeit", "corrected", accept=True)
    queue = [accepted, replace(accepted, text="採らない文です", accept=False)]
    assert {"counterfeit": 1} == learn.add(tree, queue)
    assert {} == learn.add(tree, queue)
    read = load_data(str(tree / learn.NLU / "counterfeit.yml")).intent_examples
    assert [NEW] == [
        message.get("text") for message in read if message.get("text") in (NEW, "採らない文です")
    ]


@pytest.mark.parametrize("intent", [None, "no_such_intent"])
def test_an_accepted_sentence_needs_an_intent_that_is_there(tree, intent):
    """And nothing is written for the others then."""
    before = learn.known_sentences(tree)
    queue = [Candidate(NEW, "counterfeit", "corrected", accept=True)]
    with pytest.raises(learn.LearnError, match="counterfeit, gibberish"):
        learn.add(tree, [*queue, Candidate("べつの文です", intent, "misunderstood", accept=True)])
    assert before == learn.known_sentences(tree)


def test_collecting_again_keeps_what_was_written_and_drops_what_is_learned(database, tmp_path, monkeypatch):
    known = sorted(learn.known_sentences(ROOT))[0]
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))
    queue = tmp_path / "queue.yml"
    mine = Candidate("手で直した文です", "counterfeit", "misunderstood", accept=True)
    learn.write_queue(queue, [mine, Candidate(known, "counterfeit", "corrected", accept=True)])
    assert 0 == learn.main(["collect", "--queue", str(queue)])
    found = learn.collected(database, set())
    assert 2 == len(found)
    assert [mine, *found] == learn.read_queue(queue)


def test_figures_before_and_after_are_shown_with_what_was_mended_and_broken(tmp_path):
    """The copy alone has the new sentence; the tree itself stays as it is."""
    count = (
        "import pathlib; said = pathlib.Path('bot/data/nlu/counterfeit.yml').read_text(); "
        "n = said.count('手ぬぐいの写し'); "
        "print(f'accuracy {n}'); print('  a -> b: x' if n == 0 else '  c -> d: y')"
    )
    shown = learn.compare([Candidate(NEW, "counterfeit", "corrected", True)], [sys.executable, "-c", count])
    assert "before  accuracy 0\nafter   accuracy 1\nmended  a -> b: x\nbroken  c -> d: y\n" == shown
    assert NEW not in learn.known_sentences(ROOT)


def test_trying_nothing_is_refused():
    with pytest.raises(learn.LearnError, match="accept: true"):
        learn.compare([Candidate(NEW, "counterfeit", "corrected")], [sys.executable, "-c", ""])


def test_the_command_says_what_it_added_and_what_comes_next(tree, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(learn, "ROOT", tree)
    queue = tmp_path / "queue.yml"
    assert 1 == learn.main(["accept", "--queue", str(queue)])
    assert "`python -m bot.learn collect` writes it" in caplog.text
    learn.write_queue(queue, [Candidate(NEW, "counterfeit", "corrected", accept=True)])
    assert 0 == learn.main(["accept", "--queue", str(queue)])
    assert NEW in learn.known_sentences(tree)
    assert "counterfeit: 1" in caplog.text
    assert "make train" in caplog.text
