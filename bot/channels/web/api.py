"""Conversations over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Request, Response
from starlette.responses import JSONResponse

from bot.channels.conversations import JAPAN, Turn
from bot.channels.errors import Code
from bot.channels.limits import Limit
from bot.channels.messages import Message
from bot.channels.services import Services
from bot.channels.web.dependencies import Permitted, ServicesDep, take, within_limits
from bot.channels.web.error_responses import described
from bot.channels.web.schemas import (
    ChosenOption,
    ConversationOut,
    FeedbackBody,
    OpenedOut,
    TurnOut,
    TypedText,
)

CHANNEL = "web"

_AUTH = (
    Code.token_missing,
    Code.token_invalid,
    Code.token_expired,
    Code.token_of_another,
    Code.conversation_not_found,
    Code.store_away,
)

router = APIRouter(prefix="/api/conversations", dependencies=[Depends(within_limits)], tags=["conversations"])


@router.post(
    "", status_code=201, responses={201: {"model": OpenedOut}, **described(Code.store_away, Code.store_full)}
)
async def begin_conversation(request: Request, services: ServicesDep) -> JSONResponse:
    """Begin a conversation. The answer holds its token and the bot's first message."""
    await take(request, services, Limit("conversations", services.settings.conversations_per_hour, 3600))
    opened = await services.conversations.open(CHANNEL)
    body = {
        "id": opened.conversation,
        "token": services.bearer.sign(opened.conversation),
        "messages": [_shown(message) for message in opened.messages],
        "sheet_url": sheet_url(services, opened.conversation),
    }
    return JSONResponse(body, status_code=201)


@router.post(
    "/{id}/messages",
    responses={
        200: {"model": TurnOut},
        **described(
            *_AUTH,
            Code.turn_running,
            Code.body_too_large,
            Code.text_empty,
            Code.text_too_long,
            Code.conversation_long,
            Code.choice_unknown,
            Code.key_reused,
            Code.answer_unusable,
            Code.answer_late,
            Code.rasa_away,
            Code.busy,
        ),
    },
)
async def say(
    conversation: Permitted,
    services: ServicesDep,
    said: TypedText | ChosenOption,
    idempotency_key: Annotated[
        str | None,
        Header(
            pattern=r"^[A-Za-z0-9_-]{1,64}$",
            description="The sender's own name for this message. Sent again, it is not answered twice.",
        ),
    ] = None,
) -> JSONResponse:
    """Say something and get the answer. What failed may be sent again: it is not doubled."""
    if isinstance(said, TypedText):
        turn = await services.conversations.say_text(conversation, said.text, CHANNEL, idempotency_key)
    else:
        turn = await services.conversations.say_choice(conversation, said.choice, CHANNEL, idempotency_key)
    return JSONResponse(_turn(services, conversation, turn))


@router.get("/{id}", responses={200: {"model": ConversationOut}, **described(*_AUTH)})
async def read_conversation(conversation: Permitted, services: ServicesDep) -> JSONResponse:
    """The conversation so far, with the newest advice."""
    transcript = await services.conversations.transcript(conversation)
    body = {
        "id": conversation,
        "messages": [
            {
                **_shown(message),
                "role": message.role,
                "sent_at": datetime.fromtimestamp(message.created_at, JAPAN).isoformat(),
                "answered": message.answered,
                "choice": message.choice,
                "helpful": transcript.ratings.get(message.number),
                "key": message.key,
            }
            for message in transcript.messages
        ],
        "advice": transcript.advice,
        "sheet_url": sheet_url(services, conversation),
    }
    return JSONResponse(body)


@router.delete("/{id}", status_code=204, responses=described(*_AUTH, Code.turn_running))
async def forget_conversation(conversation: Permitted, services: ServicesDep) -> Response:
    """Delete the conversation and all that came of it."""
    await services.conversations.forget(conversation)
    return Response(status_code=204)


@router.post(
    "/{id}/feedback",
    status_code=204,
    responses=described(*_AUTH, Code.body_too_large, Code.text_too_long, Code.message_not_found),
)
async def rate_message(conversation: Permitted, services: ServicesDep, body: FeedbackBody) -> Response:
    """Say whether a message of the bot was of use; said again, the last word counts."""
    await services.conversations.rate(conversation, body.message_id, body.helpful, body.comment)
    return Response(status_code=204)


def sheet_url(services: Services, conversation: str) -> str:
    """A link to the consultation sheet that opens without a header, for a short time."""
    token = services.sheet_links.sign(conversation)
    return f"/api/conversations/{quote(conversation)}/sheet?token={quote(token)}"


def _turn(services: Services, conversation: str, turn: Turn) -> dict[str, Any]:
    return {
        "messages": [_shown(message) for message in turn.messages],
        "advice": turn.advice,
        "sheet_url": sheet_url(services, conversation),
    }


def _shown(message: Message) -> dict[str, Any]:
    return {
        "id": message.number,
        "text": message.text,
        "options": message.options,
        "final": message.final,
    }
