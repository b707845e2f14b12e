"""What the console's routes share: a case as it is shown, the answer to a change, a note in the log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response, StreamingResponse

from bot.channels.errors import ChannelError, Code
from bot.channels.staff.access import Staff
from bot.channels.staff.accounts import Account
from bot.channels.staff.calls import stored
from bot.channels.staff.cases import Case, History
from bot.channels.staff.panels import Shown, panels, panels_in_turn, read, sheet_of
from bot.channels.staff.sessions import Session
from bot.channels.staff.sheet import searchable

Advice = dict[str, Any]


async def case_shown(
    staff: Staff, case: Case, account: Account, ask: str | None = None, whatif: Advice | None = None
) -> Shown:
    """A case with everything that was worked out of it."""
    shown = await stored(lambda: read(staff.services, staff.cases, staff.accounts, case, account))
    return replace(shown, ask=ask, whatif=whatif)


async def panels_of(staff: Staff, shown: Shown, *names: str) -> dict[str, Any]:
    """The version of a case and its panels, all or those that are named."""
    made = await run_in_threadpool(panels, staff.services, shown, *names)
    return {"version": shown.case.version, "panels": made}


async def panels_response(
    staff: Staff, case: Case, account: Account, history: History | None = None, **more: Any
) -> Response:
    """The answer to a change: one JSON object in two lines. The first is shown while the second is made.

    The first line, closed by a brace, is an object of its own: `version`, `panels` with the suggestions, and
    what else is given. The second holds `below`, the other panels.

    Args:
        staff: What the console works with.
        case: The case.
        account: Who sees it.
        history: What belongs to the case, where it has been read.
        more: Further values of the first line.
    """
    lines = _lines(staff, case, account, history, more)
    # In one thread: somebody waits on the phone, and each change of threads costs about as much as the work.
    first = await stored(next, lines)

    async def sent() -> AsyncIterator[str]:
        yield first
        yield await stored(next, lines)

    return StreamingResponse(sent(), media_type="application/json", headers={"X-Accel-Buffering": "no"})


def _lines(
    staff: Staff, case: Case, account: Account, history: History | None, more: dict[str, Any]
) -> Iterator[str]:
    shown = read(staff.services, staff.cases, staff.accounts, case, account, history)
    made = panels_in_turn(staff.services, shown)
    yield _json({"version": case.version, **more, "panels": next(made)}).removesuffix("}") + "\n"
    yield f',"below":{_json(next(made))}}}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def note_viewed(staff: Staff, session: Session, case: Case) -> None:
    """Keep in the audit log that somebody saw a case: once a session, however often the page asks."""
    await stored(staff.audit.note_viewed, session.account.name, case.id, session.begun_at)


async def note(staff: Staff, account: Account, action: str, case: Case, detail: str = "") -> None:
    """Keep in the audit log what somebody did with a case."""
    await stored(staff.audit.note, account.name, action, case.id, detail)


def words_of(staff: Staff, shown: Shown) -> str:
    """What a search of the history finds the case by."""
    return searchable(sheet_of(staff.services, shown))


def version_in(form: FormData) -> int:
    """The version that a change was made on."""
    version = text_in(form, "version")
    if not version.isdecimal() or len(version) > 9:
        raise ChannelError(Code.malformed, field="version")
    return int(version)


def text_in(form: FormData, name: str) -> str:
    """A field as text; empty where it is missing."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
