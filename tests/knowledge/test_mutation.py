"""The tables would notice a wrong figure: a sample of `mutation`, every kind of figure in it."""

from __future__ import annotations

import pytest

from tests.knowledge.mutation import caught_by, mutants

ALL = list(mutants())
AMOUNTS = [mutant for mutant in ALL if {"yen", "value", "capital_yen", "employees"} & set(mutant.place)]


def test_there_is_a_mutant_of_every_cap_rate_unit_and_threshold():
    """Counted by hand from the description of the programmes."""
    figures = {(mutant.file, mutant.place) for mutant in ALL}
    ends = [place[-1] for _, place in figures]
    # caps: ① 5 + 1, ② 1 + 2, ③④⑤ 3; units: ①② 3, ③④⑤⑥ 4
    assert (6 + 3 + 3) + (3 + 4) == ends.count("yen")
    # ① 1, ② 2, ③④⑤ 3, ⑥ 2
    assert 1 + 2 + 3 + 2 == ends.count("value")
    # two tables of six industries
    assert (12, 12) == (ends.count("capital_yen"), ends.count("employees"))
    assert 2 == ends.count("from_policy_year")


@pytest.mark.parametrize("mutant", AMOUNTS[::6], ids=str)
def test_a_wrong_amount_is_noticed_by_the_tables(mutant):
    assert caught_by(mutant) in ("case tables", "schema")


@pytest.mark.parametrize("mutant", [m for m in ALL if m not in AMOUNTS][::4], ids=str)
def test_any_other_wrong_figure_is_noticed(mutant):
    assert caught_by(mutant)
