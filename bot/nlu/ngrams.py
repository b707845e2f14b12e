"""Bags of n-grams, weighted by TF-IDF, as sparse rows of unit length."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class NgramTfidf:
    """Vocabulary and weights of the n-grams of one view of a text (its characters, its words, …)."""

    def __init__(self, low: int, high: int, vocabulary: dict[str, int], idf: np.ndarray) -> None:
        self.low = low
        self.high = high
        self.vocabulary = vocabulary
        self.idf = idf

    @classmethod
    def fit(cls, texts: Sequence[Sequence[str]], low: int, high: int, min_texts: int = 3) -> NgramTfidf:
        """Learn the vocabulary.

        Args:
            texts: Texts as sequences of units: a string for characters, a list for words.
            low: Fewest units of an n-gram.
            high: Most units of an n-gram.
            min_texts: N-grams of fewer texts than this are left out.
        """
        frequency = Counter(gram for text in texts for gram in set(_ngrams(text, low, high)))
        kept = sorted(gram for gram, count in frequency.items() if count >= min_texts)
        counts = np.array([frequency[gram] for gram in kept], dtype=np.float32)
        idf = np.log((1 + len(texts)) / (1 + counts)).astype(np.float32) + 1
        return cls(low, high, {gram: column for column, gram in enumerate(kept)}, idf)

    def transform(self, texts: Sequence[Sequence[str]]) -> csr_matrix:
        """Rows of unit length, one a text; a text without a known n-gram is a row of zeros."""
        data: list[np.ndarray] = []
        columns: list[np.ndarray] = []
        bounds = [0]
        for text in texts:
            counts = Counter(
                column
                for gram in _ngrams(text, self.low, self.high)
                if (column := self.vocabulary.get(gram)) is not None
            )
            found = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
            weights = (
                1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
            ) * self.idf[found]
            norm = float(np.linalg.norm(weights))
            data.append(weights / norm if norm else weights)
            columns.append(found)
            bounds.append(bounds[-1] + len(found))
        shape = (len(texts), len(self.idf))
        values = np.concatenate(data) if data else np.zeros(0, dtype=np.float32)
        indices = np.concatenate(columns) if columns else np.zeros(0, dtype=np.int32)
        return csr_matrix((values, indices, bounds), shape=shape, dtype=np.float32)


def _ngrams(units: Sequence[str], low: int, high: int) -> Iterator[str]:
    glue = "" if isinstance(units, str) else " "
    for size in range(low, high + 1):
        for start in range(len(units) - size + 1):
            yield glue.join(units[start : start + size])
