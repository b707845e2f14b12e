"""Adds the staff console to the app."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from bot.channels.services import Services
from bot.channels.staff import access, console, continuing, login, records, review
from bot.channels.staff.access import Staff
from bot.channels.staff.accounts import Accounts
from bot.channels.staff.audit import Audit
from bot.channels.staff.calls import Calls
from bot.channels.staff.cases import Cases
from bot.channels.staff.examples import Examples
from bot.channels.staff.rendering import TEMPLATES
from bot.channels.staff.sessions import Sessions
from bot.channels.web.page import RevalidatedFiles


def install(app: FastAPI, services: Services) -> None:
    """Routes, static files and what they work with."""
    app.state.staff = build_staff(services)
    for part in (login, records, console, review, continuing):
        app.include_router(part.router)
    app.mount("/staff/static", _files(), name="staff-static")
    access.add_handlers(app, services)


def build_staff(services: Services) -> Staff:
    """Everything that the console works with, over the services of all channels."""
    settings, database = services.settings, services.database
    cases = Cases(database)
    return Staff(
        services=services,
        accounts=Accounts(database),
        sessions=Sessions(
            database,
            idle_seconds=settings.staff_idle_minutes * 60,
            lifetime=settings.staff_session_hours * 3600,
        ),
        audit=Audit(database),
        cases=cases,
        calls=Calls(
            cases,
            services.conversations,
            services.store,
            fiscal_year=settings.fiscal_year,
            text_limit=settings.text_limit,
        ),
        examples=Examples(database),
    )


def _files() -> StaticFiles:
    return RevalidatedFiles(directory=TEMPLATES.parent / "static")
