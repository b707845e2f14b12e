"""From what was misunderstood to training sentences: `python -m bot.learn {collect,try,accept}`.

`collect` writes a queue: what operators called wrong and a supervisor accepted, and what nobody could do
anything with, without personal data. A person fills in `intent` and sets `accept: true` where none has yet.
`try` trains a copy with the accepted ones and shows the figures before and after. `accept` puts them into
`bot/data/nlu`. Nothing is learned by itself, and `make train` stays a step of its own.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.channels import migrations
from bot.channels.candidates import Candidate, corrected, to_yaml, without_names
from bot.channels.database import Database
from bot.channels.report.records import Records
from bot.channels.settings import Settings, SettingsError
from bot.channels.staff.examples import Examples
from bot.text import normalise
from bot.train import ROOT

log = logging.getLogger("bot.learn")

QUEUE = Path("var/candidates.yml")
NLU = Path("bot/data/nlu")
_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "models", "var", "results", "docs")
_END_OF_TIME = 2**40


class LearnError(Exception):
    """Something that a person must mend; the message says what."""


def collected(database: Database, known: set[str]) -> list[Candidate]:
    """What can be reviewed, each sentence once and none that stands in the training data.

    Args:
        database: The tables of the channels.
        known: Normalised sentences of the training data.
    """
    missed = [
        Candidate(without_names(turn.text), None, "misunderstood")
        for turn in Records(database).turns(0, _END_OF_TIME)
        if turn.understood is False and not turn.chosen
    ]
    found: dict[str, Candidate] = {}
    for candidate in (*corrected(Examples(database).all("accepted")), *missed):
        if candidate.text and candidate.text not in known:
            found.setdefault(candidate.text, candidate)
    return list(found.values())


def read_queue(path: Path) -> list[Candidate]:
    """The queue as a person left it.

    Raises:
        LearnError: If it is missing or a row is no candidate.
    """
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return [Candidate(**row) for row in rows]
    except FileNotFoundError:
        raise LearnError(f"{path}: there is no such file; `python -m bot.learn collect` writes it") from None
    except (TypeError, yaml.YAMLError) as error:
        raise LearnError(f"{path}: {error}; a row has text, intent, origin and accept") from None


def write_queue(path: Path, candidates: Iterable[Candidate]) -> None:
    """Writes the queue, readable by its owner only: masking hides what it knows, not more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(to_yaml(candidates), encoding="utf-8")


def known_sentences(root: Path) -> set[str]:
    """Normalised sentences of the training data."""
    return {
        normalise(line.strip().removeprefix("- "))
        for path in (root / NLU).glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("    ")
    }


def add(root: Path, candidates: Iterable[Candidate]) -> dict[str, int]:
    """Puts accepted candidates at the end of their intent's file.

    Returns:
        How many were added, by intent.

    Raises:
        LearnError: If an accepted one has no intent that the training data knows.
    """
    known = known_sentences(root)
    files = {file.stem: file for file in sorted((root / NLU).glob("*.yml"))}
    new: dict[str, str] = {}
    for candidate in candidates:
        text = normalise(candidate.text)
        if not candidate.accept or text in known:
            continue
        if candidate.intent not in files:
            raise LearnError(f"{text!r} is accepted as {candidate.intent}: give one of {', '.join(files)}")
        new.setdefault(text, candidate.intent)
    # Only now: one that is wrong leaves every file as it was.
    for text, intent in new.items():
        content = files[intent].read_text(encoding="utf-8")
        files[intent].write_text(content.rstrip("\n") + f"\n    - {text}\n", encoding="utf-8")
    return dict(Counter(new.values()))


def compare(candidates: Iterable[Candidate], evaluation: list[str]) -> str:
    """Evaluates the tree as it is, and a trained copy of it with the accepted candidates.

    Args:
        candidates: The queue.
        evaluation: The command that prints the figures of the tree it runs in.

    Raises:
        LearnError: If an evaluation fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(ROOT, Path(folder) / "tree", ignore=_LEFT_OUT))
        if not add(copy, candidates):
            raise LearnError("no candidate is accepted: set `accept: true` where it shall be learned")
        before, after = _figures(ROOT, evaluation, os.environ), _figures(copy, evaluation, _of_copy())
    return _side_by_side(before, after)


def _of_copy() -> dict[str, str]:
    """Without the model that was named: it is that of the tree before. The held-out set stays."""
    held_out = {"NAVI_DEVELOPMENT_SET": str(ROOT.parent / "shared" / "eval" / "utterances.tsv")}
    return held_out | {name: value for name, value in os.environ.items() if name != "NAVI_MODEL"}


def _figures(root: Path, evaluation: list[str], environment: Mapping[str, str]) -> list[str]:
    done = subprocess.run(  # noqa: S603
        evaluation, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LearnError(f"the evaluation failed in {root}\n{done.stderr[-2000:]}")
    return done.stdout.splitlines()


def _side_by_side(before: list[str], after: list[str]) -> str:
    """Figures of both, and the mistakes that went and came."""
    figures = [
        f"before  {old}\nafter   {new}"
        for old, new in zip(_headlines(before), _headlines(after), strict=False)
    ]
    gone, new = (sorted(set(one) - set(other)) for one, other in ((before, after), (after, before)))
    changes = [f"mended  {line.strip()}" for line in gone if line.startswith(" ") and "->" in line]
    changes += [f"broken  {line.strip()}" for line in new if line.startswith(" ") and "->" in line]
    return "\n".join([*figures, *changes]) + "\n"


def _headlines(lines: list[str]) -> list[str]:
    return [line for line in lines if line and not line.startswith(" ")]


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 if it was done, else standard error says why."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s")
    log.setLevel(logging.INFO)
    try:
        return int(options.run(options))
    except (LearnError, SettingsError) as error:
        log.error("%s", error)
        return 1


def _collect(options: argparse.Namespace) -> int:
    settings = Settings()
    settings.prepare_data_dir()
    database = Database(settings.database)
    known = known_sentences(ROOT)
    try:
        migrations.prepare(database)
        found = collected(database, known)
    finally:
        database.close()
    before = read_queue(options.queue) if options.queue.exists() else []
    # What a person has written there stays; what is training data by now has left the queue.
    kept = [candidate for candidate in before if normalise(candidate.text) not in known]
    texts = {candidate.text for candidate in kept}
    new = [candidate for candidate in found if candidate.text not in texts]
    write_queue(options.queue, [*kept, *new])
    accepted = sum(candidate.accept for candidate in (*kept, *new))
    written = len(kept) + len(new)
    log.info("%s: %d candidates, %d of them new, %d accepted", options.queue, written, len(new), accepted)
    return 0


def _try(options: argparse.Namespace) -> int:
    evaluation = [sys.executable, "-W", "ignore", "-m", "tests.evaluation"]
    sys.stdout.write(compare(read_queue(options.queue), evaluation))
    return 0


def _accept(options: argparse.Namespace) -> int:
    added = add(ROOT, read_queue(options.queue))
    for intent, count in sorted(added.items()):
        log.info("%s: %d", intent, count)
    log.info("added %d sentences; now: make vectors, make train, make test", sum(added.values()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.learn", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run, text in (
        ("collect", _collect, "write the queue from what was misunderstood"),
        ("try", _try, "train a copy with the accepted ones and show the figures before and after"),
        ("accept", _accept, "put the accepted ones into the training data"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--queue", type=Path, default=QUEUE, metavar="FILE")
        command.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
