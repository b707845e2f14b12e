"""From the phone to the web chat, and from the web chat to the phone: what the person sees of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, JSONResponse

from bot.channels.errors import ChannelError, Code
from bot.channels.limits import Limit
from bot.channels.staff.access import StaffDep
from bot.channels.staff.calls import stored
from bot.channels.staff.rendering import rendered
from bot.channels.web.dependencies import PermittedToSeeSheet, take, within_limits

CODES = Limit("web_codes", 10, 600)
"""Codes that may be tried from one address."""

router = APIRouter(include_in_schema=False, dependencies=[Depends(within_limits)])


@router.get("/continue")
async def continue_page(staff: StaffDep) -> HTMLResponse:
    """Where a caller types the code that an operator gave."""
    return HTMLResponse(rendered("continue.html", staff.services))


@router.post("/continue")
async def go_on(request: Request, staff: StaffDep, code: Annotated[str, Form(max_length=40)]) -> JSONResponse:
    """The conversation of a code, as the web chat holds it."""
    await take(request, staff.services, CODES)
    conversation = await stored(staff.services.handovers.use, code, "to_web")
    if conversation is None:
        raise ChannelError(Code.code_unknown)
    return JSONResponse({"id": conversation, "token": staff.services.bearer.sign(conversation)})


@router.post("/api/conversations/{id}/handover")
async def offer(
    conversation: PermittedToSeeSheet,
    staff: StaffDep,
    consent: Annotated[str, Form(max_length=10)] = "",
) -> HTMLResponse:
    """A code for an operator, if the person agrees that the conversation is shown to one."""
    if consent != "yes":
        raise ChannelError(Code.malformed, field="consent")
    # Also says that there is no such conversation any more.
    await staff.services.conversations.transcript(conversation)
    code = await stored(staff.services.handovers.offer, conversation)
    hours = staff.services.settings.handover_hours
    return HTMLResponse(rendered("handover.html", staff.services, code=code, hours=hours))
