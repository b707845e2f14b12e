"""What the console's routes share: a case as it is shown, the answer to a change, a note in the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from bot.channels.errors import ChannelError, Code
from bot.channels.staff.access import Staff
from bot.channels.staff.accounts import Account
from bot.channels.staff.calls import stored
from bot.channels.staff.cases import Case, History
from bot.channels.staff.panels import PANELS, Shown, panels, read, sheet_of
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
    return await run_in_threadpool(_body, staff, shown, *names)


async def body_of(
    staff: Staff, case: Case, account: Account, history: History | None = None
) -> dict[str, Any]:
    """The version of a case and every panel.

    Args:
        staff: What the console works with.
        case: The case.
        account: Who sees it.
        history: What belongs to the case, where it has been read.
    """
    # In one thread: somebody waits on the phone, and each change of threads costs about as much as the work.
    return await stored(
        lambda: _body(staff, read(staff.services, staff.cases, staff.accounts, case, account, history))
    )


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


def _body(staff: Staff, shown: Shown, *names: str) -> dict[str, Any]:
    return {"version": shown.case.version, "panels": panels(staff.services, shown, *(names or PANELS))}
