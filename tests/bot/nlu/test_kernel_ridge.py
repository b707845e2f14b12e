"""The closed forms must give what the long way gives."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.kernel_ridge import (
    fit_sigmoid,
    fit_slope,
    gaussian,
    inverse,
    left_out_scores,
    sigmoid,
    softmax,
)

RIDGE = 0.3


@pytest.fixture
def problem():
    chance = np.random.default_rng(7)
    points = chance.normal(size=(40, 5)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    labels = (points[:, 0] > 0).astype(int)
    targets = np.where(np.eye(2)[labels] > 0, 1, -1).astype(np.float32)
    return gaussian(points, points, 1.0), targets, labels


def test_gaussian_is_one_for_the_same_and_falls_with_distance():
    kernel = gaussian(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32), gamma=0.5)
    np.testing.assert_allclose(kernel, [[1, np.exp(-1)], [np.exp(-1), 1]], rtol=1e-6)


def test_inverse_inverts(problem):
    kernel, _, _ = problem
    product = inverse(kernel, RIDGE) @ (kernel + RIDGE * np.eye(len(kernel)))
    np.testing.assert_allclose(product, np.eye(len(kernel)), atol=1e-4)


def test_a_kernel_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not positive"):
        inverse(np.array([[-1.0, 0], [0, 1]]), 0.1)


def test_left_out_scores_equal_training_without_the_fold(problem):
    kernel, targets, _ = problem
    folds = np.array_split(np.arange(len(kernel)), 4)
    inverted = inverse(kernel, RIDGE)
    scores = left_out_scores(targets, inverted @ targets, inverted, folds)
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(kernel)), fold)
        weights = inverse(kernel[np.ix_(rest, rest)], RIDGE) @ targets[rest]
        np.testing.assert_allclose(scores[fold], kernel[np.ix_(fold, rest)] @ weights, atol=1e-3)


def test_the_slope_makes_confidence_agree_with_hits():
    """Scores right three times in four must come out at about 75 %."""
    scores = np.tile([[1.0, -1.0]], (400, 1))
    labels = np.array([0, 0, 0, 1] * 100)
    assert softmax(scores, fit_slope(scores, labels))[0, 0] == pytest.approx(0.75, abs=0.01)


def test_the_sigmoid_agrees_with_hits_at_every_score():
    scores = np.repeat([-1.0, 1.0], 200)
    truth = np.r_[np.arange(200) % 10 == 0, np.arange(200) % 5 != 0]
    slope, offset = fit_sigmoid(scores, truth)
    np.testing.assert_allclose(sigmoid(np.array([-1.0, 1.0]), slope, offset), [0.1, 0.8], atol=0.01)
