"""The consultation sheet: a conversation on paper, for someone who never saw it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, PlainTextResponse

from bot.channels.conversations import JAPAN
from bot.channels.errors import Code
from bot.channels.messages import Transcript
from bot.channels.services import Services
from bot.channels.web.dependencies import PermittedToSeeSheet, ServicesDep, within_limits
from bot.channels.web.error_responses import described
from bot.channels.web.rendering import rendered
from bot.channels.web.wording import Wording

router = APIRouter(prefix="/api/conversations", dependencies=[Depends(within_limits)], tags=["conversations"])


_ERRORS = described(
    Code.token_missing,
    Code.token_invalid,
    Code.token_expired,
    Code.token_of_another,
    Code.conversation_not_found,
    Code.store_away,
)


@router.get("/{id}/sheet", response_class=HTMLResponse, responses=_ERRORS)
async def consultation_sheet(conversation: PermittedToSeeSheet, services: ServicesDep) -> HTMLResponse:
    """The sheet as a page to print. Opened with the token, or through `sheet_url`."""
    transcript = await services.conversations.transcript(conversation)
    link = services.sheet_links.sign(conversation)
    address = f"/api/conversations/{quote(conversation)}/sheet.txt?token={quote(link)}"
    handover = f"/api/conversations/{quote(conversation)}/handover?token={quote(link)}"
    view = _view(transcript, services)
    return HTMLResponse(
        rendered("sheet.html", services, text_address=address, handover_address=handover, **view)
    )


@router.get("/{id}/sheet.txt", response_class=PlainTextResponse, responses=_ERRORS)
async def consultation_text(conversation: PermittedToSeeSheet, services: ServicesDep) -> PlainTextResponse:
    """The sheet as text to keep. `sheet_url` with `.txt` after its path."""
    transcript = await services.conversations.transcript(conversation)
    # The mark tells older editors on Windows that it is UTF-8.
    text = "\N{BYTE ORDER MARK}" + sheet_text(transcript, services)
    name = f"sheet-{sheet_number(transcript)}.txt"
    return PlainTextResponse(text, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def sheet_text(transcript: Transcript, services: Services) -> str:
    """The sheet as plain text."""
    return rendered("sheet.txt", services, **_view(transcript, services))


def sheet_number(transcript: Transcript) -> str:
    """A number to name the case by on the phone; the conversation's id cannot be told from it."""
    day = datetime.fromtimestamp(transcript.created_at, JAPAN).strftime("%Y%m%d")
    return f"{day}-{hashlib.sha256(transcript.conversation.encode()).hexdigest()[:8].upper()}"


def _view(transcript: Transcript, services: Services) -> dict[str, Any]:
    advice = transcript.advice or {}
    fiscal_year = advice.get("fiscal_year", services.settings.fiscal_year)
    wording = Wording(services.knowledge, services.texts, fiscal_year)
    facts = {fact: value for fact, value in advice.get("facts", {}).items() if value is not None}
    year = services.knowledge.to_json(fiscal_year)
    return {
        "number": sheet_number(transcript),
        "begun": _time(transcript.created_at),
        "spoke": _time(transcript.messages[-1].created_at),
        "printed": datetime.now(JAPAN),
        # The label of a chosen option is not the person's own words.
        "words": [m.text for m in transcript.messages if m.role == "person" and m.choice is None],
        "problems": wording.value("problems", facts.get("problems", [])),
        "urgent": services.knowledge.desk.reasons["accused"] if facts.get("accused") else None,
        "done": [_row(wording, fact, facts[fact]) for fact in services.texts.done_facts if fact in facts],
        "known": [_row(wording, fact, value) for fact, value in facts.items()],
        "open": [wording.label(fact) for fact in open_facts(advice)],
        "advice": transcript.advice,
        "budgets": {item["id"]: item["amount"]["budgets"] for item in year["programs"] if "amount" in item},
        "places": places_of(advice),
        "rights": services.knowledge.vocabulary.right_types,
        "year": year,
        "version": advice.get("knowledge_version", services.knowledge.version),
        "messages": transcript.messages,
        "wording": wording,
        "time": _time,
    }


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, JAPAN)


def _row(wording: Wording, fact: str, value: Any) -> tuple[str, list[str]]:
    return wording.label(fact), wording.value(fact, value)


def places_of(advice: dict[str, Any]) -> list[dict[str, Any]]:
    """Where to apply for what may fit, each once."""
    found = {
        (place["name"], place.get("window")): place
        for route in advice.get("routes", [])
        if route["verdict"] != "unlikely"
        for place in route.get("apply_at", [])
    }
    return list(found.values())


def open_facts(advice: dict[str, Any]) -> list[str]:
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
