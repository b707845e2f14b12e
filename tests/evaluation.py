"""How well utterances are understood; `python -m tests.evaluation` prints it, tests hold the bounds.

With `--page docs/evaluation.md` (`make evaluate`) the table of figures there is written anew, with the date.

Problems are judged by what the conversation would do with the utterance (`actions.understanding`), facts by
the entities that the pipeline finds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from actions.message import Message
from actions.problems import unsure_between
from actions.understanding import understand
from bot.nlu.calibration import calibration_error, reliability
from bot.text import normalise
from bot.train import ROOT, ensure_model

DATA = Path(__file__).parent / "bot" / "data"
DEVELOPMENT_SET = Path(
    os.environ.get("NAVI_DEVELOPMENT_SET", ROOT.parent / "shared" / "eval" / "utterances.tsv")
)
"""Labelled first utterances that lie beside the checkout, never in it: they must not get near training."""

FIGURES = ("<!-- figures of make evaluate -->", "<!-- end of figures -->")
"""Lines of the page between which the table stands."""

LISTS = ("countries", "right_type", "procedure_kind", "measure", "count")


Figure = tuple[str, int, str, float]
"""What is measured, on how many utterances, by which measure, and the figure."""


@dataclass
class Figures:
    """Result of one set of problems."""

    rows: list[tuple[str, str, str]]
    """Expected label, label found, utterance."""
    milliseconds: list[float]
    confidences: list[float] = field(default_factory=list)
    """Of the label found, where it was judged by confidence."""

    @property
    def accuracy(self) -> float:
        """Share of utterances whose label is right."""
        return sum(expected == found for expected, found, _ in self.rows) / len(self.rows)

    def recall(self, label: str) -> float:
        """Share of a label's utterances that got it."""
        own = [found for expected, found, _ in self.rows if expected == label]
        return own.count(label) / len(own)

    def f1(self, label: str) -> float:
        """Harmonic mean of precision and recall of one label."""
        hits = sum(expected == found == label for expected, found, _ in self.rows)
        named = sum((expected == label) + (found == label) for expected, found, _ in self.rows)
        return 2 * hits / named if named else 0.0

    @property
    def labels(self) -> list[str]:
        """Labels expected."""
        return sorted({expected for expected, _, _ in self.rows})

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the labels."""
        return statistics.fmean(self.f1(label) for label in self.labels)

    @property
    def wrongly_routed(self) -> float:
        """Share of the out-of-scope utterances that were sent to a programme."""
        own = [found for expected, found, _ in self.rows if expected == "out_of_scope"]
        elsewhere = [found for found in own if found not in ("out_of_scope", "desk_consultation", "-")]
        return len(elsewhere) / len(own)

    def confusions(self) -> Iterable[tuple[tuple[str, str], int]]:
        """Wrong pairs, the most frequent first."""
        return Counter(
            (expected, found) for expected, found, _ in self.rows if expected != found
        ).most_common()


def lines(path: Path) -> list[str]:
    """The lines of a set, an utterance each."""
    return path.read_text(encoding="utf-8").splitlines()


@lru_cache(maxsize=1)
def _agent() -> Any:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    # Rasa prints every parse until told otherwise.
    configure_structlog(logging.WARNING)
    return Agent.load(str(ensure_model()))


def parse(text: str) -> dict[str, Any]:
    """What the trained pipeline makes of a text, as the action server sees it."""
    parsed: dict[str, Any] = asyncio.run(_agent().parse_message(normalise(text)))
    return parsed


def problems_of(parsed: dict[str, Any]) -> list[str]:
    """The problems that a conversation takes from a first message, or those it would ask back between."""
    message = Message.of(parsed)
    found: list[str] = understand(message, {}, None).facts.get("problems") or []
    likely = [problem for problem in message.problems() if problem in found]
    return likely or found or unsure_between(message)[:1]


def first_problems(path: Path = DEVELOPMENT_SET) -> Figures:
    """The first problem found against the label, over lines `label<TAB>utterance`."""
    figures = Figures([], [])
    parse("試し")
    for line in lines(path):
        label, utterance = line.split("\t")
        started = time.perf_counter()
        parsed = parse(utterance)
        figures.milliseconds.append((time.perf_counter() - started) * 1000)
        figures.rows.append((label, (problems_of(parsed) or ["-"])[0], utterance))
        figures.confidences.append(next(iter(Message.of(parsed).problems().values()), 0.0))
    return figures


def _reliability(figures: Figures) -> str:
    right = [expected == found for expected, found, _ in figures.rows]
    said = [f"calibration error {calibration_error(figures.confidences, right):.3f}"]
    said += [
        f"  from {low:.1f}: {count:3d} utterances, confidence {confidence:.2f}, right {share:.2f}"
        for low, count, confidence, share in reliability(figures.confidences, right)
    ]
    return "\n".join(said) + "\n"


def several_problems(path: Path = DATA / "multi_problem.tsv") -> Figures:
    """The exact set of problems, over lines `label[+label...]<TAB>utterance`."""
    figures = Figures([], [])
    for line in lines(path):
        labels, utterance, *_ = line.split("\t")
        message = parse(utterance)
        found = understand(Message.of(message), {}, None).facts.get("problems") or []
        figures.rows.append(("+".join(sorted(labels.split("+"))), "+".join(sorted(found)) or "-", utterance))
    return figures


def facts(path: Path = DATA / "facts.tsv") -> tuple[Counter[str], list[tuple[str, set[str], set[str]]]]:
    """Facts found against those annotated, over lines that end in `utterance<TAB>JSON`.

    Returns:
        Counts of `hit`, `missed` and `wrong`; and the utterances that were not all right, with what they miss
        and what was wrong.
    """
    counts: Counter[str] = Counter()
    mistakes = []
    for line in lines(path):
        *_, utterance, expected = line.split("\t")
        wanted, found = _atoms(json.loads(expected)), _atoms(_annotation(parse(utterance)["entities"]))
        counts.update(hit=len(wanted & found), missed=len(wanted - found), wrong=len(found - wanted))
        if wanted != found:
            mistakes.append((utterance, wanted - found, found - wanted))
    return counts, mistakes


def micro_f1(counts: Counter[str]) -> float:
    """Harmonic mean of precision and recall over all facts."""
    return 2 * counts["hit"] / (2 * counts["hit"] + counts["missed"] + counts["wrong"])


def _annotation(entities: list[dict[str, Any]]) -> dict[str, Any]:
    """Entities in the form of the annotations."""
    found: dict[str, Any] = {}
    for item in entities:
        name, value = item["entity"], item["value"]
        if name in ("problems", "region", "number"):
            continue
        if name == "amount":
            found.setdefault(name, []).append([value["low"], value["high"], value["role"]])
        elif name == "foreign_money":
            found.setdefault(name, []).append([value["currency"], value["low"], value["high"]])
        elif name in LISTS:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _atoms(annotation: dict[str, Any]) -> set[str]:
    """One text for each single fact."""
    atoms = set()
    for name, value in annotation.items():
        for item in value if isinstance(value, list) else [value]:
            atoms.add(f"{name}={json.dumps(item)}")
    return atoms


def main(arguments: list[str] | None = None) -> int:
    """Prints all figures with every mistake, and writes the figures into a page if one is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("--page", type=Path, help="document whose figures are written anew")
    options = parser.parse_args(arguments)
    first = first_problems() if DEVELOPMENT_SET.exists() else None
    several, owners = several_problems(), several_problems(DATA / "owners.tsv")
    counts, mistakes = facts()
    said, _ = facts(DATA / "owners.tsv")
    say = sys.stdout.write
    if first:
        say(f"first problem: accuracy {first.accuracy:.3f}, macro-F1 {first.macro_f1:.3f}, ")
        say(f"out of scope wrongly routed {first.wrongly_routed:.3f}, ")
        say(f"parse median {statistics.median(first.milliseconds):.1f} ms\n")
        for label in first.labels:
            say(f"  {label}: recall {first.recall(label):.3f}, F1 {first.f1(label):.3f}\n")
        say(_mistakes(first))
        say(_reliability(first))
    say(f"several problems: exact set {several.accuracy:.3f} of {len(several.rows)}\n{_mistakes(several)}")
    say(f"owners: exact set {owners.accuracy:.3f} of {len(owners.rows)}, facts {micro_f1(said):.3f}\n")
    say(_mistakes(owners))
    say(f"facts: micro-F1 {micro_f1(counts):.3f} ({dict(counts)})\n")
    for utterance, missed, wrong in mistakes:
        say(f"  {utterance}\n    missed {sorted(missed)} wrong {sorted(wrong)}\n")
    if options.page and first:
        rows = _rows(first, several, owners, said, counts)
        page = options.page.read_text(encoding="utf-8")
        options.page.write_text(with_figures(page, rows, date.today()), encoding="utf-8")
    elif options.page:
        say(f"{options.page} stays as it is: there is no {DEVELOPMENT_SET}\n")
    return 0


