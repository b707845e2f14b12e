"""Whether confidences mean what they say: of all that is said with 0.8, eight in ten should be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

BINS = 10


class Bin(NamedTuple):
    """Answers of like confidence.

    Attributes:
        low: Least confidence of the bin.
        count: How many answers have one in it.
        confidence: Their mean confidence.
        right: The share of them that is right.
    """

    low: float
    count: int
    confidence: float
    right: float


def reliability(confidence: Sequence[float] | np.ndarray, right: Sequence[bool] | np.ndarray) -> list[Bin]:
    """Answers sorted into `BINS` bins of equal width; empty ones are left out.

    Args:
        confidence: Of each answer, 0 to 1.
        right: Whether each was right.
    """
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=bool)
    bin_of = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(number / BINS, int(own.sum()), float(confidence[own].mean()), float(right[own].mean()))
        for number in range(BINS)
        if (own := bin_of == number).any()
    ]


def calibration_error(confidence: Sequence[float] | np.ndarray, right: Sequence[bool] | np.ndarray) -> float:
    """Expected calibration error: how far confidence is from the share of hits, weighted over bins.

    Args:
        confidence: Of each answer, 0 to 1.
        right: Whether each was right.
    """
    bins = reliability(confidence, right)
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total if total else 0.0
