"""`python -m bot.channels report`: the report of some days as a file."""

from __future__ import annotations

import argparse
import logging
from datetime import date
from pathlib import Path

from bot.channels import migrations
from bot.channels.conversations import today
from bot.channels.database import Database
from bot.channels.report.figures import Period, build_report
from bot.channels.report.page import csv_text, html_file
from bot.channels.report.records import Records
from bot.channels.settings import Settings
from knowledge import load_knowledge

log = logging.getLogger(__name__)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describes the command."""
    report = commands.add_parser("report", help="how well the bot served over some days, as HTML or CSV")
    report.add_argument("--from", dest="begin", type=_day, required=True, metavar="YYYY-MM-DD")
    report.add_argument(
        "--to", dest="end", type=_day, default=None, metavar="YYYY-MM-DD", help="default: today"
    )
    report.add_argument("--html", type=Path, metavar="FILE", help="write the report there, with charts")
    report.add_argument("--csv", type=Path, metavar="FILE", help="write its tables there")


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Write the report.

    Returns:
        0, or 1 if there is nothing to do; standard error says why.
    """
    period = Period(options.begin, options.end or today())
    if not (options.html or options.csv):
        log.error("name a file: --html FILE, --csv FILE or both")
        return 1
    if period.begin > period.end:
        log.error("--from %s is after --to %s: give the earlier day first", period.begin, period.end)
        return 1
    settings.prepare_data_dir()
    database = Database(settings.database)
    try:
        migrations.prepare(database)
        report = build_report(Records(database), period, load_knowledge())
    finally:
        database.close()
    # It holds words of people, if masked: for its owner only.
    for path, content in ((options.html, html_file), (options.csv, csv_text)):
        if path is not None:
            path.touch(mode=0o600)
            path.write_text(content(report), encoding="utf-8")
            log.info("written: %s", path)
    return 0


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"a day is written YYYY-MM-DD, such as 2026-11-01, not {value!r}"
        ) from None
