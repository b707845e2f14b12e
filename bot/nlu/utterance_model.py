"""Tells apart problems and acts of dialogue, and finds several problems in one utterance. Free of Rasa.

Two questions, answered separately: *which problems* does the utterance describe (each for itself), and *which
act* of dialogue is it, describing a problem being one of them. So a first sentence that is put as a question
still has its problem, and the dialogue, which knows whether it has just asked something, can weigh the two.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.nlu.kernel_ridge import fit_sigmoid, fit_slope, inverse, left_out_scores, sigmoid, softmax
from bot.nlu.utterance_features import Examples, Likeness, Seen, Utterance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# The act of an utterance that describes a problem.
DESCRIBE = "problem"
OUT_OF_SCOPE = "out_of_scope"
FOLDS = 5


@dataclass(frozen=True)
class Settings:
    """What is chosen by measurement (docs/nlu.md).

    Attributes:
        ridge: Smoothness of the solution.
        gamma: See `Likeness`.
        encoder_share: See `Likeness`.
        elsewhere: See `Likeness`.
    """

    ridge: float = 0.05
    gamma: float = 1.0
    encoder_share: float = 0.5
    elsewhere: float = 0.5

    @property
    def likeness(self) -> Likeness:
        """How alike utterances are."""
        return Likeness(self.gamma, self.encoder_share, self.elsewhere)


@dataclass(frozen=True)
class Verdict:
    """What one utterance was taken for.

    Attributes:
        problems: Chance of each problem, given that the utterance describes just one: sums to 1.
        present: Chance of each problem to be described at all, each for itself.
        acts: Chance of each act, `DESCRIBE` among them: sums to 1.
    """

    problems: dict[str, float]
    present: dict[str, float]
    acts: dict[str, float]

    @property
    def act(self) -> str:
        """The likeliest act."""
        return max(self.acts, key=lambda name: self.acts[name])

    @property
    def certainty(self) -> float:
        """Least chance of all it says: the act and, if that tells of a problem, which and none beside."""
        if self.act != DESCRIBE:
            return self.acts[self.act]
        problem = max(self.problems, key=lambda name: self.problems[name])
        others = (1 - chance for name, chance in self.present.items() if name != problem)
        return min(self.acts[DESCRIBE], self.problems[problem], *others)


class Head(NamedTuple):
    """The solved weights of one question, one column a label, and what its scores mean.

    Attributes:
        labels: Names of the columns.
        weights: One row an example, beginning with the first.
        slope: Of the softmax over labels.
        present: Slope and offset of the sigmoid of one label.
    """

    labels: list[str]
    weights: np.ndarray
    slope: float
    present: tuple[float, float]


class UtteranceModel:
    """The trained classifier. Each question has a head for likeness with the encoder, and one without it."""

    def __init__(self, settings: Settings, examples: Examples, heads: dict[str, Head]) -> None:
        self._settings = settings
        self._examples = examples
        self._heads = heads

    @classmethod
    def fit(
        cls,
        utterances: Sequence[Utterance],
        labels: Sequence[tuple[str, ...]],
        problems: Sequence[str],
        settings: Settings,
    ) -> UtteranceModel:
        """Train.

        Args:
            utterances: Examples; neighbours of the same labels are taken to be by one hand and share a fold.
            labels: Problems or an act of each.
            problems: Labels that are problems.
            settings: What was chosen by measurement.
        """
        rows = _ordered(utterances, labels, problems)
        said = [row.utterance for row in rows]
        examples = Examples.of(said, utterances)
        heads: dict[str, Head] = {}
        for encoded in (False, True)[: 1 + examples.encoded]:
            alike = examples.likeness(examples.seen, settings.likeness, encoded=encoded)
            heads |= _heads(alike, rows, problems, settings.ridge, encoded=encoded)
        return cls(settings, examples, heads)

    def verdicts(self, utterances: Sequence[Utterance]) -> list[Verdict]:
        """What each utterance is taken for."""
        return self._verdicts(self._examples.see(utterances))

    def verdict(
        self, utterance: Utterance, encode: Callable[[], np.ndarray], is_enough: Callable[[Verdict], bool]
    ) -> tuple[Verdict, bool]:
        """What an utterance is taken for, and whether by its words alone because that was enough.

        Args:
            utterance: Without a vector.
            encode: Makes the vector, which takes most of the time.
            is_enough: Whether what the words alone say may stand.
        """
        seen = self._examples.see([utterance])
        (by_words,) = self._verdicts(seen)
        if not self._examples.encoded:
            return by_words, False
        if is_enough(by_words):
            return by_words, True
        return self._verdicts(self._examples.with_vectors(seen, encode()[np.newaxis]))[0], False

    def _verdicts(self, seen: Seen) -> list[Verdict]:
        encoded = len(seen.vectors) > 0
        alike = self._examples.likeness(seen, self._settings.likeness, encoded=encoded)
        which, act = self._heads[_key("problems", encoded)], self._heads[_key("acts", encoded)]
        which_scores, act_scores = _scores(alike, which), _scores(alike, act)
        chances = zip(
            softmax(which_scores, which.slope),
            sigmoid(which_scores, *which.present),
            softmax(act_scores, act.slope),
            strict=True,
        )
        return [
            Verdict(_named(which, problems), _named(which, present), _named(act, acts))
            for problems, present, acts in chances
        ]

    def save(self, directory: Path) -> None:
        """Write plain arrays and JSON, nothing that runs when it is read."""
        self._examples.save(directory)
        np.savez(directory / "weights.npz", **{name: head.weights for name, head in self._heads.items()})
        heads = {
            name: {"labels": head.labels, "slope": head.slope, "present": head.present}
            for name, head in self._heads.items()
        }
        meta = {"settings": asdict(self._settings), "heads": heads}
        (directory / "model.json").write_text(json.dumps(meta), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> UtteranceModel:
        """Read what `save` wrote."""
        meta = json.loads((directory / "model.json").read_text(encoding="utf-8"))
        with np.load(directory / "weights.npz", allow_pickle=False) as weights:
            heads = {
                name: Head(head["labels"], weights[name], head["slope"], tuple(head["present"]))
                for name, head in meta["heads"].items()
            }
        return cls(Settings(**meta["settings"]), Examples.load(directory), heads)


class _Row(NamedTuple):
    utterance: Utterance
    labels: tuple[str, ...]
    fold: int


def _ordered(
    utterances: Sequence[Utterance],
    labels: Sequence[tuple[str, ...]],
    problems: Sequence[str],
) -> list[_Row]:
    """Problems, then acts: so the rows of either question are the first so many."""
    rows = [_Row(*row) for row in zip(utterances, labels, folds_of(labels), strict=True)]
    describing = [row for row in rows if row.labels[0] in problems]
    acts = [row for row in rows if row.labels[0] not in problems]
    return [*describing, *acts]


def folds_of(labels: Sequence[tuple[str, ...]]) -> list[int]:
    """Number of the fold of each example.

    A fold is a block of neighbours of the same labels. Such lines are by one hand, so the fold left out is as
    a new hand would write.

    Args:
        labels: Of each example, in the order of the training files.
    """
    total, seen = Counter(labels), Counter[tuple[str, ...]]()
    folds = []
    for label in labels:
        folds.append(seen[label] * FOLDS // total[label])
        seen[label] += 1
    return folds


def _heads(
    alike: np.ndarray, rows: list[_Row], problems: Sequence[str], ridge: float, *, encoded: bool
) -> dict[str, Head]:
    present = {label for row in rows for label in row.labels}
    asked = [problem for problem in problems if problem in present]
    acts = sorted(present - set(problems))
    describing = sum(row.labels[0] in problems for row in rows)
    which = [[label in row.labels for label in asked] for row in rows[:describing]]
    act = [[row.labels[0] in problems, *(label in row.labels for label in acts)] for row in rows]
    return {
        _key("problems", encoded): _head(alike[:describing, :describing], rows, asked, which, ridge),
        _key("acts", encoded): _head(alike, rows, [DESCRIBE, *acts], act, ridge),
    }


def _head(
    alike: np.ndarray, rows: list[_Row], labels: list[str], holds: list[list[bool]], ridge: float
) -> Head:
    truth = np.array(holds, dtype=bool)
    targets = np.where(truth, 1, -1).astype(np.float32)
    inverted = inverse(alike, ridge)
    weights = inverted @ targets
    fold = np.array([row.fold for row in rows[: len(truth)]])
    scores = left_out_scores(targets, weights, inverted, [np.flatnonzero(fold == f) for f in range(FOLDS)])
    one = truth.sum(axis=1) == 1
    return Head(
        labels, weights, fit_slope(scores[one], truth[one].argmax(axis=1)), fit_sigmoid(scores, truth)
    )


def _scores(alike: np.ndarray, head: Head) -> np.ndarray:
    return alike[:, : len(head.weights)] @ head.weights


def _key(question: str, encoded: bool) -> str:
    return f"{question}_{'encoded' if encoded else 'words'}"


def _named(head: Head, values: np.ndarray) -> dict[str, float]:
    return {label: float(value) for label, value in zip(head.labels, values, strict=True)}
