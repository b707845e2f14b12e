"""The console of one call: every request changes a case and answers with the panels that changed."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.channels.conversations import today
from bot.channels.errors import ChannelError, Code
from bot.channels.limits import Limit
from bot.channels.staff.access import CaseDep, DraftDep, FormDep, SessionDep, Staff, StaffDep
from bot.channels.staff.answers import search
from bot.channels.staff.calls import stored
from bot.channels.staff.cases import Change
from bot.channels.staff.edits import edited
from bot.channels.staff.panels import panels
from bot.channels.staff.questions import label_of, not_known, questions, topic, with_option
from bot.channels.staff.rendering import rendered
from bot.channels.staff.responding import (
    case_shown,
    note,
    note_viewed,
    panels_of,
    panels_response,
    text_in,
    version_in,
)
from bot.channels.staff.texts import load_staff_texts
from bot.channels.web.wording import Wording
from knowledge import FactsError, assess, check_facts, load_knowledge

CODES = Limit("handover_codes", 10, 600)
"""Codes that one account may try."""

router = APIRouter(prefix="/staff", include_in_schema=False)


@router.post("/cases")
async def open_case(staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """A new call starts clean."""
    case = await staff.calls.open(session.account)
    await note(staff, session.account, "opened", case)
    return RedirectResponse(f"/staff/cases/{case.id}", status_code=303)


@router.post("/handover")
async def take_over(staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Open the conversation whose person gave this code."""
    wait = await staff.services.limiter.take(CODES, session.account.name)
    if wait:
        raise ChannelError(Code.too_many, retry_after=wait, seconds=wait)
    conversation = await stored(staff.services.handovers.use, str(form.get("code") or ""), "to_staff")
    if conversation is None:
        raise ChannelError(Code.code_unknown)
    case = await staff.calls.take(conversation, session.account)
    await note(staff, session.account, "taken", case)
    return RedirectResponse(f"/staff/cases/{case.id}", status_code=303)


@router.get("/cases/{id}")
async def console(case: CaseDep, staff: StaffDep, session: SessionDep) -> HTMLResponse:
    """The whole console."""
    case = await staff.calls.follow(case, session.account)
    await note(staff, session.account, "viewed", case)
    shown = await case_shown(staff, case, session.account)
    parts = await run_in_threadpool(panels, staff.services, shown)
    page = rendered(
        "console.html",
        staff.services,
        account=session.account,
        csrf=session.csrf,
        case=case,
        panels=parts,
        problems=list(staff.services.knowledge.problems.values()),
        idle_seconds=staff.services.settings.staff_idle_minutes * 60,
        handover_hours=staff.services.settings.handover_hours,
    )
    return HTMLResponse(page)


