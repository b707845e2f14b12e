"""What a supervisor sees: examples of what was understood wrongly, and the audit log."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.channels.candidates import corrected, to_yaml
from bot.channels.errors import ChannelError, Code
from bot.channels.staff.access import FormDep, SessionDep, StaffDep, SupervisorDep
from bot.channels.staff.calls import stored
from bot.channels.staff.rendering import rendered
from bot.channels.staff.responding import text_in

_NEWEST = 500

router = APIRouter(prefix="/staff", include_in_schema=False)


@router.get("/examples")
async def examples(staff: StaffDep, session: SessionDep, account: SupervisorDep) -> HTMLResponse:
    """What operators called wrong."""
    await stored(staff.audit.note, account.name, "examples")
    found = await stored(staff.examples.all)
    names = await stored(staff.accounts.display, {example.account for example in found})
    problems = staff.services.knowledge.problems
    page = rendered(
        "examples.html",
        staff.services,
        account=account,
        csrf=session.csrf,
        examples=found,
        name=lambda name: names.get(name, name),
        problems=list(problems.values()),
        label=lambda id_: problems[id_].label if id_ in problems else "",
    )
    return HTMLResponse(page)


@router.post("/examples/{number}")
async def review(staff: StaffDep, account: SupervisorDep, form: FormDep, number: int) -> Response:
    """Take an example as a candidate for training, or not."""
    result, meant, text = (
        text_in(form, "review"),
        text_in(form, "meant") or None,
        text_in(form, "text").strip(),
    )
    if result not in ("accepted", "rejected") or (meant and meant not in staff.services.knowledge.problems):
        raise ChannelError(Code.malformed, field="review")
    if not text:
        raise ChannelError(Code.text_empty)
    done = await stored(staff.examples.review, number, result, text[:2000], meant, account.name)
    if not done:
        raise ChannelError(Code.case_not_found)
    await stored(staff.audit.note, account.name, "reviewed", None, f"{number} {result}")
    return RedirectResponse("/staff/examples", status_code=303)


@router.get("/examples.yml")
async def examples_yaml(staff: StaffDep, account: SupervisorDep) -> Response:
    """The accepted ones as a queue of `python -m bot.learn`."""
    found = corrected(await stored(staff.examples.all, "accepted"))
    await stored(staff.audit.note, account.name, "exported", None, f"{len(found)} yml")
    headers = {"Content-Disposition": 'attachment; filename="candidates.yml"'}
    return Response(to_yaml(found), media_type="application/yaml; charset=utf-8", headers=headers)


@router.get("/audit")
async def audit(staff: StaffDep, session: SessionDep, account: SupervisorDep) -> HTMLResponse:
    """Who saw and changed what, newest first."""
    await stored(staff.audit.note, account.name, "audited")
    entries = await stored(staff.audit.newest, _NEWEST)
    page = rendered("audit.html", staff.services, account=account, csrf=session.csrf, entries=entries)
    return HTMLResponse(page)
