"""What the classifier sees of an utterance, and how alike two utterances are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack, load_npz, save_npz

from bot.nlu.kernel_ridge import gaussian
from bot.nlu.ngrams import NgramTfidf
from bot.nlu.places import SCENES, scene
from bot.nlu.readings import reading
from bot.text import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Sizes of n-grams of each view.
VIEWS = {"characters": (1, 4), "lemmas": (1, 2), "reading": (2, 5)}


class Utterance(NamedTuple):
    """An utterance as the components before the classifier left it.

    Attributes:
        text: What was said.
        lemmas: Its words in dictionary form.
        vector: What the sentence encoder made of it, or None without one.
    """

    text: str
    lemmas: list[str]
    vector: np.ndarray | None = None


class Likeness(NamedTuple):
    """How alike utterances are: tells what of `Examples` may be used.

    Attributes:
        gamma: Width of the kernel between the encoder's vectors.
        encoder_share: Part of the likeness that is the encoder's, the rest being n-grams.
        elsewhere: What is left of the likeness where one speaks of home and the other of abroad.
    """

    gamma: float
    encoder_share: float
    elsewhere: float


class Seen(NamedTuple):
    """Utterances as rows of numbers.

    Attributes:
        grams: N-grams of every view side by side, one row an utterance.
        scenes: Number of the scene of each.
        vectors: Of the encoder, from the centre and of unit length; without rows where one has none.
    """

    grams: csr_matrix
    scenes: np.ndarray
    vectors: np.ndarray


class Examples:
    """The utterances that were learnt from, ready to be compared with new ones."""

    def __init__(self, views: dict[str, NgramTfidf], centre: np.ndarray, seen: Seen) -> None:
        self._views = views
        self._centre = centre
        self._postings = seen.grams.T.tocsr()
        self.seen = seen

    @classmethod
    def of(cls, utterances: Sequence[Utterance], vocabulary_of: Sequence[Utterance]) -> Examples:
        """Learn vocabularies and keep the utterances.

        Args:
            utterances: Examples.
            vocabulary_of: Those whose n-grams count.
        """
        views = {
            view: NgramTfidf.fit([_units(utterance, view) for utterance in vocabulary_of], *sizes)
            for view, sizes in VIEWS.items()
        }
        centre = _stacked(utterances).mean(axis=0) if _encoded(utterances) else np.zeros(0, np.float32)
        return cls(views, centre, _see(utterances, views, centre))

    @property
    def encoded(self) -> bool:
        """Whether every example has a vector."""
        return len(self.seen.vectors) > 0

    def see(self, utterances: Sequence[Utterance]) -> Seen:
        """New utterances as rows of numbers."""
        return _see(utterances, self._views, self._centre)

    def with_vectors(self, seen: Seen, vectors: np.ndarray) -> Seen:
        """The same utterances with their vectors, as the encoder gave them."""
        return seen._replace(vectors=_from_centre(vectors, self._centre))

    def likeness(self, new: Seen, how: Likeness, *, encoded: bool) -> np.ndarray:
        """How alike utterances (rows) and examples (columns) are, 1 at most.

        Args:
            new: From `see`, or the examples' own `seen`.
            how: What counts how much.
            encoded: Whether to compare vectors too; then there must be some.
        """
        alike = (new.grams @ self._postings).toarray()
        if encoded:
            alike *= 1 - how.encoder_share
            alike += np.float32(how.encoder_share) * gaussian(new.vectors, self.seen.vectors, how.gamma)
        alike[new.scenes[:, np.newaxis] != self.seen.scenes[np.newaxis, :]] *= how.elsewhere
        return alike

    def save(self, directory: Path) -> None:
        """Write plain arrays and JSON, nothing that runs when it is read."""
        vocabulary = {view: list(tfidf.vocabulary) for view, tfidf in self._views.items()}
        (directory / "vocabulary.json").write_text(
            json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8"
        )
        np.savez(directory / "idf.npz", **{view: tfidf.idf for view, tfidf in self._views.items()})
        save_npz(directory / "grams.npz", self.seen.grams)
        np.savez(
            directory / "examples.npz",
            centre=self._centre,
            scenes=self.seen.scenes,
            vectors=self.seen.vectors,
        )

    @classmethod
    def load(cls, directory: Path) -> Examples:
        """Read what `save` wrote."""
        vocabulary = json.loads((directory / "vocabulary.json").read_text(encoding="utf-8"))
        with np.load(directory / "idf.npz", allow_pickle=False) as idf:
            views = {
                view: NgramTfidf(*VIEWS[view], {gram: i for i, gram in enumerate(grams)}, idf[view])
                for view, grams in vocabulary.items()
            }
        with np.load(directory / "examples.npz", allow_pickle=False) as kept:
            seen = Seen(load_npz(directory / "grams.npz"), kept["scenes"], kept["vectors"])
            return cls(views, kept["centre"], seen)


def _see(utterances: Sequence[Utterance], views: dict[str, NgramTfidf], centre: np.ndarray) -> Seen:
    blocks = [tfidf.transform([_units(u, view) for u in utterances]) for view, tfidf in views.items()]
    grams = csr_matrix(hstack(blocks, format="csr", dtype=np.float32) / np.sqrt(np.float32(len(blocks))))
    scenes = np.array([SCENES.index(scene(normalise(u.text))) for u in utterances], dtype=np.int8)
    vectors = np.zeros((0, len(centre)), np.float32)
    if len(centre) and _encoded(utterances):
        vectors = _from_centre(_stacked(utterances), centre)
    return Seen(grams, scenes, vectors)


def _from_centre(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    # The encoder puts every sentence into a narrow cone: what tells them apart shows from its middle.
    moved: np.ndarray = vectors.astype(np.float32) - centre
    return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)


def _encoded(utterances: Sequence[Utterance]) -> bool:
    return bool(utterances) and all(utterance.vector is not None for utterance in utterances)


def _stacked(utterances: Sequence[Utterance]) -> np.ndarray:
    return np.stack([utterance.vector for utterance in utterances]).astype(np.float32)


def _units(utterance: Utterance, view: str) -> Sequence[str]:
    if view == "lemmas":
        return utterance.lemmas
    text = normalise(utterance.text).lower()
    return reading(text) if view == "reading" else text
