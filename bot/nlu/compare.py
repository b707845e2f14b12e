"""Trains and compares ways to tell the problems apart: ``python -m bot.nlu.compare --dev FILE``.

Each way runs in a process of its own, so that its memory is its own. Prints the table of docs/nlu.md. Folds
are blocks of neighbouring lines of each training file: such lines are by one hand, so a fold is
read as new hands would write.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from spacy.util import is_package

from bot.nlu.ngrams import NgramTfidf
from bot.nlu.problem_classifier import PROBLEMS
from bot.nlu.sentence_encoder import WEIGHTS_SHA256, encode, load_encoder
from bot.nlu.tokens import FugashiWords
from bot.nlu.utterance_features import Utterance
from bot.nlu.utterance_model import FOLDS, Settings, UtteranceModel, folds_of
from bot.nlu.vectors import STORE, VectorStore
from bot.text import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORDS = FugashiWords()


@dataclass(frozen=True)
class Sentence:
    """A sentence with all that any way may use of it."""

    text: str
    surfaces: list[str]
    lemmas: list[str]
    vector: np.ndarray | None

    @property
    def utterance(self) -> Utterance:
        """As the shipped model takes it."""
        return Utterance(self.text, self.lemmas, self.vector)


class Way(Protocol):
    """A way to tell the problems apart."""

    def fit(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> None:
        """Train."""

    def chances(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Chance of each of `PROBLEMS`, one row a sentence."""


