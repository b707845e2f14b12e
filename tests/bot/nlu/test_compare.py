"""The comparison of pipelines: what it leaves out, and what it prints of it."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from bot.nlu import compare, compare_ways
from bot.nlu.compare_ways import WAYS, LinearWay, Sentence, Vectors
from bot.nlu.problem_classifier import PROBLEMS


def test_a_way_whose_package_is_missing_names_it(monkeypatch):
    absent = Vectors("some-package", "no_module_of_this_name", lambda: None, lambda *_: np.zeros(1))
    monkeypatch.setitem(compare_ways.VECTORS, "use", absent)
    missing = {way: candidate.missing for way, candidate in WAYS.items() if candidate.vectors == "use"}
    assert missing
    assert set(missing.values()) == {"some-package"}


def test_a_way_without_vectors_needs_no_package():
    assert all(candidate.missing is None for candidate in WAYS.values() if candidate.vectors is None)


def test_figures_that_were_not_measured_are_no_numbers():
    row = compare.Result("DIET", nan, nan, nan, 0.9, 0.9, 0.1, 300, 2, 20, 30, 900)
    assert compare._table([row]).splitlines()[-1].startswith("| DIET | – | – | – | 0.900 |")


@pytest.mark.parametrize("vectors", [False, True], ids=["words", "with vectors"])
def test_a_linear_way_learns_what_it_is_shown(vectors):
    texts = ["偽物が出た", "偽物を見つけた", "偽物の店", "訴えられた", "訴えが来た", "訴えの紙"] * 2
    labels = (["counterfeit"] * 3 + ["sued_abroad"] * 3) * 2

    def sentence(text):
        vector = np.array([1.0, float("偽" in text)]) if vectors else None
        return Sentence(text, list(text), list(text), vector)

    way = LinearWay({"characters": (1, 2)})
    way.fit([sentence(text) for text in texts], labels)
    chances = way.chances([sentence("偽物だ"), sentence("訴えだ")])
    told = [
        sorted({PROBLEMS.index("counterfeit"), PROBLEMS.index("sued_abroad")})[i] for i in chances.argmax(1)
    ]
    assert [PROBLEMS[index] for index in told] == ["counterfeit", "sued_abroad"]