@router.post("/cases/{id}/say")
async def say(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Analyse what was typed or pasted."""
    outcome = await staff.calls.say(case, version_in(form), text_in(form, "text"), session.account)
    more: dict[str, Any] = {"rest": outcome.rest}
    if outcome.error:
        message = staff.services.texts.error(outcome.error, staff.services.desk)
        more["error"] = {"code": outcome.error.code.value, "message": message}
    return await panels_response(staff, outcome.case, session.account, outcome.history, **more)


@router.post("/cases/{id}/answer")
async def answer(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """A ready answer to the question that was read out."""
    facts = await staff.calls.facts(case)
    option = text_in(form, "option")
    try:
        after = with_option(facts, option)
    except KeyError:
        raise ChannelError(Code.choice_unknown) from None
    words = _answer_words(staff, facts, option, form)
    noted = ("put", option)
    case = await staff.calls.put(case, version_in(form), after, "answer", words, session.account, noted=noted)
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/skip")
async def skip(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Pass over a question, with the reason: not known, not told, or later."""
    facts, wanted, reason = await staff.calls.facts(case), text_in(form, "topic"), text_in(form, "reason")
    words = load_staff_texts()
    question = next((item for item in _asked(staff, facts) if topic(item) == wanted), None)
    if question is None or reason not in words.skip_reasons:
        raise ChannelError(Code.choice_unknown)
    later = [item for item in case.fields.get("later", []) if item != wanted]
    noted = ("put", f"{wanted} {reason}")
    if reason == "later":
        change = Change(fields={"later": [*later, wanted]}, noted=noted)
        case = await stored(staff.cases.change, case.id, version_in(form), session.account.name, change)
    else:
        after = {**facts, **not_known(question, facts)}
        said = words.transcript["skip"].format(question=question["text"], reason=words.skip_reasons[reason])
        case = await staff.calls.put(
            case, version_in(form), after, "skip", said, session.account, noted=noted, later=later
        )
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/ask")
async def ask(case: CaseDep, staff: StaffDep, session: SessionDep, form: FormDep) -> JSONResponse:
    """Show another question first; changes nothing."""
    await note_viewed(staff, session, case)
    shown = await case_shown(staff, case, session.account, ask=text_in(form, "topic"))
    return JSONResponse(await panels_of(staff, shown, "question"))


@router.post("/cases/{id}/facts")
async def edit_fact(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Correct one fact in place."""
    fact = text_in(form, "fact")
    facts = await staff.calls.facts(case)
    after = _checked(edited(facts, fact, _lists(form)))
    if after == _checked(facts):
        return await panels_response(staff, case, session.account)
    wording = Wording(staff.services.knowledge, staff.services.texts, staff.services.settings.fiscal_year)
    shown = wording.value(fact, after[fact]) if fact in after else [load_staff_texts().states["unasked"]]
    words = load_staff_texts().transcript["put"].format(fact=wording.label(fact), value="、".join(shown))
    noted = ("put", fact)
    case = await staff.calls.put(case, version_in(form), after, "put", words, session.account, noted=noted)
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/whatif")
async def what_if(case: CaseDep, staff: StaffDep, session: SessionDep, form: FormDep) -> JSONResponse:
    """What other facts would mean; the record stays as it is."""
    await note_viewed(staff, session, case)
    facts = _tried(form) if form.get("facts") else await staff.calls.facts(case)
    if form.get("fact"):
        facts = edited(facts, text_in(form, "fact"), _lists(form))
    advice = assess(_checked(facts), staff.services.settings.fiscal_year, today()).to_json()
    shown = await case_shown(staff, case, session.account, whatif=advice)
    return JSONResponse(await panels_of(staff, shown, "facts", "routes") | {"facts": advice["facts"]})


@router.post("/cases/{id}/adopt")
async def adopt(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Make the facts that were tried out those of the record."""
    words, facts = load_staff_texts().transcript["whatif"], _checked(_tried(form))
    noted = ("put", "whatif")
    case = await staff.calls.put(case, version_in(form), facts, "put", words, session.account, noted=noted)
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/undo")
async def undo(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Take one step back."""
    step = text_in(form, "step")
    if not step.isdecimal():
        raise ChannelError(Code.step_unknown)
    case = await staff.calls.undo(case, version_in(form), int(step), session.account)
    return await panels_response(staff, case, session.account)


@router.post("/cases/{id}/wrong")
async def wrong(case: DraftDep, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """Drop a problem that was found, and keep the words as an example for review."""
    found, meant = text_in(form, "problem"), text_in(form, "meant") or None
    problems = staff.services.knowledge.problems
    if found not in problems or (meant is not None and meant not in problems):
        raise ChannelError(Code.choice_unknown)
    steps = await stored(staff.cases.steps, case.id)
    heard = [
        step
        for step in steps
        if step.kind == "said"
        and step.understanding
        and any(item["id"] == found for item in step.understanding["problems"])
    ]
    facts = steps[-1].after if steps else {}
    left = [problem for problem in facts.get("problems") or [] if problem != found]
    after = {name: value for name, value in facts.items() if name != "problems"}
    chosen = [*left, meant] if meant and meant not in left else left
    if chosen:
        after["problems"] = chosen
    words = load_staff_texts().transcript["wrong"].format(problem=problems[found].label)
    rejected = [*case.fields.get("rejected", []), found]
    case = await staff.calls.put(
        case,
        version_in(form),
        _checked(after),
        "put",
        words,
        session.account,
        noted=("marked", found),
        rejected=rejected,
    )
    for step in heard:
        await stored(staff.examples.add, case.id, step.text, found, meant, session.account.name)
    return await panels_response(staff, case, session.account)


@router.get("/search")
async def find(staff: StaffDep, session: SessionDep, q: str = "") -> HTMLResponse:
    """Questions and programmes with their sources, to read out."""
    found = await run_in_threadpool(search, q[:100], staff.services.settings.fiscal_year)
    return HTMLResponse(rendered("search.html", staff.services, found=found))


@router.post("/settings")
async def settings(staff: StaffDep, session: SessionDep, form: FormDep) -> JSONResponse:
    """Switch the keys on or off for this account."""
    on = text_in(form, "shortcuts") == "on"
    await stored(staff.accounts.set_shortcuts, session.account.name, on)
    await stored(staff.audit.note, session.account.name, "settings")
    return JSONResponse({})


def _asked(staff: Staff, facts: dict[str, Any]) -> list[dict[str, Any]]:
    return questions(facts, staff.services.settings.fiscal_year, today(), most=30)


def _answer_words(staff: Staff, facts: dict[str, Any], option: str, form: FormData) -> str:
    for question in _asked(staff, facts):
        if any(item["id"] == option for item in question["options"]):
            text = load_staff_texts().transcript["answer"]
            return text.format(question=question["text"], answer=label_of(question, option))
    return option


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    try:
        return check_facts(facts, load_knowledge())
    except FactsError as error:
        raise ChannelError(Code.fact_invalid, reason=str(error)) from error


def _tried(form: FormData) -> dict[str, Any]:
    try:
        facts = json.loads(text_in(form, "facts"))
    except ValueError:
        raise ChannelError(Code.malformed, field="facts") from None
    return _checked(facts)


def _lists(form: FormData) -> dict[str, list[str]]:
    return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}
