"""The consultation sheet: a conversation on paper, for someone who never saw it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from bot.channels.conversations import JAPAN
from bot.channels.errors import Code
from bot.channels.services import Services
from bot.channels.store import Transcript
from bot.channels.web.dependencies import PermittedToSeeSheet, ServicesDep, within_limits
from bot.channels.web.error_responses import described
from bot.channels.web.page import rendered
from bot.channels.web.wording import Wording

router = APIRouter(prefix="/api/conversations", dependencies=[Depends(within_limits)], tags=["conversations"])


@router.get(
    "/{id}/sheet",
    response_class=HTMLResponse,
    responses=described(
        Code.token_missing,
        Code.token_invalid,
        Code.token_expired,
        Code.token_of_another,
        Code.conversation_not_found,
        Code.store_away,
    ),
)
async def consultation_sheet(conversation: PermittedToSeeSheet, services: ServicesDep) -> HTMLResponse:
    """The sheet as a page to print. Opened with the token, or through `sheet_url`."""
    transcript = await services.conversations.transcript(conversation)
    return HTMLResponse(rendered("sheet.html", services, **_view(transcript, services)))


def sheet_number(transcript: Transcript) -> str:
    """A number to name the case by on the phone; the conversation's id cannot be told from it."""
    day = datetime.fromtimestamp(transcript.created_at, JAPAN).strftime("%Y%m%d")
    return f"{day}-{hashlib.sha256(transcript.conversation.encode()).hexdigest()[:8].upper()}"


def _view(transcript: Transcript, services: Services) -> dict[str, Any]:
    advice = transcript.advice or {}
    fiscal_year = advice.get("fiscal_year", services.settings.fiscal_year)
    wording = Wording(services.knowledge, services.texts, fiscal_year)
    facts: dict[str, Any] = advice.get("facts", {})
    # The label of a chosen option is not the person's own words.
    words = [m.text for m in transcript.messages if m.role == "person" and m.choice is None]
    return {
        "number": sheet_number(transcript),
        "begun": datetime.fromtimestamp(transcript.created_at, JAPAN),
        "printed": datetime.now(JAPAN),
        "words": words,
        "known": [
            (wording.label(f), wording.value(f, value)) for f, value in facts.items() if value is not None
        ],
        "open": [wording.label(fact) for fact in _open_facts(advice)],
        "advice": transcript.advice,
        "fiscal_year": fiscal_year,
        "messages": transcript.messages,
        "yen": wording.yen,
        "label": wording.label,
        "time": lambda seconds: datetime.fromtimestamp(seconds, JAPAN),
    }


def _open_facts(advice: dict[str, Any]) -> list[str]:
    """Facts that a verdict or an amount still hangs on, in the order of the advice."""
    found: dict[str, None] = {}
    for route in advice.get("routes", []):
        if route["verdict"] == "unlikely":
            continue
        for condition in route["conditions"]:
            if condition["result"] == "unknown":
                found[condition["id"]] = None
        narrowed_by = (route["estimate"] or {}).get("narrowed_by")
        if narrowed_by:
            found[narrowed_by] = None
    if advice.get("next"):
        found[advice["next"]["fact"]] = None
    found |= {fact: None for fact, value in advice.get("facts", {}).items() if value is None}
    return list(found)
