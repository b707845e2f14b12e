"""The report's figures against plain SQL, its files, and how long it takes."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import time
from datetime import date

import pytest
from seeding import DAY, DAYS, FIRST, fill

from bot.channels import migrations
from bot.channels.__main__ import main
from bot.channels.database import Database
from bot.channels.report.figures import Period, build_report
from bot.channels.report.page import csv_text, html_file
from bot.channels.report.records import Records
from knowledge import load_knowledge

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
IN_TIME = f"c.created_at >= {FIRST} and c.created_at < {FIRST + DAYS * DAY}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data directory with 2,000 conversations."""
    path = tmp_path_factory.mktemp("seeded")
    database = Database(f"sqlite:///{path / 'channels.db'}")
    migrations.prepare(database)
    fill(database, 2_000)
    database.close()
    return path


@pytest.fixture(scope="module")
def report(folder):
    database = Database(f"sqlite:///{folder / 'channels.db'}")
    yield build_report(Records(database), NOVEMBER, load_knowledge())
    database.close()


@pytest.fixture
def sql(folder):
    connection = sqlite3.connect(folder / "channels.db")
    yield lambda query, **words: connection.execute(_filled(query, words)).fetchall()
    connection.close()


def _filled(query, words):
    """The query with `IN_TIME` and further words in it filled."""
    for name, value in {"IN_TIME": IN_TIME, **words}.items():
        query = query.replace(name, value)
    return query


def rows(report, id):
    return {row[0]: row[1:] for row in report.table(id).rows}


def test_only_conversations_that_began_within_the_days_count(report, sql):
    """Two of the seeded ones lie one second outside."""
    ((counted,),) = sql("select count(*) from conversations c where IN_TIME")
    assert 1998 == counted == rows(report, "summary")["相談の数"][0]
    assert counted == sum(row[1] for row in report.table("days").rows)
    by_day = sql(
        "select date(created_at, 'unixepoch', '+9 hours'), count(*) from conversations c "
        "where IN_TIME group by 1"
    )
    assert dict(by_day) == {day: count for day, count in report.table("days").rows if count}


def test_channels_and_how_many_came_to_an_advice(report, sql):
    found = sql(
        "select c.channel, count(*), sum(exists("
        "select 1 from messages m where m.conversation = c.id and m.final)) "
        "from conversations c where IN_TIME group by 1"
    )
    names = {"web": "ウェブの画面", "phone": "電話", "line": "LINE", "slack": "Slack"}
    assert {names[name]: [count, advised] for name, count, advised in found} == rows(report, "channels")


@pytest.mark.parametrize("fact", ["problems", "countries"])
def test_problems_and_countries_are_those_of_the_newest_advice(report, sql, fact):
    knowledge = load_knowledge()
    labels = {
        "problems": {id_: problem.label for id_, problem in knowledge.problems.items()},
        "countries": knowledge.vocabulary.countries,
    }[fact]
    found = sql(
        "select value, count(*) from conversations c join advice a on a.conversation = c.id, "
        "json_each(a.content, '$.facts.FACT') where IN_TIME group by 1",
        FACT=fact,
    )
    counted = {name: row[0] for name, row in rows(report, fact).items()}
    counted.pop("まだ不明")
    assert {labels[id_]: count for id_, count in found} == counted


def test_verdicts_are_counted_for_each_programme(report, sql):
    found = sql(
        "select json_extract(value, '$.number'), json_extract(value, '$.verdict'), count(*) "
        "from conversations c join advice a on a.conversation = c.id, json_each(a.content, '$.routes') "
        "where IN_TIME group by 1, 2"
    )
    counted = {}
    for name, *numbers in report.table("verdicts").rows:
        for verdict, count in zip(("likely", "unclear", "unlikely"), numbers, strict=True):
            counted[name[0], verdict] = count
    assert {(number, verdict): count for number, verdict, count in found} == {
        key: count for key, count in counted.items() if count
    }


def test_where_people_leave_is_the_fact_that_was_asked_for_last(report, sql):
    left = sql(
        "select json_extract(a.content, '$.next.fact'), exists("
        "select 1 from messages m where m.conversation = c.id and m.role = 'person'), count(*) "
        "from conversations c left join advice a on a.conversation = c.id "
        "where not exists(select 1 from messages m where m.conversation = c.id and m.final) "
        "and IN_TIME group by 1, 2"
    )
    facts = load_knowledge().facts
    expected = {}
    for fact, spoke, count in left:
        label = (
            "何も書かれなかった"
            if not spoke
            else facts[fact].label
            if fact
            else "書かれたが、案内が出なかった"
        )
        expected[label] = expected.get(label, 0) + count
    assert expected == {name: row[0] for name, row in rows(report, "leaving").items()}