def _rows(
    first: Figures, several: Figures, owners: Figures, said: Counter[str], counts: Counter[str]
) -> list[Figure]:
    away = [row for row in first.rows if row[0] == "out_of_scope"]
    return [
        ("first problem of an utterance", len(first.rows), "right", first.accuracy),
        ("the same, each problem weighing alike", len(first.rows), "macro-F1", first.macro_f1),
        ("out of scope", len(away), "sent to a programme", first.wrongly_routed),
        ("several problems in one utterance", len(several.rows), "exact set", several.accuracy),
        ("problems in owners' own voices", len(owners.rows), "exact set", owners.accuracy),
        ("facts in those voices", len(owners.rows), "micro-F1", micro_f1(said)),
        ("facts", len(lines(DATA / "facts.tsv")), "micro-F1", micro_f1(counts)),
    ]


def with_figures(page: str, rows: list[Figure], day: date) -> str:
    """A page with the table between its two lines written anew.

    Raises:
        ValueError: If the page does not have both lines once.
    """
    (before, rest), end = page.split(FIGURES[0]), FIGURES[1]
    _, after = rest.split(end)
    table = [f"| what, measured on {day} | utterances | measure | figure |", "|---|---|---|---|"]
    table += [f"| {what} | {count} | {measure} | {figure:.3f} |" for what, count, measure, figure in rows]
    return "\n".join([before + FIGURES[0], *table, end + after])


def _mistakes(figures: Figures) -> str:
    wrong = [row for row in figures.rows if row[0] != row[1]]
    return "".join(f"  {expected} -> {found}: {utterance}\n" for expected, found, utterance in wrong)


if __name__ == "__main__":
    sys.exit(main())
