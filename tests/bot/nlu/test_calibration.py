"""Confidence against hits."""

from __future__ import annotations

import pytest

from bot.nlu.calibration import calibration_error, reliability


def test_answers_are_sorted_by_confidence_and_empty_bins_left_out():
    bins = reliability([0.05, 0.92, 0.98, 1.0], [False, True, True, False])
    assert [(one.low, one.count, one.right) for one in bins] == [
        (0.0, 1, 0.0),
        (0.9, 3, pytest.approx(2 / 3)),
    ]
    assert bins[1].confidence == pytest.approx((0.92 + 0.98 + 1.0) / 3)


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [
        ([0.8] * 5, [True] * 4 + [False], 0.0),
        ([1.0] * 4, [True, True, False, False], 0.5),
        ([0.25, 0.75], [True, True], 0.5),
        ([], [], 0.0),
    ],
    ids=["honest", "too sure", "too modest", "nothing"],
)
def test_the_error_is_how_far_confidence_is_from_hits(confidence, right, error):
    assert calibration_error(confidence, right) == pytest.approx(error)