def test_questions_are_counted_until_the_first_advice(report, sql):
    found = sql(
        "select asked, count(*) from (select c.id, (select count(*) from messages p "
        "where p.conversation = c.id and p.asked is not null and p.number < f.number) as asked "
        "from conversations c join (select conversation, min(number) as number "
        "from messages where final group by 1) f on f.conversation = c.id "
        "where IN_TIME) group by 1"
    )
    assert dict(found) == dict(report.table("questions").rows)


def test_shares_tell_what_of_how_many(report, sql):
    ((missed, known),) = sql(
        "select sum(not m.understood), count(m.understood) from messages m join conversations c "
        "on c.id = m.conversation where m.role = 'person' and IN_TIME"
    )
    ((bad, rated),) = sql("select sum(not helpful), count(*) from feedback c where IN_TIME")
    ((wrong,),) = sql('select count(distinct "case") from staff_examples c where IN_TIME')
    summary = rows(report, "summary")
    assert f"{missed / known:.1%} ({missed}/{known})" == summary["わからなかった言葉の割合"][0]
    assert f"{bad / rated:.1%} ({bad}/{rated})" == summary["「役に立たない」とされた案内の割合"][0]
    assert f"{wrong / 60:.1%} ({wrong}/60)" == summary["担当者が「違う」とした電話の割合"][0]
    assert [20] == summary["引き継ぎ番号を出した数"]


def test_times_are_the_median_the_95th_percent_and_the_longest(report, sql):
    for name, channel in (("LINE", "line"), ("電話", "phone")):
        times = [
            row[0]
            for row in sql(
                "select m.milliseconds from messages m join conversations c on c.id = m.conversation where "
                "m.role = 'person' and c.channel = 'CHANNEL' and IN_TIME order by 1",
                CHANNEL=channel,
            )
        ]
        count, middle, high, longest = rows(report, "times")[name]
        assert (len(times), times[-1]) == (count, longest)
        assert sum(one < middle for one in times) <= len(times) / 2 >= sum(one > middle for one in times)
        assert sum(one <= high for one in times) >= 0.95 * len(times) > sum(one < high for one in times)


def test_nothing_personal_stands_in_it(report):
    whole = html_file(report) + csv_text(report)
    assert "090-1234" not in whole
    assert "〔電話番号〕" in whole


def test_the_page_breaks_no_security_policy_and_no_id_stands_twice(report):
    page = html_file(report)
    assert 9 == page.count("<svg")
    assert not re.search(r'\sstyle="|<script|\son\w+="', page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(|href=")#([\w-]+)', page)) <= set(ids)


def test_the_tables_as_csv_are_those_of_the_page(report):
    read = list(csv.reader(io.StringIO(csv_text(report).lstrip("\N{BYTE ORDER MARK}"))))
    for table in report.tables:
        at = read.index([table.title])
        assert [[str(cell) for cell in row] for row in table.rows] == read[at + 2 : at + 2 + len(table.rows)]


def test_two_thousand_conversations_take_less_than_ten_seconds(folder, tmp_path, monkeypatch):
    """The command as an operator runs it, charts and all, in time of this process."""
    monkeypatch.setenv("NAVI_DATA_DIR", str(folder))
    page, table = tmp_path / "report.html", tmp_path / "report.csv"
    began = time.process_time()
    days = ["--from", "2026-11-01", "--to", "2026-11-30"]
    assert 0 == main(["report", *days, "--html", str(page), "--csv", str(table)])
    assert time.process_time() - began < 10
    assert "1,998" in page.read_text(encoding="utf-8")
    assert 0o600 == page.stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2026-11-01"], "--html"),
        (["--from", "2026-11-02", "--to", "2026-11-01", "--csv", "x"], "after"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, said, caplog, tmp_path, monkeypatch):
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))
    assert 1 == main(["report", *arguments])
    assert said in caplog.text


def test_an_empty_time_has_tables_without_figures(folder):
    database = Database(f"sqlite:///{folder / 'channels.db'}")
    empty = build_report(Records(database), Period(date(2020, 1, 1), date(2020, 1, 2)), load_knowledge())
    database.close()
    page = html_file(empty)
    assert "この期間の記録はありません" in page
    # Two days without a conversation are rows of a table, and nothing to draw.
    assert "2020-01-02" in page
    assert "<svg" not in page
    assert json.dumps(empty.table("summary").rows, ensure_ascii=False).count("- (0/0)") == 3
