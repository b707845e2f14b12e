"""How the app is served."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

from bot.channels.settings import Settings

STOP_SECONDS = 25


def build_server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """The server of the app; a turn that runs when it is told to stop is finished first."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            # Ours has no personal data.
            access_log=False,
            log_config=None,
            server_header=False,
            ws="none",
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
