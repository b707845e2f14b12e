"""The public FastAPI app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from bot.channels.inbox.doors import BODY_LIMITS, build_doors
from bot.channels.report.console import install as install_report
from bot.channels.services import Services
from bot.channels.staff.install import install as install_staff
from bot.channels.web import api, health, knowledge_api, page, sheet, widget
from bot.channels.web.error_responses import add_handlers, describe
from bot.channels.web.middleware import AccessLog, BodyLimit, KnownHost, LastResort, SecurityHeaders

VERSION = "0.1.0"


def create_app(services: Services) -> FastAPI:
    """The app over services that are ready; it closes them when it stops."""
    doors = build_doors(services)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        doors.open()
        yield
        await doors.close()
        await services.close()

    app = FastAPI(
        title="kaigai-chizai-navi",
        version=VERSION,
        description="Advises Japanese SMEs on support for intellectual property abroad.",
        lifespan=lifespan,
        # Their pages load scripts from other hosts.
        docs_url=None,
        redoc_url=None,
        # An address with a slash too many would be sent on to the host that the caller names.
        redirect_slashes=False,
        middleware=_middleware(services),
    )
    app.state.services = services
    app.state.widget = widget.assemble(services)
    for part in (api, knowledge_api, sheet, health, page, widget):
        app.include_router(part.router)
    for router in doors.routers:
        app.include_router(router)
    app.mount("/static", page.static_files(), name="static")
    install_staff(app, services)
    install_report(app)
    add_handlers(app, services)
    describe(app)
    return app


def _middleware(services: Services) -> list[Middleware]:
    """From the outermost to the innermost."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=services.settings.allowed_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
        expose_headers=["Retry-After"],
    )
    return [
        Middleware(AccessLog),
        Middleware(SecurityHeaders, public_url=services.settings.public_url),
        *([cors] if services.settings.allowed_origins else []),
        Middleware(LastResort, services=services),
        Middleware(KnownHost, services=services),
        Middleware(BodyLimit, services=services, limits=BODY_LIMITS),
    ]
