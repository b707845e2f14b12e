"""`python -m knowledge …` as people run it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge import load_knowledge
from knowledge.__main__ import main
from knowledge.load import DATA
from tests.knowledge import golden
from tests.knowledge.cases import FOLDER

ROOT = Path(__file__).parents[2]
PROGRAMMES = ("foreign_filing", "exam_response", "counterfeit", "sued_abroad", "squatted_trademark")


def test_validate_passes_the_package_s_own_data(capsys):
    assert 0 == main(["validate"])
    assert load_knowledge().version in capsys.readouterr().out


def test_validate_lists_every_defect_with_file_and_line_and_fails(tmp_path, capsys):
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    for name, old, new in (
        ("fy2022/counterfeit.yml", "yen: 4000000", "yen: lots"),
        ("desk.yml", "id: inpit_desk", "id: desk"),
    ):
        text = (data / name).read_text(encoding="utf-8")
        (data / name).write_text(text.replace(old, new), encoding="utf-8")
    assert 1 == main(["--data", str(data), "validate"])
    lines = capsys.readouterr().err.splitlines()
    assert 2 == len(lines)
    assert lines[0].startswith("desk.yml:2: id: ")
    assert lines[1].startswith("fy2022/counterfeit.yml:")
    assert "lots" in lines[1]


def test_assess_prints_the_advice(tmp_path, capsys):
    case = golden.stored("sued_and_insurance")
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(case["facts"]))
    assert 0 == main(["assess", str(path), "--fiscal-year", "2022", "--as-of", case["as_of"]])
    advice = json.loads(capsys.readouterr().out)
    assert load_knowledge().version == advice.pop("knowledge_version")
    assert case["advice"] == advice


def test_assess_reads_standard_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"problems": ["desk_consultation"]}'))
    assert 0 == main(["assess", "-"])
    assert json.loads(capsys.readouterr().out)["desk"]["recommended"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"capital_yen": -1}', ["capital_yen", "0以上", "-1"]),
        ('{"costs": {"counterfeit": 1e3}}', ["costs.counterfeit", "整数", "1000.0"]),
        ('{"x": 1}', ["x", "problems"]),
        ("[]", ["facts", "[]"]),
        ("{", ["-"]),
        ("[" * 100_000, ["-"]),
        ('{"capital_yen": NaN}', ["capital_yen", "nan"]),
    ],
)
def test_bad_facts_are_named_with_bound_and_value_and_status_2(monkeypatch, capsys, text, words):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert 2 == main(["assess", "-"])
    said = capsys.readouterr()
    assert "" == said.out
    for word in words:
        assert word in said.err


@pytest.mark.parametrize(
    "options", [["--fiscal-year", "2021"], ["--fiscal-year", "2030"], ["--as-of", "2021-01-01"]]
)
def test_a_year_outside_the_data_is_status_2(monkeypatch, capsys, options):
    monkeypatch.setattr("sys.stdin", io.StringIO("{}"))
    assert 2 == main(["assess", "-", *options])
    assert options[1] in capsys.readouterr().err


def test_a_missing_file_of_facts_is_status_2(capsys):
    assert 2 == main(["assess", "nowhere.json"])
    assert "nowhere.json" in capsys.readouterr().err


def test_explain_prints_a_page_with_every_figure_and_its_source(capsys):
    assert 0 == main(["explain", "exam_response"])
    page = capsys.readouterr().out
    for word in (
        "# ② 審査請求・中間応答支援",
        "200,000円",
        "600,000円",
        "300,000円",
        "1/2",
        "1,000円未満",
        "[^1]: ",
    ):
        assert word in page
    marks = {f"[^{number}]" for number in range(1, 400) if f"[^{number}]" in page}
    assert all(f"\n{mark}: " in page for mark in marks)


def test_explain_knows_the_years_and_the_desk(capsys):
    assert 0 == main(["explain", "exam_response", "--fiscal-year", "2025"])
    assert "500,000円" in capsys.readouterr().out
    assert 0 == main(["explain", "inpit_desk"])
    assert "03-3581-1101（内線3823）" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["explain", "nothing"], "nothing"),
        (["explain", "counterfeit", "--fiscal-year", "2030"], "2030"),
        (["explain", "--all"], "--out"),
    ],
)
def test_explain_refuses_what_there_is_not(capsys, arguments, word):
    assert 2 == main(arguments)
    assert word in capsys.readouterr().err


def test_diff_shows_each_difference_with_both_sources(capsys):
    assert 0 == main(["diff", "2022", "2025"])
    page = capsys.readouterr().out
    at = page.index("1件の上限（審査請求）")
    block = page[at : page.index("\n- ", at)]
    for word in (
        "2022年度：200,000円",
        "1案件20万円",
        "2025年度：500,000円",
        "INPIT外国出願補助金（中間手続）の要約",
    ):
        assert word in block
    assert "1件の上限（外国出願 特許）" not in page
    assert 2 == main(["diff", "2022", "2024"])


def test_a_year_does_not_differ_from_itself(capsys):
    assert 0 == main(["diff", "2022", "2022"])
    page = capsys.readouterr().out
    assert 7 == page.count("違いはありません。")
    assert "\n- " not in page


@pytest.mark.parametrize(
    ("within", "as_of", "status"),
    [("90d", "2026-11-22", 0), ("90d", "2027-02-20", 0), ("90d", "2027-02-21", 1), ("0", "2026-11-23", 1)],
)
def test_stale_says_what_was_last_checked_when(capsys, within, as_of, status):
    """Checked on 2026-11-22: 90 days later is still good, one day more is not."""
    assert status == main(["stale", "--within", within, "--as-of", as_of])
    page = capsys.readouterr().out
    assert len(load_knowledge().sources) == page.count("2026-11-22（")
    assert (status == 1) == ("過ぎています】" in page)


@pytest.mark.parametrize(
    "arguments", [["stale", "--within", "soon"], ["stale", "--as-of", "soon"], [], ["explain"]]
)
def test_wrong_arguments_are_status_2(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert 2 == ended.value.code


def test_the_committed_pages_are_those_the_data_give(tmp_path):
    """`python -m knowledge explain --all --out docs/programmes --cases tests/knowledge/cases` makes them."""
    assert 0 == main(["explain", "--all", "--out", str(tmp_path), "--cases", str(FOLDER)])
    committed = {
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs/programmes").glob("*.md")
    }
    assert committed == {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}


def test_every_row_of_the_tables_stands_on_its_page():
    for programme in PROGRAMMES:
        page = (ROOT / f"docs/programmes/{programme}.md").read_text(encoding="utf-8")
        for line in (FOLDER / f"{programme}.tsv").read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                assert "| " + line.replace("\t", " | ") + " |" in page


def test_the_module_runs_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "knowledge", "assess", "-"],
        input="{",
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (2, "") == (done.returncode, done.stdout)


def test_importing_the_knowledge_brings_no_heavy_company():
    """Neither numpy nor Rasa nor pydantic: the import is cheap, the data are read at the first use."""
    code = "import sys, knowledge; print(*sorted(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    heavy = {"numpy", "rasa", "rasa_sdk", "spacy", "pydantic", "yaml", "jinja2", "fastapi", "pandas"}
    assert set() == heavy & set(done.stdout.split())
    code = (
        "import sys, knowledge; knowledge.assess({}); print(*sorted(m for m in sys.modules if '.' not in m))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert {"pydantic", "yaml"} == heavy & set(done.stdout.split())
