"""A report as a page, as a file of its own, and as CSV."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from bot.channels.report.figures import Report, Table
from bot.channels.report.texts import load_words
from bot.channels.staff.records import harmless
from bot.channels.templating import environment

HERE = Path(__file__).parent
_UPRIGHT = frozenset({"days", "questions"})
"""Tables whose rows are in a natural order."""


def html_file(report: Report) -> str:
    """The report as one HTML file that needs nothing else."""
    style = (HERE / "static" / "report.css").read_text(encoding="utf-8")
    return _rendered("file.html", report=report, style=Markup(style))  # noqa: S704 - our own file


def body(report: Report) -> Markup:
    """What stands within a page of the console."""
    return Markup(_rendered("body.html", report=report))  # noqa: S704 - from a template that escapes


def csv_text(report: Report) -> str:
    """Every table one below the other, for a spreadsheet: UTF-8 with its mark, no cell that is a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    for table in report.tables:
        writer.writerows([[table.title], table.header])
        writer.writerows(
            [[harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows]
        )
        writer.writerow([])
    return "\N{BYTE ORDER MARK}" + written.getvalue()


def chart(table: Table) -> Markup | None:
    """The chart of a table, if it has numbers to draw: of nothing but zeros an axis would only puzzle."""
    if not any(row[column] for row in table.rows for column in table.charted):
        return None
    # The plotting library takes a second and much memory: only who looks at a report pays for it.
    from bot.channels.report.charts import bars, columns

    labels = [str(row[0]) for row in table.rows]
    series = [[float(row[column]) for row in table.rows] for column in table.charted]
    title = load_words().plain["chart_of"].format(title=table.title)
    names = [table.header[column] for column in table.charted]
    upright = table.id in _UPRIGHT
    drawn = columns(labels, series[0], title) if upright else bars(labels, series, names, title)
    return Markup(drawn)  # noqa: S704 - our own drawing, its text escaped by the writer of XML


def _rendered(template: str, **values: Any) -> str:
    return _templates().get_template(template).render(words=load_words().plain, **values)


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    made = environment(HERE / "templates")
    made.globals["chart"] = chart
    return made
