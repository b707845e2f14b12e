"""What a supervisor sees: examples of what was understood wrongly, and the audit log."""

from __future__ import annotations

from typing import Any

import yaml
from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.channels.errors import ChannelError, Code
from bot.channels.staff.access import FormDep, SessionDep, StaffDep, SupervisorDep
from bot.channels.staff.calls import stored
from bot.channels.staff.examples import Example
from bot.channels.staff.records import csv_file
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
    """The accepted ones as Rasa's training data, to be read and added by hand."""
    found = await stored(staff.examples.all, "accepted")
    await stored(staff.audit.note, account.name, "exported", None, f"{len(found)} yml")
    headers = {"Content-Disposition": 'attachment; filename="candidates.yml"'}
    return Response(training_data(found), media_type="application/yaml; charset=utf-8", headers=headers)


@router.get("/examples.csv")
async def examples_csv(staff: StaffDep, account: SupervisorDep) -> Response:
    """All of them as a table."""
    found = await stored(staff.examples.all)
    await stored(staff.audit.note, account.name, "exported", None, f"{len(found)} csv")
    rows = [[e.text, e.found, e.meant or "", e.review or "", e.account, e.reviewed_by or ""] for e in found]
    return csv_file(["text", "found", "meant", "review", "account", "reviewed_by"], rows, "candidates.csv")


@router.get("/audit")
async def audit(staff: StaffDep, session: SessionDep, account: SupervisorDep) -> HTMLResponse:
    """Who saw and changed what, newest first."""
    await stored(staff.audit.note, account.name, "audited")
    entries = await stored(staff.audit.newest, _NEWEST)
    page = rendered("audit.html", staff.services, account=account, csrf=session.csrf, entries=entries)
    return HTMLResponse(page)


def training_data(found: list[Example]) -> str:
    """Examples as a file of Rasa's training data, an intent each; those without a meaning are left out."""
    by_intent: dict[str, list[str]] = {}
    for example in found:
        if example.meant:
            # A line break would end the example.
            by_intent.setdefault(example.meant, []).append(" ".join(example.text.split()))
    nlu: list[dict[str, Any]] = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in dict.fromkeys(texts))}
        for intent, texts in sorted(by_intent.items())
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, sort_keys=False, width=1000)
