"""The consultation sheet as a record: written, confirmed, reopened, printed, found again."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from bot.channels.conversations import JAPAN, today
from bot.channels.errors import ChannelError, Code
from bot.channels.staff.access import CaseDep, DraftDep, FormDep, SessionDep, Staff, StaffDep
from bot.channels.staff.accounts import Account
from bot.channels.staff.calls import stored
from bot.channels.staff.cases import WRITTEN, Case, Change, written_over
from bot.channels.staff.panels import sheet_of
from bot.channels.staff.rendering import rendered
from bot.channels.staff.responding import (
    case_shown,
    note,
    note_viewed,
    panels_of,
    panels_response,
    text_in,
    version_in,
    words_of,
)
from bot.channels.staff.sessions import Session
from bot.channels.staff.sheet import (
    CHOSEN,
    LONGEST_FIELD,
    MOST_ROWS,
    Content,
    changed_fields,
    shown_time,
)
from bot.channels.staff.texts import load_staff_texts

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

router = APIRouter(prefix="/staff", include_in_schema=False)


@router.get("")
async def home(staff: StaffDep, session: SessionDep) -> HTMLResponse:
    """What is being written, and the calls of today."""
    mine = [case for case in await stored(staff.cases.drafts) if case.open_to(session.account)]
    begin, end = _day(today())
    cases = await stored(staff.cases.between, begin, end)
    return await _page(staff, session, "home.html", [*mine, *cases], drafts=mine, cases=cases)


@router.get("/records")
async def records(staff: StaffDep, session: SessionDep, day: str = "", q: str = "") -> HTMLResponse:
    """The history by day, or by words."""
    chosen = _date(day) if day else today()
    await stored(
        staff.audit.note, session.account.name, "searched", None, chosen.isoformat() if not q else ""
    )
    begin, end = _day(chosen)
    found = await stored(staff.cases.search, q[:100]) if q else await stored(staff.cases.between, begin, end)
    # What another is writing is neither shown nor told of.
    cases = [case for case in found if case.open_to(session.account)]
    return await _page(staff, session, "records.html", cases, cases=cases, day=chosen.isoformat(), q=q[:100])


@router.get("/records.csv")
async def recordscsv_file(staff: StaffDep, session: SessionDep, day: str = "") -> Response:
    """The cases of a day, one a line."""
    chosen = _date(day) if day else today()
    begin, end = _day(chosen)
    cases = [case for case in await stored(staff.cases.between, begin, end) if case.open_to(session.account)]
    day_shown = chosen.isoformat()
    await stored(staff.audit.note, session.account.name, "csv", None, day_shown)
    await stored(staff.audit.note_each, session.account.name, "csv", [case.id for case in cases], day_shown)
    rows = [await _row(staff, case, session.account) for case in reversed(cases)]
    return csv_file(load_staff_texts().csv, rows, f"consultations-{chosen.isoformat()}.csv")


@router.post("/cases/{id}/fields")
async def save_fields(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> JSONResponse:
    """Keep what the operator wrote into the sheet."""
    fields = _fields(form)
    change = Change(fields=fields, noted=("saved", ",".join(fields)))
    changed = await stored(staff.cases.change, case.id, version_in(form), session.account.name, change)
    body = {"version": changed.version}
    if written_over(case, fields):
        body = await panels_of(staff, await case_shown(staff, changed, session.account), "sheet")
    return JSONResponse(body)


@router.post("/cases/{id}/draft")
async def save_draft(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> JSONResponse:
    """Keep what is typed and not yet analysed: a browser may close in the middle of a call."""
    await stored(staff.cases.save_draft, case.id, text_in(form, "text")[:20_000])
    return JSONResponse({})


@router.get("/cases/{id}/state")
async def state(case: CaseDep, staff: StaffDep, session: SessionDep) -> JSONResponse:
    """Whether somebody changed the case, and who else has it open. A page asks by itself."""
    others = await stored(staff.cases.present, case.id, session.account.name)
    names = await stored(staff.accounts.display, {*others, case.updated_by})
    return JSONResponse(
        {
            "version": case.version,
            "by": names.get(case.updated_by, case.updated_by),
            "mine": case.updated_by == session.account.name,
            "others": [names.get(other, other) for other in others],
        }
    )


@router.get("/cases/{id}/panels")
async def all_panels(case: CaseDep, staff: StaffDep, session: SessionDep) -> Response:
    """The case as it is now."""
    await note_viewed(staff, session, case)
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/confirm")
async def confirm(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Make the sheet final, as a version that is kept."""
    shown = await case_shown(staff, case, session.account)
    found = sheet_of(staff.services, shown)
    if shown.sheets:
        found = found | {"changes": changed_fields(shown.sheets[-1].content, found)}
    version = {
        "version": len(shown.sheets) + 1,
        "at": shown_time(int(datetime.now(JAPAN).timestamp())),
        "by": session.account.display,
    }
    found = found | {"revisions": [*found["revisions"], version]}
    words = words_of(staff, shown)
    case, _ = await stored(
        lambda: staff.cases.confirm(case.id, version_in(form), session.account.name, found, words)
    )
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/reopen")
async def reopen(case: CaseDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Go on with a confirmed case; whoever does becomes its owner."""
    change = Change(status="draft", owner=session.account.name, noted=("reopened", ""))
    case = await stored(staff.cases.change, case.id, version_in(form), session.account.name, change)
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/share")
async def share(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Let the others open a draft, or no longer."""
    change = Change(shared=not case.shared, noted=("shared", str(not case.shared)))
    case = await stored(staff.cases.change, case.id, version_in(form), session.account.name, change)
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/offer")
async def offer(case: CaseDep, staff: StaffDep, session: SessionDep, form: FormDep) -> JSONResponse:
    """A code by which the caller goes on in the web chat."""
    code = await stored(staff.services.handovers.offer, case.conversation, "to_web")
    await note(staff, session.account, "offered", case)
    return JSONResponse({"code": code})


@router.get("/cases/{id}/print")
async def printed(case: CaseDep, staff: StaffDep, session: SessionDep, version: int = 0) -> HTMLResponse:
    """The sheet on A4: as it stands, or a confirmed version."""
    found, version = await _content(staff, case, session.account, version)
    await note(staff, session.account, "printed", case, str(version))
    page = rendered(
        "record.html", staff.services, sheet=found, case=case, version=version, account=session.account
    )
    return HTMLResponse(page)


@router.get("/cases/{id}/sheet.txt")
async def as_text(case: CaseDep, staff: StaffDep, session: SessionDep, version: int = 0) -> PlainTextResponse:
    """The sheet as text to copy."""
    found, version = await _content(staff, case, session.account, version)
    await note(staff, session.account, "text", case, str(version))
    return PlainTextResponse(rendered("record.txt", staff.services, sheet=found, case=case))


async def _content(staff: Staff, case: Case, account: Account, version: int) -> tuple[Content, int]:
    """A confirmed version and its number, the newest where none is named; of a draft what it holds, and 0."""
    if not version and case.status == "draft":
        return sheet_of(staff.services, await case_shown(staff, case, account)), 0
    # As it was confirmed, whatever the data and the day say now.
    for sheet in reversed(await stored(staff.cases.sheets, case.id)):
        if version in (0, sheet.version):
            return sheet.content, sheet.version
    raise ChannelError(Code.case_not_found)


async def _page(
    staff: Staff, session: Session, template: str, listed: list[Case], **values: Any
) -> HTMLResponse:
    names = await stored(staff.accounts.display, {case.owner for case in listed})
    page = rendered(
        template,
        staff.services,
        account=session.account,
        csrf=session.csrf,
        name=lambda account: names.get(account, account),
        **values,
    )
    return HTMLResponse(page)


def _fields(form: FormData) -> dict[str, Any]:
    """The fields that a request carries, checked."""
    fields: dict[str, Any] = {}
    for name in WRITTEN:
        if name in form:
            fields[name] = _bounded(text_in(form, name), LONGEST_FIELD)
    for name, allowed in CHOSEN.items():
        if name in form:
            if text_in(form, name) not in allowed:
                raise ChannelError(Code.malformed, field=name)
            fields[name] = text_in(form, name)
    if "told" in form:
        fields["told"] = [
            {"text": _bounded(str(row["text"]), LONGEST_FIELD), "read": bool(row["read"])}
            for row in _rows(form, "told", {"text", "read"})
        ]
    if "steps" in form:
        fields["steps"] = [
            {"text": _bounded(str(row["text"]), 200), "date": _checked_date(str(row["date"]))}
            for row in _rows(form, "steps", {"text", "date"})
        ]
    return fields


def _rows(form: FormData, name: str, keys: set[str]) -> list[dict[str, Any]]:
    try:
        rows = json.loads(text_in(form, name))
    except ValueError:
        rows = None
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise ChannelError(Code.malformed, field=name)
    if any(not isinstance(row, dict) or row.keys() != keys for row in rows):
        raise ChannelError(Code.malformed, field=name)
    return rows


def _bounded(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ChannelError(Code.text_too_long, limit=limit, length=len(text))
    return text


def _checked_date(text: str) -> str:
    return _date(text).isoformat() if text else ""


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        reason = load_staff_texts().refusals["date"].format(value=text[:40])
        raise ChannelError(Code.fact_invalid, reason=reason) from None


def _day(day: date) -> tuple[int, int]:
    begin = datetime.combine(day, time(), JAPAN)
    return int(begin.timestamp()), int((begin + timedelta(days=1)).timestamp())


async def _row(staff: Staff, case: Case, account: Account) -> list[str]:
    sheet, _ = await _content(staff, case, account, 0)
    words = load_staff_texts()
    return [
        sheet["number"],
        sheet["time"]["begun"],
        sheet["operator"],
        words.statuses[case.status],
        sheet["means"],
        sheet["name"] or words.anonymous,
        sheet["contact"],
        "、".join(sheet["problems"]),
        "、".join(sheet["countries"]),
        sheet["deadline"],
        words.urgency[sheet["urgency"]],
        "\n".join(item["line"] for item in sheet["amounts"]),
        "\n".join(" ".join(filter(None, [row["text"], row["date"]])) for row in sheet["steps"]),
        sheet["remarks"],
    ]


def csv_file(head: list[str], rows: list[list[str]], name: str) -> Response:
    """A table that a spreadsheet opens: UTF-8 with its mark, and no cell that it would take for a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = "\N{BYTE ORDER MARK}" + file.getvalue()
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.lstrip(" \u3000\n").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
