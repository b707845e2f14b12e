"""The report in the console, for supervisors."""

from __future__ import annotations

from datetime import date, timedelta

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse, Response

from bot.channels.conversations import today
from bot.channels.report.figures import Period, Report, build_report
from bot.channels.report.page import HERE, body, csv_text
from bot.channels.report.records import Records
from bot.channels.report.texts import load_words
from bot.channels.staff.access import SessionDep, Staff, StaffDep, SupervisorDep
from bot.channels.staff.calls import stored
from bot.channels.staff.rendering import rendered
from bot.channels.web.page import RevalidatedFiles

MOST_DAYS = 366
_DAYS = 30

router = APIRouter(prefix="/staff", include_in_schema=False)


def install(app: FastAPI) -> None:
    """Adds the page to the console."""
    app.include_router(router)
    app.mount("/staff/report/static", RevalidatedFiles(directory=HERE / "static"), name="report-static")


@router.get("/report")
async def report_page(
    staff: StaffDep, session: SessionDep, account: SupervisorDep, begin: str = "", end: str = ""
) -> HTMLResponse:
    """The report of the days that were chosen; of the last ones where none were."""
    period = _period(begin, end)
    await stored(staff.audit.note, account.name, "report")
    content = await stored(lambda: body(_report(staff, period))) if period else None
    page = rendered(
        "report.html",
        staff.services,
        account=account,
        csrf=session.csrf,
        report_words=load_words().plain | {"days": MOST_DAYS},
        begin=period.begin.isoformat() if period else begin,
        end=period.end.isoformat() if period else end,
        content=content,
        days=MOST_DAYS,
    )
    return HTMLResponse(page, status_code=200 if period else 422)


@router.get("/report.csv")
async def report_csv(staff: StaffDep, account: SupervisorDep, begin: str = "", end: str = "") -> Response:
    """Its tables for a spreadsheet."""
    period = _period(begin, end) or _last_days()
    await stored(staff.audit.note, account.name, "exported", None, "report csv")
    content = await stored(lambda: csv_text(_report(staff, period)))
    headers = {"Content-Disposition": 'attachment; filename="report.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _report(staff: Staff, period: Period) -> Report:
    return build_report(Records(staff.services.database), period, staff.services.knowledge)


def _last_days() -> Period:
    return Period(today() - timedelta(days=_DAYS - 1), today())


def _period(begin: str, end: str) -> Period | None:
    """The days as they were typed, or None where they are no such days."""
    if not begin and not end:
        return _last_days()
    try:
        period = Period(date.fromisoformat(begin), date.fromisoformat(end))
    except ValueError:
        return None
    return period if timedelta(0) <= period.end - period.begin < timedelta(days=MOST_DAYS) else None
