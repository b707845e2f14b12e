"""Who may do what: the session behind a request, its token, its role, and a note of every refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from bot.channels.errors import ChannelError, Code
from bot.channels.services import Services
from bot.channels.staff.accounts import Account, Accounts
from bot.channels.staff.audit import Audit
from bot.channels.staff.calls import Calls, ChangedError, stored
from bot.channels.staff.cases import Case, Cases
from bot.channels.staff.examples import Examples
from bot.channels.staff.sessions import Session, Sessions
from bot.channels.web.error_responses import error_response

COOKIE, SECURE_COOKIE = "navi_staff", "__Host-navi_staff"
_CSRF_HEADER = "x-csrf-token"
_REFUSED = {
    Code.staff_login: "refused_login",
    Code.staff_idle: "refused_idle",
    Code.staff_csrf: "refused_csrf",
    Code.staff_role: "refused_role",
    Code.case_of_another: "refused_case",
}


@dataclass(frozen=True)
class Staff:
    """What the console's routes work with."""

    services: Services
    accounts: Accounts
    sessions: Sessions
    audit: Audit
    cases: Cases
    calls: Calls
    examples: Examples


class LoginNeededError(ChannelError):
    """Nobody is logged in, or nobody was there for long."""


async def staff_of(request: Request) -> Staff:
    """What the app serves the console with."""
    staff: Staff = request.app.state.staff
    return staff


StaffDep = Annotated[Staff, Depends(staff_of)]


@dataclass(frozen=True)
class _Found:
    session: Session | None
    case: Case | None


async def _found_of(request: Request, staff: StaffDep) -> _Found:
    """Whose request it is and the case that its address names: in one go, somebody waits on the phone."""
    cookie = request.cookies.get(cookie_name(request))
    if not cookie:
        return _Found(None, None)
    # A page that asks by itself whether anything is new keeps nobody logged in.
    active = request.headers.get("x-by-itself") is None
    id: str | None = request.path_params.get("id")
    return await stored(
        lambda: _Found(staff.sessions.read(cookie, active=active), staff.cases.find(id) if id else None)
    )


_FoundDep = Annotated[_Found, Depends(_found_of)]


async def session_of(request: Request, staff: StaffDep, found: _FoundDep) -> Session:
    """The session of the request.

    Raises:
        ChannelError: If nobody is logged in, or the password is to be given again.
    """
    session = found.session
    if session is None:
        raise await refused(staff, Code.staff_login, "-", request)
    request.state.account = session.account
    if session.idle:
        raise await refused(staff, Code.staff_idle, session.account.name, request)
    return session


SessionDep = Annotated[Session, Depends(session_of)]


async def form_of(request: Request, session: SessionDep, staff: StaffDep) -> FormData:
    """The fields of a request that changes something, sent by our own page.

    Raises:
        ChannelError: If the token of the session is missing or another one.
    """
    form = await request.form()
    token = request.headers.get(_CSRF_HEADER) or str(form.get("csrf") or "")
    if not session.allows(token):
        raise await refused(staff, Code.staff_csrf, session.account.name, request)
    return form


FormDep = Annotated[FormData, Depends(form_of)]


async def supervisor_of(request: Request, session: SessionDep, staff: StaffDep) -> Account:
    """The account of the request, if it supervises."""
    if not session.account.supervises:
        raise await refused(staff, Code.staff_role, session.account.name, request)
    return session.account


SupervisorDep = Annotated[Account, Depends(supervisor_of)]


async def case_of(id: str, request: Request, session: SessionDep, staff: StaffDep, found: _FoundDep) -> Case:
    """The case that the address names, if the account may open it."""
    case = found.case
    if case is None:
        raise ChannelError(Code.case_not_found)
    if not case.open_to(session.account):
        names = await stored(staff.accounts.display, {case.owner})
        owner = names.get(case.owner, case.owner)
        raise await refused(staff, Code.case_of_another, session.account.name, request, id, owner=owner)
    return case


CaseDep = Annotated[Case, Depends(case_of)]


async def draft_of(case: CaseDep) -> Case:
    """The case, if it is still being written: a confirmed sheet stays as it was confirmed."""
    if case.status == "confirmed":
        raise ChannelError(Code.case_confirmed)
    return case


DraftDep = Annotated[Case, Depends(draft_of)]


async def refused(
    staff: Staff, code: Code, account: str, request: Request, case: str | None = None, **values: Any
) -> ChannelError:
    """Notes a refusal; the caller raises what is returned."""
    route = getattr(request.scope.get("route"), "path", "-")
    await stored(staff.audit.note, account, _REFUSED[code], case, f"{request.method} {route}")
    kind = LoginNeededError if code in (Code.staff_login, Code.staff_idle) else ChannelError
    return kind(code, **values)


async def session_or_none(found: _FoundDep) -> Session | None:
    """The session, be it idle, or None."""
    return found.session


AnySessionDep = Annotated[Session | None, Depends(session_or_none)]


def cookie_name(request: Request) -> str:
    """Behind TLS the cookie's name itself says that it is of this host alone."""
    return SECURE_COOKIE if request.url.scheme == "https" else COOKIE


def add_handlers(app: FastAPI, services: Services) -> None:
    """Send a person who opens a page to the login, and a script the error; say who changed a case."""

    @app.exception_handler(ChangedError)
    async def _changed(request: Request, error: ChangedError) -> Response:
        staff: Staff = request.app.state.staff
        await stored(staff.audit.note, request.state.account.name, "conflict", error.case.id)
        names = await stored(staff.accounts.display, {error.case.updated_by})
        error.values["who"] = names.get(error.case.updated_by, error.case.updated_by)
        return error_response(error, services)

    @app.exception_handler(LoginNeededError)
    async def _login(request: Request, error: LoginNeededError) -> Response:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            where = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
            return RedirectResponse(f"/staff/login?next={where}", status_code=303)
        return error_response(error, services)
