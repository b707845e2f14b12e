"""Logging in and out, and the password asked for again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.channels.errors import Code
from bot.channels.limits import Limit
from bot.channels.staff.access import (
    AnySessionDep,
    FormDep,
    SessionDep,
    Staff,
    StaffDep,
    cookie_name,
    refused,
)
from bot.channels.staff.accounts import MOST_WRONG, Account, LockedError, WrongPasswordError
from bot.channels.staff.calls import stored
from bot.channels.staff.rendering import rendered
from bot.channels.staff.sheet import shown_time
from bot.channels.staff.texts import load_staff_texts

HOME = "/staff"
TRIES = Limit("staff_login", 100, 300)
"""From one address, whatever the names."""

router = APIRouter(prefix="/staff", include_in_schema=False)

Field = Annotated[str, Form(max_length=256)]


class _NotInError(Exception):
    """Why somebody is not let in, in the words to show; the HTTP status tells the kind."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


@router.get("/login")
async def login_page(staff: StaffDep, session: AnySessionDep, next: str = HOME) -> HTMLResponse:
    """Name and password."""
    name = session.account.name if session else ""
    return _page(staff, name, next, locked=session is not None and session.idle)


@router.post("/login")
async def login(
    request: Request, staff: StaffDep, name: Field, password: Field, next: Field = HOME
) -> Response:
    """Log in and go on to where the person wanted to be."""
    # The cookie is not there yet, so the browser's own word stands in for the token.
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise await refused(staff, Code.staff_csrf, name, request)
    try:
        account = await _verified(request, staff, name, password)
    except _NotInError as error:
        page = _page(staff, name, next, message=error.message)
        page.status_code = error.status
        return page
    cookie = await stored(staff.sessions.begin, account.name)
    await stored(staff.audit.note, account.name, "login")
    response = RedirectResponse(next if _is_ours(next) else HOME, status_code=303)
    response.set_cookie(
        cookie_name(request),
        cookie,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
    return response


@router.post("/logout")
async def logout(request: Request, staff: StaffDep, session: SessionDep, form: FormDep) -> Response:
    """End the session."""
    await stored(staff.sessions.end, session.token)
    await stored(staff.audit.note, session.account.name, "logout")
    response = RedirectResponse(f"{HOME}/login", status_code=303)
    response.delete_cookie(cookie_name(request), path="/", httponly=True, samesite="strict")
    return response


@router.post("/lock")
async def lock(staff: StaffDep, session: SessionDep, form: FormDep) -> JSONResponse:
    """Ask for the password at the next request: nobody is at the screen."""
    await stored(staff.sessions.lock, session.token)
    return JSONResponse({})


@router.post("/unlock")
async def unlock(request: Request, staff: StaffDep, session: AnySessionDep, password: Field) -> JSONResponse:
    """Go on after being away. It changes nothing but the session, and needs the password itself."""
    if session is None:
        raise await refused(staff, Code.staff_login, "-", request)
    try:
        await _verified(request, staff, session.account.name, password)
    except _NotInError as error:
        body = {"error": {"code": "staff_password", "message": error.message}}
        return JSONResponse(body, status_code=error.status)
    await stored(staff.sessions.unlock, session.token)
    await stored(staff.audit.note, session.account.name, "unlock")
    return JSONResponse({})


async def _verified(request: Request, staff: Staff, name: str, password: str) -> Account:
    words = load_staff_texts().login
    address = request.client.host if request.client else "-"
    wait = await staff.services.limiter.take(TRIES, address)
    if wait:
        raise _NotInError(words["slow"].format(seconds=wait), 429)
    try:
        return await stored(staff.accounts.verified, name, password)
    except WrongPasswordError:
        await stored(staff.audit.note, name, "login_refused")
        raise _NotInError(words["wrong"], 401) from None
    except LockedError as error:
        await stored(staff.audit.note, name, "login_locked")
        message = words["locked"].format(times=MOST_WRONG, until=shown_time(error.until)[-5:])
        raise _NotInError(message, 403) from None


def _is_ours(address: str) -> bool:
    """Whether an address stays within the console: a login must not lead elsewhere."""
    return (address == HOME or address.startswith(f"{HOME}/")) and "\\" not in address and "//" not in address


def _page(staff: Staff, name: str, next: str, message: str = "", *, locked: bool = False) -> HTMLResponse:
    shown = rendered(
        "login.html",
        staff.services,
        account=None,
        name=name[:64],
        next=next if _is_ours(next) else HOME,
        message=message,
        locked=locked,
    )
    return HTMLResponse(shown)
