"""Whether the process is there, and whether all that an answer needs is."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from bot.channels.database import StoreAwayError
from bot.channels.errors import ChannelError, Code
from bot.channels.services import Services
from bot.channels.web.dependencies import ServicesDep
from bot.channels.web.error_responses import error_response
from bot.channels.web.schemas import AwayBody, HealthOut, ReadyOut

router = APIRouter(tags=["health"])

_PARTS = ("rasa", "actions", "database", "redis")


@router.get("/healthz")
async def health() -> HealthOut:
    """The process is there."""
    return HealthOut(status="ok")


@router.get(
    "/readyz",
    responses={200: {"model": ReadyOut}, 503: {"model": AwayBody, "description": Code.not_ready.value}},
)
async def readiness(services: ServicesDep) -> JSONResponse:
    """Ask Rasa, the action server, the database and the turn locks; 503 names those that are away."""
    alive = await asyncio.gather(
        services.rasa.rasa_alive(),
        services.rasa.actions_alive(),
        _database_alive(services),
        services.locks.alive(),
    )
    away = [part for part, there in zip(_PARTS, alive, strict=True) if not there]
    if away:
        error = ChannelError(Code.not_ready, retry_after=5, away=", ".join(away))
        return error_response(error, services, away=away)
    return JSONResponse({"status": "ready"})


async def _database_alive(services: Services) -> bool:
    try:
        await run_in_threadpool(services.store.ping)
    except StoreAwayError:
        return False
    return True
