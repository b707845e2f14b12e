"""Least squares with kernels: a classifier that is solved, not searched for.

Training is one linear system, so it takes seconds, gives the same result every time, and the scores that each
example would have had, had its fold been left out, follow from the same solution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.lapack import spotrf, spotri
from scipy.optimize import minimize, minimize_scalar

if TYPE_CHECKING:
    from collections.abc import Iterable


def gaussian(left: np.ndarray, right: np.ndarray, gamma: float) -> np.ndarray:
    """Gaussian kernel between the rows of two matrices of unit vectors."""
    similar = left @ right.T
    similar -= 1
    similar *= 2 * gamma
    return np.exp(similar, out=similar)


def inverse(kernel: np.ndarray, ridge: float) -> np.ndarray:
    """Inverse of the kernel between all examples, made regular.

    Args:
        kernel: Kernel between the examples.
        ridge: Added to the diagonal; larger is smoother.

    Raises:
        ValueError: If the kernel is none, that is not positive.
    """
    regular = np.array(kernel, dtype=np.float32, order="F")
    regular[np.diag_indices_from(regular)] += ridge
    factor, failed = spotrf(regular, lower=1, overwrite_a=1)
    if not failed:
        factor, failed = spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ValueError(f"the kernel of {len(kernel)} examples is not positive: minor {failed}")
    return np.tril(factor) + np.tril(factor, -1).T


def left_out_scores(
    targets: np.ndarray, weights: np.ndarray, inverted: np.ndarray, folds: Iterable[np.ndarray]
) -> np.ndarray:
    """Scores that examples get from a model trained without their fold, in closed form.

    Args:
        targets: One column a label: +1 where an example has it, else -1.
        weights: Solution, ``inverted @ targets``.
        inverted: What `inverse` gave.
        folds: Row numbers of each fold.
    """
    scores = np.array(targets, dtype=np.float64)
    for rows in folds:
        scores[rows] -= np.linalg.solve(inverted[np.ix_(rows, rows)].astype(np.float64), weights[rows])
    return scores


def softmax(scores: np.ndarray, slope: float) -> np.ndarray:
    """Rows of probabilities."""
    scaled = slope * scores
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def sigmoid(scores: np.ndarray, slope: float, offset: float) -> np.ndarray:
    """Probabilities, each for itself."""
    return 1 / (1 + np.exp(-np.clip(slope * scores + offset, -50, 50)))


def fit_slope(scores: np.ndarray, labels: np.ndarray) -> float:
    """The slope with which `softmax` says how often the left-out scores were right.

    Args:
        scores: Left-out scores.
        labels: Number of the right column of each row.
    """

    def loss(slope: float) -> float:
        right = softmax(scores, slope)[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(right, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.5, 30), method="bounded").x)


def fit_sigmoid(scores: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Slope and offset with which `sigmoid` says how often the left-out scores were right.

    Args:
        scores: Left-out scores of any shape.
        truth: Same shape, true where the label holds.
    """
    flat, right = scores.ravel(), truth.ravel().astype(bool)

    def loss(parameters: np.ndarray) -> float:
        chance = sigmoid(flat, *parameters)
        return float(-np.log(np.maximum(np.where(right, chance, 1 - chance), 1e-12)).mean())

    slope, offset = minimize(loss, x0=np.array([4.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(offset)
