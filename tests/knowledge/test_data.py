"""The data itself: figures traced to quotes, every source used, words that people can read."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest

from knowledge import load_knowledge
from knowledge.load import DATA
from knowledge.yaml_file import read_yaml

KNOWLEDGE = load_knowledge()
HERE = Path(__file__).parent
SEED = re.sub(r"\s", "", (HERE / "seed.txt").read_text(encoding="utf-8"))
ORIGIN = HERE.parents[2] / "shared" / "seed"
FILES = {path.relative_to(DATA).as_posix(): read_yaml(path)[0] for path in sorted(DATA.rglob("*.yml"))}
TEMPLATES = DATA.parent / "templates"

# The figures of the seed once more, by hand: what stands in the data and in the answers must be these.
CAPS = {
    "foreign_filing": {3_000_000, 1_500_000, 600_000, 300_000},
    "exam_response": {600_000, 200_000, 300_000},
    "counterfeit": {4_000_000},
    "sued_abroad": {5_000_000},
    "squatted_trademark": {5_000_000},
    "litigation_insurance": set(),
}
RATES = {
    "foreign_filing": {"2分の1"},
    "exam_response": {"2分の1"},
    "counterfeit": {"3分の2"},
    "sued_abroad": {"3分の2"},
    "squatted_trademark": {"3分の2"},
    "litigation_insurance": {"2分の1", "3分の1"},
}


def walk(content: Any, path: tuple[Any, ...] = ()) -> Any:
    """Every mapping and every text in a file, with its place."""
    yield path, content
    items = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for key, value in items:
        yield from walk(value, (*path, key))


def texts() -> Any:
    """Every text of the data files that a person reads, with its file and place."""
    for name, content in FILES.items():
        for path, value in walk(content):
            machine = {"source", "id", "address", "kind", "use", "email", "quote", "locator", "title"} & set(
                path[-1:]
            )
            if isinstance(value, str) and re.search(r"[ぁ-んァ-ヶ一-龠]", value) and not machine:
                yield name, path, value


def bases() -> Any:
    """Every basis with its file and place."""
    for name, content in FILES.items():
        for path, value in walk(content):
            if path and (
                path[-1] == "basis" or (len(path) > 1 and path[-2] == "basis" and isinstance(path[-1], int))
            ):
                for basis in value if isinstance(value, list) else [value]:
                    yield name, path, basis


def test_the_seed_here_is_the_shared_one():
    if not ORIGIN.exists():
        pytest.skip("the shared seed is not beside this checkout")
    (shared,) = ORIGIN.glob("*.txt")
    assert shared.read_bytes() == (HERE / "seed.txt").read_bytes()


def test_every_quote_of_the_seed_stands_in_the_seed():
    quotes = [(n, p, b["quote"]) for n, p, b in bases() if b["kind"] == "seed" and b.get("quote")]
    assert 80 < len(quotes)
    missing = [(name, path, quote) for name, path, quote in quotes if re.sub(r"\s", "", quote) not in SEED]
    assert [] == missing


def test_every_figure_of_2022_from_the_seed_has_a_quote_with_that_figure():
    """A cap of 4,000,000 yen is quoted as 400万円, a rate as it is printed (full-width digits as well)."""
    for programme in KNOWLEDGE.year(2022).programmes.values():
        for budget in programme.amount.budgets:
            for rate in budget.rates:
                printed = (rate.basis.quote or "").replace("１", "1")
                assert f"{rate.value.numerator}/{rate.value.denominator}" in printed
            caps = [*budget.case_caps.values(), *([budget.company_cap] if budget.company_cap else [])]
            for cap in caps:
                assert "seed" == cap.basis.kind
                assert f"{cap.yen // 10_000}万円" in (cap.basis.quote or "")


def test_figures_of_2022_are_those_of_the_seed():
    for id_, programme in KNOWLEDGE.year(2022).programmes.items():
        found = set()
        for budget in programme.amount.budgets:
            found |= {cap.yen for cap in budget.case_caps.values()}
            found |= {budget.company_cap.yen} if budget.company_cap else set()
        assert CAPS[id_] == found


def test_every_basis_is_of_a_known_source_and_every_source_is_used():
    used = {basis.get("source", "seed") for _, _, basis in bases()}
    assert set(KNOWLEDGE.sources) == used


def test_2025_takes_nothing_from_the_seed():
    """Its figures are of pages or interpreted; the seed is of 2022."""
    for name, path, basis in bases():
        if name.startswith("fy2025"):
            assert "seed" != basis["kind"], (name, path)


def test_every_source_was_checked_and_says_whether_it_is_official():
    for source in KNOWLEDGE.sources.values():
        assert source.checked_on.isoformat() >= "2026-11-22"
        assert source.address is None or source.address.startswith(("http://", "https://"))


def test_nothing_says_that_someone_is_covered():
    """Verdicts are 対象となる可能性があります and the like; 対象です is a promise that nobody can keep."""
    pages = [(path.name, path.read_text(encoding="utf-8")) for path in TEMPLATES.iterdir()]
    for name, text in [(f"{n} {p}", v) for n, p, v in texts()] + pages:
        assert "対象です" not in text, name


def test_sentences_are_short_enough_to_be_read_on_a_phone():
    """No sentence above 70 characters, no answer above four sentences, no option above 40 characters."""
    for name, path, text in texts():
        for sentence in re.split(r"[。\n]", re.sub(r"\{[^}]*\}", "", text)):
            assert len(sentence) <= 70, (name, path)
    for entry in KNOWLEDGE.faq:
        assert len([part for part in entry.answer.split("。") if part]) <= 4, entry.id


def test_every_placeholder_of_a_text_is_a_plain_name():
    for key, text in KNOWLEDGE.texts.items():
        for _, name, _, _ in string.Formatter().parse(text):
            assert name is None or re.fullmatch(r"[a-z_]+", name), key


def test_every_text_of_texts_yml_is_used():
    code = "".join(path.read_text(encoding="utf-8") for path in DATA.parent.glob("*.py"))
    built = ("wide_", "unnamed_")
    for key in KNOWLEDGE.texts:
        assert f'"{key}"' in code or key.startswith(built), key


def test_no_japanese_stands_in_the_code():
    for path in DATA.parent.glob("*.py"):
        # docstrings may give an example of what people read
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", code), path.name


def test_a_module_stays_under_four_hundred_lines():
    for path in DATA.parent.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path.name


def test_every_condition_can_be_asked_for_and_can_fail():
    for year in KNOWLEDGE.years.values():
        for programme in year.programmes.values():
            for item in programme.conditions:
                fact = item.use if item.kind == "common" else item.id
                assert KNOWLEDGE.facts[fact].questions, fact


def test_there_are_at_least_sixty_answers_each_with_a_source():
    assert 60 <= len(KNOWLEDGE.faq)
    assert len(KNOWLEDGE.faq) == len({entry.id for entry in KNOWLEDGE.faq})
    questions = [text for entry in KNOWLEDGE.faq for text in (entry.question, *entry.variants)]
    assert len(questions) == len(set(questions))


@pytest.mark.parametrize("programme", CAPS)
def test_answers_on_rates_and_caps_say_the_figures_of_the_programmes(programme):
    answers = {entry.id: entry for entry in KNOWLEDGE.faq}
    cap, rate = answers[f"cap_{programme}"], answers[f"rate_{programme}"]
    assert (2022, 2022) == (cap.fiscal_year, rate.fiscal_year)
    assert CAPS[programme] == {int(found) * 10_000 for found in re.findall(r"(\d+)万円", cap.answer)}
    said = set(re.findall(r"\d分の\d", rate.answer.split("残り")[0]))
    assert RATES[programme] == said


def test_answers_on_all_programmes_say_their_figures():
    answers = {entry.id: entry.answer for entry in KNOWLEDGE.faq}
    caps = {int(found) * 10_000 for found in re.findall(r"(\d+)万円", answers["caps_all"])}
    assert {3_000_000, 600_000, 300_000, 4_000_000, 5_000_000} == caps
    assert {"2分の1", "3分の2", "3分の1"} == set(re.findall(r"\d分の\d", answers["rates_all"]))
    assert "300万円" in answers["regional_total"]
    assert "500万円" in answers["which_is_most"]
    assert "30万円" in answers["word_defensive"]


def test_answers_on_the_size_say_the_figures_of_the_table():
    answers = {entry.id: entry.answer for entry in KNOWLEDGE.faq}
    for words in ("3億円か300人", "1億円か100人", "5,000万円か100人", "5,000万円か50人"):
        assert words in answers["sme_definition"]
    for words in ("3億円か900人", "5,000万円か200人"):
        assert words in answers["sme_special"]


@pytest.mark.parametrize("year", [2022, 2025])
def test_summaries_say_the_rate_of_the_budget(year):
    for programme in KNOWLEDGE.year(year).programmes.values():
        said = set(re.findall(r"(\d)分の(\d)", programme.summary))
        rates = {
            (str(rate.value.denominator), str(rate.value.numerator))
            for budget in programme.amount.budgets
            for rate in budget.rates
        }
        assert said <= rates


def test_contacts_of_the_desk_are_those_of_the_seed():
    desk = KNOWLEDGE.desk
    assert ("03-3581-1101（内線3823）", "ip-sr01@inpit.go.jp") == (desk.phone, desk.email)
    assert desk.phone in SEED
    assert desk.email in SEED
    assert desk.phone in KNOWLEDGE.opening
    assert {"0570-082100", "03-3501-1816", None} == {other.phone for other in desk.others}
