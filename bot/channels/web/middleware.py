"""Around every request: a body that is not too big, security headers, a line in the access log."""

from __future__ import annotations

import logging
import re
import time
import traceback

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.errors import ChannelError, Code
from bot.channels.services import Services
from bot.channels.web.error_responses import error_response

access_log = logging.getLogger("bot.channels.access")
log = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Asked by their number, not their name, by whoever looks after the process.
_PROBES = ("/healthz", "/readyz", "/metrics")
_PORT = re.compile(r":[0-9]+$")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers that keep a page from doing what it should not."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self._app = app
        # Behind a proxy that is not trusted to say so, the address that people use tells it.
        self._tls = (public_url or "").startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                # What people said stays out of every cache; a page's own files say for themselves.
                headers.setdefault("Cache-Control", "no-store")
                if self._tls or scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class KnownHost:
    """Refuses requests under a name that is not ours, which would stand in the links that we write."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._hosts = frozenset(services.settings.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and self._hosts and scope["path"] not in _PROBES:
            host = _PORT.sub("", Headers(scope=scope).get("host", "")).lower()
            if host not in self._hosts:
                error = ChannelError(Code.host_unknown)
                await error_response(error, self._services)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class BodyLimit:
    """Reads the body before anything else does, up to a limit."""

    def __init__(self, app: ASGIApp, services: Services, limits: dict[str, int]) -> None:
        """Around the app.

        Args:
            app: What it is around.
            services: Tells the limit, and what to say.
            limits: The limits of paths that have one of their own.
        """
        self._app = app
        self._services = services
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], self._services.settings.body_limit)
        body = await self._read(Headers(scope=scope), receive, limit)
        if body is None:
            error = ChannelError(Code.body_too_large, limit=limit)
            response = error_response(error, self._services)
            # What is left of the body is not read.
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
        given = False

        async def receive_body() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_body, send)

    async def _read(self, headers: Headers, receive: Receive, limit: int) -> bytes | None:
        """The whole body, or None if it is too big."""
        announced = headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            return None
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > limit:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)


class AccessLog:
    """One line a request: method, route, status, time. Never an id, an address, a token or a text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting_status)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            milliseconds = (time.perf_counter() - began) * 1000
            method = scope["method"] if scope["method"] in _METHODS else "-"
            access_log.info("%s %s %d %.0fms", method, route, status, milliseconds)


class LastResort:
    """Answers where the code failed, and logs where, without what the error quotes."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting_start)
        except Exception as error:
            # The error's own words may be a person's; its type and the lines of code are not.
            lines = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
            log.error("%s\n%s", type(error).__name__, lines)
            if started or scope["type"] != "http":
                raise
            await error_response(ChannelError(Code.internal), self._services)(scope, receive, send)
