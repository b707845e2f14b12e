"""Whether the process is there, whether all that an answer needs is, and the figures of both."""

from __future__ import annotations

import asyncio
import secrets
from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.security import HTTPAuthorizationCredentials
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.database import StoreAwayError
from bot.channels.errors import ChannelError, Code
from bot.channels.services import Services
from bot.channels.web.dependencies import Credentials, ServicesDep
from bot.channels.web.error_responses import error_response
from bot.channels.web.schemas import AwayBody, ErrorBody, HealthOut, ReadyOut

router = APIRouter(tags=["health"])

_PROXY_HEADERS = {"forwarded", "x-forwarded-for", "x-real-ip", "via"}
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


@router.get("/metrics", response_class=PlainTextResponse, responses={404: {"model": ErrorBody}})
async def metrics(request: Request, services: ServicesDep, credentials: Credentials) -> Response:
    """Figures for Prometheus: with the token of the settings, or else from this machine only."""
    if not _may_see_metrics(request, services, credentials):
        # Nobody else needs to know that there is something.
        raise ChannelError(Code.not_found)
    return Response(generate_latest(services.observer.registry), media_type=CONTENT_TYPE_LATEST)


def _may_see_metrics(
    request: Request, services: Services, credentials: HTTPAuthorizationCredentials | None
) -> bool:
    token = services.settings.metrics_token
    if token is not None:
        given = credentials.credentials if credentials else ""
        return secrets.compare_digest(given.encode(), token.get_secret_value().encode())
    # A proxy on this machine is a caller on this machine, whoever asked it.
    through_proxy = _PROXY_HEADERS & {name.lower() for name in request.headers}
    return not through_proxy and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _database_alive(services: Services) -> bool:
    try:
        await run_in_threadpool(services.store.ping)
    except StoreAwayError:
        return False
    return True
