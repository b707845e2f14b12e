"""Sentences and the facts in them (facts.tsv): what is plainly said is found, what is not is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.fact import Fact
from bot.nlu.facts import read_facts
from bot.text import normalise

TABLE = [
    line.split("\t")
    for line in Path(__file__).with_name("facts.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def compact(fact: Fact) -> str:
    group = f"#{fact.group}" if fact.group else ""
    if fact.entity in ("amount", "foreign_money"):
        ends = ["" if fact.value[end] is None else str(fact.value[end]) for end in ("low", "high")]
        value = ends[0] if ends[0] == ends[1] else "..".join(ends)
        if fact.entity == "foreign_money":
            return f"{fact.entity}={fact.value['currency']}:{value}{group}"
        marks = [
            f"@{fact.value['role']}" if fact.value["role"] else "",
            f"/{fact.value['per']}" if fact.value["per"] else "",
        ]
        return f"{fact.entity}={value}{''.join(marks)}{'~' if fact.value['approx'] else ''}{group}"
    value = str(fact.value).lower() if isinstance(fact.value, bool) else fact.value
    return f"{fact.entity}={value}{group}"


def test_the_table_is_large():
    assert len(TABLE) >= 150


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_facts_are_found_where_plainly_said(text, expected):
    assert sorted(map(compact, read_facts(normalise(text)))) == sorted(set(expected.split(" | ")) - {"-"})


@pytest.mark.parametrize("text", [row[0] for row in TABLE])
def test_spans_lie_in_the_text(text):
    text = normalise(text)
    facts = read_facts(text)
    assert all(0 <= fact.start < fact.end <= len(text) for fact in facts)
    assert [fact.start for fact in facts] == sorted(fact.start for fact in facts)


@given(st.text(max_size=60))
def test_any_text_is_survived(text):
    for fact in read_facts(text):
        assert 0 <= fact.start < fact.end <= len(text)


@given(st.lists(st.sampled_from([row[0] for row in TABLE]), min_size=2, max_size=4))
def test_stories_of_table_sentences_are_survived(sentences):
    text = normalise("。".join(sentences))
    assert all(text[fact.start : fact.end] for fact in read_facts(text))
