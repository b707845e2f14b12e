"""Trains and compares ways to tell the problems apart: ``python -m bot.nlu.compare --dev FILE``.

Each way runs in a process of its own, so that its memory is its own. Prints the table of docs/nlu.md. Folds
are blocks of neighbouring lines of each training file: such lines are by one hand, so a fold is
read as new hands would write. Times are CPU time over all threads, which other work on the machine hardly
changes.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import f1_score

from bot.nlu.calibration import calibration_error
from bot.nlu.compare_ways import VECTORS, WAYS, Candidate, Sentence, sentences_of
from bot.nlu.problem_classifier import PROBLEMS
from bot.nlu.utterance_model import FOLDS, folds_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Result:
    """A row of the table."""

    way: str
    cv_accuracy: float
    cv_macro_f1: float
    cv_ece: float
    dev_accuracy: float
    dev_macro_f1: float
    dev_ece: float
    train_s: float
    start_s: float
    median_ms: float
    p95_ms: float
    rss_mb: float


def measure(name: str, data: Path, dev: Path) -> Result:
    """Train and judge one way.

    Args:
        name: Of the way.
        data: Training data.
        dev: Lines ``label<TAB>utterance``.
    """
    candidate = WAYS[name]
    start_s = _ready(candidate)
    texts, labels = _training(data)
    sentences = sentences_of(texts, candidate.vectors)
    truth = np.array([PROBLEMS.index(label) for label in labels])
    crossed = (nan,) * 3 if candidate.slow else _judge(_cross_validated(candidate, sentences, labels), truth)
    way = candidate.make()
    begin = time.process_time()
    way.fit(sentences, labels)
    train_s = time.process_time() - begin
    lines = [line.split("\t") for line in dev.read_text(encoding="utf-8").splitlines() if line.strip()]
    dev_truth = np.array([PROBLEMS.index(label) for label, *_ in lines])
    # DIET's pipeline makes the vector itself.
    vectors = None if candidate.slow else candidate.vectors
    chances, times = [], []
    for _, text, *_ in lines:
        begin = time.process_time()
        chances.append(way.chances(sentences_of([text], vectors, stored=False))[0])
        times.append(1000 * (time.process_time() - begin))
    return Result(
        name,
        *crossed,
        *_judge(np.array(chances), dev_truth),
        train_s,
        start_s + way.load_s,
        statistics.median(times),
        statistics.quantiles(times, n=20)[18],
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _ready(candidate: Candidate) -> float:
    """CPU seconds until words and vectors can be made."""
    begin = time.process_time()
    if candidate.vectors and VECTORS[candidate.vectors].load() is None:
        raise SystemExit(f"{VECTORS[candidate.vectors].package} is installed but cannot be used.")
    sentences_of(["試し"], candidate.vectors, stored=False)
    return time.process_time() - begin


def _training(data: Path) -> tuple[list[str], list[str]]:
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.loading import load_data

    rows = [
        (message.get(TEXT), message.get(INTENT))
        for message in load_data(str(data)).intent_examples
        if message.get(INTENT) in PROBLEMS and not message.get("metadata")
    ]
    return [text for text, _ in rows], [label for _, label in rows]


def _cross_validated(candidate: Candidate, sentences: list[Sentence], labels: list[str]) -> np.ndarray:
    chances = np.zeros((len(labels), len(PROBLEMS)))
    fold_of = np.array(folds_of([(label,) for label in labels]))
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        way = candidate.make()
        way.fit([sentences[i] for i in inside], [labels[i] for i in inside])
        chances[outside] = way.chances([sentences[i] for i in outside])
    return chances


def _judge(chances: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    top = chances.argmax(axis=1)
    macro = f1_score(truth, top, average="macro", labels=sorted(Counter(truth.tolist())))
    return float((top == truth).mean()), float(macro), calibration_error(chances.max(axis=1), top == truth)


def _table(results: Sequence[Result]) -> str:
    head = (
        "| way | CV accuracy | CV macro-F1 | CV ECE | dev accuracy | dev macro-F1 | dev ECE "
        "| training CPU s | start CPU s | parse CPU ms median / p95 | process MB |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(
        f"| {r.way} | {_share(r.cv_accuracy)} | {_share(r.cv_macro_f1)} | {_share(r.cv_ece)} "
        f"| {_share(r.dev_accuracy)} | {_share(r.dev_macro_f1)} | {_share(r.dev_ece)} | {r.train_s:.0f} "
        f"| {r.start_s:.1f} | {r.median_ms:.0f} / {r.p95_ms:.0f} | {r.rss_mb:.0f} |"
        for r in results
    )


def _share(value: float) -> str:
    return "–" if isnan(value) else f"{value:.3f}"


def main() -> None:
    """Compare all ways, or measure one."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--dev", type=Path, required=True, help="lines label<TAB>utterance")
    parser.add_argument("--data", type=Path, default=Path("bot/data/nlu"), help="training data")
    parser.add_argument("--only", choices=list(WAYS), help="measure this way and print JSON")
    parser.add_argument("--ways", nargs="*", default=list(WAYS), choices=list(WAYS), help="all by default")
    parser.add_argument("--fast", action="store_true", help="leave out DIET, which trains for minutes")
    options = parser.parse_args()
    if options.only:
        sys.stdout.write(json.dumps(asdict(measure(options.only, options.data, options.dev))) + "\n")
        return
    results, skipped = [], []
    for name in options.ways:
        if WAYS[name].missing or (options.fast and WAYS[name].slow):
            reason = f"{WAYS[name].missing} is not installed" if WAYS[name].missing else "--fast"
            skipped.append(f"skipped: {name} ({reason})\n")
            continue
        command = [sys.executable, "-W", "ignore", "-m", __spec__.name, "--only", name]
        command += ["--dev", str(options.dev), "--data", str(options.data)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        results.append(Result(**json.loads(done.stdout.splitlines()[-1])))
        sys.stderr.write(f"{name}: {results[-1].dev_accuracy:.3f}\n")
        sys.stderr.write(_table(results[-1:]).splitlines()[-1] + "\n")
    sys.stdout.write(_table(results) + "\n" + "".join(skipped))


if __name__ == "__main__":
    main()