class LinearWay:
    """Logistic regression over n-grams and, if wanted, a dense vector.

    Args:
        views: What n-grams are taken of, and their sizes.
        dense: The dense vector of a sentence.
    """

    def __init__(
        self,
        views: dict[str, tuple[int, int]],
        dense: Callable[[Sentence], np.ndarray] | None = None,
    ) -> None:
        self._views = views
        self._dense = dense
        self._tfidf: dict[str, NgramTfidf] = {}
        self._centre = np.zeros(0)
        self._model = LogisticRegression(C=10, max_iter=300, class_weight="balanced")

    def fit(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> None:
        """Train."""
        for view, sizes in self._views.items():
            self._tfidf[view] = NgramTfidf.fit([_view(s, view) for s in sentences], *sizes)
        if self._dense:
            self._centre = np.mean([self._dense(s) for s in sentences], axis=0)
        self._model.fit(self._features(sentences), [PROBLEMS.index(label) for label in labels])

    def chances(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Chance of each of `PROBLEMS`, one row a sentence."""
        return self._model.predict_proba(self._features(sentences))

    def _features(self, sentences: Sequence[Sentence]) -> csr_matrix:
        blocks = [self._tfidf[view].transform([_view(s, view) for s in sentences]) for view in self._views]
        if self._dense:
            moved = np.stack([self._dense(s) for s in sentences]) - self._centre
            blocks.append(csr_matrix(moved / np.linalg.norm(moved, axis=1, keepdims=True)))
        return hstack(blocks, format="csr")


class ShippedWay:
    """The model of `problem_classifier`, with the encoder or by words alone."""

    def __init__(self, settings: Settings | None = None, *, encoded: bool) -> None:
        self._settings = settings or Settings()
        self._encoded = encoded

    def fit(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> None:
        """Train."""
        said = [self._utterance(sentence) for sentence in sentences]
        self._model = UtteranceModel.fit(said, [(label,) for label in labels], PROBLEMS, self._settings)

    def chances(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Chance of each of `PROBLEMS`, one row a sentence."""
        verdicts = self._model.verdicts([self._utterance(sentence) for sentence in sentences])
        return np.array([[verdict.problems[problem] for problem in PROBLEMS] for verdict in verdicts])

    def _utterance(self, sentence: Sentence) -> Utterance:
        return sentence.utterance if self._encoded else sentence.utterance._replace(vector=None)


class DietWay:
    """Rasa's own classifier. Slow: compared on the development set alone.

    Args:
        lemmas: Whether words are counted in dictionary form.
    """

    EPOCHS = 40

    def __init__(self, *, lemmas: bool) -> None:
        self._pipeline = [
            {"name": "bot.nlu.fugashi_tokenizer.FugashiTokenizer", "lemmas": lemmas},
            {"name": "CountVectorsFeaturizer", "use_lemma": lemmas},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", "epochs": self.EPOCHS, "entity_recognition": False, "random_seed": 1},
        ]

    def fit(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> None:
        """Train with Rasa, in a folder that goes away."""
        from rasa.core.agent import Agent
        from rasa.model_training import train_nlu

        with tempfile.TemporaryDirectory() as folder:
            config = {
                "recipe": "default.v1",
                "language": "ja",
                "assistant_id": "x",
                "pipeline": self._pipeline,
            }
            intents = [
                {"intent": problem, "examples": [{"text": s.text} for s in _of(problem, sentences, labels)]}
                for problem in PROBLEMS
            ]
            for file, content in (("config.yml", config), ("nlu.yml", {"version": "3.1", "nlu": intents})):
                text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
                (Path(folder) / file).write_text(text, encoding="utf-8")
            model = train_nlu(f"{folder}/config.yml", f"{folder}/nlu.yml", folder)
            self._agent = Agent.load(model)

    def chances(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Chance of each of `PROBLEMS`, one row a sentence."""
        parsed = [asyncio.run(self._agent.parse_message(sentence.text)) for sentence in sentences]
        rows = [{one["name"]: one["confidence"] for one in p["intent_ranking"]} for p in parsed]
        return np.array([[row.get(problem, 0.0) for problem in PROBLEMS] for row in rows])


def _of(problem: str, sentences: Sequence[Sentence], labels: Sequence[str]) -> list[Sentence]:
    return [s for s, label in zip(sentences, labels, strict=True) if label == problem]


def _view(sentence: Sentence, view: str) -> Sequence[str]:
    return sentence.text.lower() if view == "characters" else getattr(sentence, view)


def _encoder_vector(sentence: Sentence) -> np.ndarray:
    if sentence.vector is None:
        raise SystemExit("The sentence encoder is not installed.")
    return sentence.vector


def _ginza_vector(sentence: Sentence) -> np.ndarray:
    vocabulary = _ginza().vocab
    return np.mean([vocabulary[word].vector for word in sentence.surfaces] or [np.zeros(300)], axis=0)


@cache
def _ginza() -> Any:
    import spacy

    return spacy.load("ja_ginza")


CHARACTERS, SURFACES, LEMMAS = {"characters": (1, 4)}, {"surfaces": (1, 2)}, {"lemmas": (1, 2)}
WAYS: dict[str, Callable[[], Way]] = {
    "character n-grams, logistic regression": lambda: LinearWay(CHARACTERS),
    "words, logistic regression": lambda: LinearWay(SURFACES),
    "lemmas, logistic regression": lambda: LinearWay(LEMMAS),
    "characters + lemmas, logistic regression": lambda: LinearWay(CHARACTERS | LEMMAS),
    "encoder, logistic regression": lambda: LinearWay({}, _encoder_vector),
    "encoder + characters + lemmas, logistic regression": lambda: LinearWay(
        CHARACTERS | LEMMAS, _encoder_vector
    ),
    "kernel ridge by words, without places": lambda: ShippedWay(Settings(elsewhere=1), encoded=False),
    "kernel ridge by words": lambda: ShippedWay(encoded=False),
    "kernel ridge with encoder, without places": lambda: ShippedWay(Settings(elsewhere=1), encoded=True),
    "kernel ridge with encoder (chosen)": lambda: ShippedWay(encoded=True),
    "DIET, characters + words": lambda: DietWay(lemmas=False),
    "DIET, characters + lemmas": lambda: DietWay(lemmas=True),
}
if is_package("ja_ginza"):
    WAYS["ja_ginza vectors, logistic regression"] = lambda: LinearWay({}, _ginza_vector)
    WAYS["ja_ginza vectors + characters + lemmas, logistic regression"] = lambda: LinearWay(
        CHARACTERS | LEMMAS, _ginza_vector
    )
ENCODED = {name for name in WAYS if "encoder" in name}
SLOW = {name for name in WAYS if "DIET" in name}


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
    median_ms: float
    p95_ms: float
    rss_mb: float


def sentences_of(texts: Sequence[str], *, encoded: bool) -> list[Sentence]:
    """Sentences with words, and with vectors where they are wanted; stored ones are not encoded again."""
    store = VectorStore.load(STORE, WEIGHTS_SHA256) if encoded else VectorStore({})
    encoder = load_encoder() if encoded else None
    found = []
    for text in texts:
        words = WORDS.words(text)
        vector = store.get(text)
        if vector is None and encoder is not None:
            vector = encode(encoder, [text])[0]
        found.append(Sentence(text, [w.surface for w in words], [w.lemma for w in words], vector))
    return found


def calibration_error(chances: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: how far confidence is from the share of hits, weighted over bins.

    Args:
        chances: One row an example.
        truth: Number of the right column of each.
        bins: How many bins confidence is sorted into.
    """
    confidence, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    used = [bin_of == number for number in range(bins) if (bin_of == number).any()]
    return float(sum(own.mean() * abs(confidence[own].mean() - right[own].mean()) for own in used))


def measure(name: str, data: Path, dev: Path) -> Result:
    """Train and judge one way.

    Args:
        name: Of the way.
        data: Training data.
        dev: Lines ``label<TAB>utterance``.
    """
    texts, labels = _training(data)
    sentences = sentences_of(texts, encoded=name in ENCODED)
    truth = np.array([PROBLEMS.index(label) for label in labels])
    crossed = _judge(_cross_validated(name, sentences, labels), truth) if name not in SLOW else (nan,) * 3
    way = WAYS[name]()
    begin = time.perf_counter()
    way.fit(sentences, labels)
    train_s = time.perf_counter() - begin
    lines = [line.split("\t") for line in dev.read_text(encoding="utf-8").splitlines() if line.strip()]
    dev_truth = np.array([PROBLEMS.index(label) for label, *_ in lines])
    chances, times = [], []
    for _, text, *_ in lines:
        begin = time.perf_counter()
        chances.append(way.chances(sentences_of_one(text, encoded=name in ENCODED))[0])
        times.append(1000 * (time.perf_counter() - begin))
    judged = np.array(chances)
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    quantiles = statistics.quantiles(times, n=20)
    return Result(
        name,
        *crossed,
        *_judge(judged, dev_truth),
        train_s,
        statistics.median(times),
        quantiles[18],
        rss_mb,
    )


def sentences_of_one(text: str, *, encoded: bool) -> list[Sentence]:
    """One sentence as it comes from outside: nothing of it is stored."""
    common = normalise(text)
    words = WORDS.words(common)
    encoder = load_encoder() if encoded else None
    vector = None if encoder is None else encode(encoder, [common])[0]
    return [Sentence(common, [w.surface for w in words], [w.lemma for w in words], vector)]


def _training(data: Path) -> tuple[list[str], list[str]]:
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.loading import load_data

    rows = [
        (message.get(TEXT), message.get(INTENT))
        for message in load_data(str(data)).intent_examples
        if message.get(INTENT) in PROBLEMS and not message.get("metadata")
    ]
    return [text for text, _ in rows], [label for _, label in rows]


def _cross_validated(name: str, sentences: list[Sentence], labels: list[str]) -> np.ndarray:
    chances = np.zeros((len(labels), len(PROBLEMS)))
    fold_of = np.array(folds_of([(label,) for label in labels]))
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        way = WAYS[name]()
        way.fit([sentences[i] for i in inside], [labels[i] for i in inside])
        chances[outside] = way.chances([sentences[i] for i in outside])
    return chances


def _judge(chances: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    top = chances.argmax(axis=1)
    macro = f1_score(truth, top, average="macro", labels=sorted(Counter(truth.tolist())))
    return float((top == truth).mean()), float(macro), calibration_error(chances, truth)


def _table(results: Sequence[Result]) -> str:
    head = (
        "| way | CV accuracy | CV macro-F1 | CV ECE | dev accuracy | dev macro-F1 | dev ECE "
        "| training s | parse ms median / p95 | process MB |\n|---|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(
        f"| {r.way} | {r.cv_accuracy:.3f} | {r.cv_macro_f1:.3f} | {r.cv_ece:.3f} | {r.dev_accuracy:.3f} "
        f"| {r.dev_macro_f1:.3f} | {r.dev_ece:.3f} | {r.train_s:.0f} | {r.median_ms:.0f} / {r.p95_ms:.0f} "
        f"| {r.rss_mb:.0f} |"
        for r in results
    )


def main() -> None:
    """Compare all ways, or measure one."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--dev", type=Path, required=True, help="lines label<TAB>utterance")
    parser.add_argument("--data", type=Path, default=Path("bot/data/nlu"), help="training data")
    parser.add_argument("--only", choices=list(WAYS), help="measure this way and print JSON")
    parser.add_argument(
        "--ways",
        nargs="*",
        default=[w for w in WAYS if w not in SLOW],
        choices=list(WAYS),
        help="all but DIET",
    )
    options = parser.parse_args()
    if options.only:
        sys.stdout.write(json.dumps(asdict(measure(options.only, options.data, options.dev))) + "\n")
        return
    results = []
    for name in options.ways:
        command = [sys.executable, "-W", "ignore", "-m", __spec__.name, "--only", name]
        command += ["--dev", str(options.dev), "--data", str(options.data)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        results.append(Result(**json.loads(done.stdout.splitlines()[-1])))
        sys.stderr.write(f"{name}: {results[-1].dev_accuracy:.3f}\n")
    sys.stdout.write(_table(results) + "\n")


if __name__ == "__main__":
    main()
