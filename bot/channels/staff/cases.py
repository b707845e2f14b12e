"""Cases of the staff: one record a call, with its steps and its confirmed sheets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import bindparam, delete, func, insert, or_, select, update  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.staff.accounts import Account
from bot.channels.staff.audit import note
from bot.channels.staff.tables import audit, cases, earlier, presence, sheets, turns

Facts = dict[str, Any]
Status = Literal["draft", "confirmed"]
Kind = Literal["said", "operator", "put", "answer", "skip", "undo", "taken"]

WRITTEN = ("means", "name", "contact", "request", "wants", "deadline", "done", "remarks")
"""Fields of free text; those that fill themselves do so until the operator writes."""
MOST_EARLIER = 20
"""Earlier texts that are kept of a field."""
PRESENT_SECONDS = 45
"""After so long without a sign somebody counts as gone."""
_MOST_FOUND = 100
# Made once: every request of the console reads them.
_CASE = select(cases).where(cases.c.id == bindparam("id"))
_STEPS = select(turns).where(turns.c.case == bindparam("id")).order_by(turns.c.number)
_EARLIER = select(earlier).where(earlier.c.case == bindparam("id")).order_by(earlier.c.id.desc())
_SHEETS = select(sheets).where(sheets.c.case == bindparam("id")).order_by(sheets.c.version)


@dataclass(frozen=True)
class Case:
    """One call, or a conversation that was handed over."""

    id: str
    number: str
    conversation: str
    origin: str
    owner: str
    shared: bool
    status: Status
    version: int
    fields: dict[str, Any]
    draft: str
    created_at: int
    updated_at: int
    updated_by: str

    def open_to(self, account: Account) -> bool:
        """Whether somebody may see and change it: a draft is its owner's until it is shared or confirmed."""
        return account.supervises or self.shared or self.status == "confirmed" or self.owner == account.name


@dataclass(frozen=True)
class Step:
    """One step of a call, with the facts before and after it."""

    kind: Kind
    text: str
    before: Facts
    after: Facts
    understanding: dict[str, Any] | None = None
    number: int = 0
    at: int = 0
    account: str = ""
    undone: bool = False


@dataclass(frozen=True)
class Sheet:
    """A confirmed sheet, as it was."""

    version: int
    content: dict[str, Any]
    confirmed_by: str
    confirmed_at: int


@dataclass(frozen=True)
class Earlier:
    """What stood in a field of a draft before somebody wrote over it."""

    field: str
    text: str
    account: str
    at: int


@dataclass(frozen=True)
class Change:
    """What is to become of a case. What is None stays."""

    fields: dict[str, Any] = field(default_factory=dict)
    """By name; None takes one back to what the sheet fills by itself."""
    draft: str | None = None
    status: Status | None = None
    shared: bool | None = None
    owner: str | None = None
    conversation: str | None = None
    words: str | None = None
    noted: tuple[str, str] | None = None
    """What the audit log says of it: an action and a detail."""


@dataclass(frozen=True)
class History:
    """What belongs to a case."""

    steps: list[Step]
    """Oldest first."""
    sheets: list[Sheet]
    """Oldest first."""
    earlier: list[Earlier]
    """Newest first."""

    @property
    def facts(self) -> Facts:
        """The facts now: those after the last step."""
        return self.steps[-1].after if self.steps else {}

    def grown(self, steps: list[Step], case: Case) -> History:
        """With the steps that the last change of the case added."""
        newest = self.steps[-1].number if self.steps else 0
        added = [
            replace(step, number=number, at=case.updated_at, account=case.updated_by)
            for number, step in enumerate(steps, newest + 1)
        ]
        return replace(self, steps=[*self.steps, *added])


def written_over(case: Case, fields: dict[str, Any]) -> list[str]:
    """Names of the fields whose text is lost by new ones: it is not part of what is written now."""
    return [
        name
        for name in WRITTEN
        if name in fields
        and case.fields.get(name, "").strip()
        and case.fields[name] not in (fields[name] or "")
    ]


class GoneError(Exception):
    """There is no such case."""


class OutdatedError(Exception):
    """Somebody changed the case meanwhile.

    Attributes:
        case: As it is now.
    """

    def __init__(self, case: Case) -> None:
        super().__init__(case.id)
        self.case = case


class Cases:
    """Blocking: call it in a worker thread. Every method may raise `StoreAwayError`."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def open(self, id: str, number: str, conversation: str, origin: str, owner: str) -> Case:
        """Begin a case."""
        now = self._now()
        case = Case(id, number, conversation, origin, owner, False, "draft", 1, {}, "", now, now, owner)
        with self._database.writing() as connection:
            connection.execute(insert(cases).values(**vars(case), words=""))
        return case

    def find(self, id: str) -> Case | None:
        """A case, or None if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_CASE, {"id": id}).one_or_none()
            return _case(row) if row else None

    def of_conversation(self, conversation: str) -> Case | None:
        """The case that a conversation was taken into, if any."""
        with self._database.reading() as connection:
            row = connection.execute(select(cases).where(cases.c.conversation == conversation)).first()
            return _case(row) if row else None

    def change(
        self, id: str, version: int | None, account: str, change: Change, steps: tuple[Step, ...] = ()
    ) -> Case:
        """Change a case and add steps, all at once or not at all.

        Args:
            id: The case.
            version: The one that the change was made on, or None where it cannot contradict another's.
            account: Who changes it.
            change: What changes.
            steps: What was said or put.

        Raises:
            GoneError: If there is no such case.
            OutdatedError: If somebody changed it since that version.
        """
        with self._database.writing() as connection:
            return _change(connection, id, version, account, change, steps, self._now())

    def save_draft(self, id: str, text: str) -> None:
        """Keep what was typed and not yet analysed; no change of the record."""
        with self._database.writing() as connection:
            connection.execute(update(cases).where(cases.c.id == id).values(draft=text))

    def steps(self, id: str) -> list[Step]:
        """All steps of a case, in order."""
        with self._database.reading() as connection:
            return _steps(connection, id)

    def history(self, id: str) -> History:
        """All steps, confirmed sheets and earlier texts of a case."""
        with self._database.reading() as connection:
            return History(_steps(connection, id), _sheets(connection, id), _earlier(connection, id))

    def facts(self, id: str) -> Facts:
        """The facts of a case now: those after its last step."""
        newest = select(turns.c.after).where(turns.c.case == id).order_by(turns.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            return connection.execute(newest).scalar() or {}

    def undo(self, id: str, number: int) -> None:
        """Mark a step as undone."""
        with self._database.writing() as connection:
            connection.execute(
                update(turns).where(turns.c.case == id, turns.c.number == number).values(undone=True)
            )

    def confirm(
        self, id: str, version: int, account: str, content: dict[str, Any], words: str
    ) -> tuple[Case, Sheet]:
        """Keep the sheet as it is now, and close the case.

        Raises:
            GoneError: If there is no such case.
            OutdatedError: If somebody changed it since that version.
        """
        now = self._now()
        with self._database.writing() as connection:
            newest = select(func.max(sheets.c.version)).where(sheets.c.case == id)
            sheet = Sheet((connection.execute(newest).scalar() or 0) + 1, content, account, now)
            noted = ("confirmed", str(sheet.version))
            change = Change(status="confirmed", words=words, draft="", noted=noted)
            case = _change(connection, id, version, account, change, (), now)
            connection.execute(insert(sheets).values(case=id, **vars(sheet)))
        return case, sheet

    def sheets(self, id: str) -> list[Sheet]:
        """The confirmed sheets of a case, oldest first."""
        with self._database.reading() as connection:
            return _sheets(connection, id)

    def earlier(self, id: str) -> list[Earlier]:
        """What stood in the fields of a case before, newest first."""
        with self._database.reading() as connection:
            return _earlier(connection, id)

    def between(self, begin: int, end: int) -> list[Case]:
        """Cases begun in a span of time, newest first."""
        wanted = select(cases).where(cases.c.created_at >= begin, cases.c.created_at < end)
        with self._database.reading() as connection:
            return [_case(row) for row in connection.execute(wanted.order_by(cases.c.created_at.desc()))]

    def drafts(self) -> list[Case]:
        """Cases that are being written, newest first."""
        wanted = select(cases).where(cases.c.status == "draft").order_by(cases.c.updated_at.desc())
        with self._database.reading() as connection:
            return [_case(row) for row in connection.execute(wanted.limit(_MOST_FOUND))]

    def search(self, words: str) -> list[Case]:
        """Cases in which every word occurs, newest first, at most a hundred."""
        wanted = select(cases).order_by(cases.c.created_at.desc()).limit(_MOST_FOUND)
        for word in words.split()[:5]:
            wanted = wanted.where(
                or_(
                    cases.c.number.contains(word, autoescape=True),
                    cases.c.words.contains(word, autoescape=True),
                )
            )
        with self._database.reading() as connection:
            return [_case(row) for row in connection.execute(wanted)]

    def purge(self, before: int) -> int:
        """Delete every case that was not changed since, with all that belongs to it; returns how many."""
        old = cases.c.updated_at < before
        with self._database.writing() as connection:
            # Its steps, sheets and examples go with it by their foreign keys.
            connection.execute(delete(audit).where(audit.c.case.in_(select(cases.c.id).where(old))))
            deleted: int = connection.execute(delete(cases).where(old)).rowcount
        if deleted:
            self._database.wipe_remains()
        return deleted

    def present(self, id: str, account: str) -> list[str]:
        """Note that somebody has a case open; returns who else has."""
        now = self._now()
        with self._database.writing() as connection:
            mine = update(presence).where(presence.c.case == id, presence.c.account == account)
            if connection.execute(mine.values(seen_at=now)).rowcount == 0:
                connection.execute(insert(presence).values(case=id, account=account, seen_at=now))
            others = select(presence.c.account).where(
                presence.c.case == id,
                presence.c.account != account,
                presence.c.seen_at >= now - PRESENT_SECONDS,
            )
            return list(connection.execute(others).scalars())

    def _now(self) -> int:
        return int(self._clock())


def _change(
    connection: Any,
    id: str,
    version: int | None,
    account: str,
    change: Change,
    steps: tuple[Step, ...],
    now: int,
) -> Case:
    case = _read(connection, id)
    if version is not None and case.version != version:
        raise OutdatedError(case)
    changed = {name: value for name, value in vars(change).items() if value is not None and name != "noted"}
    fields = {**case.fields, **change.fields}
    changed["fields"] = {name: value for name, value in fields.items() if value is not None}
    changed |= {"version": case.version + 1, "updated_at": now, "updated_by": account}
    connection.execute(update(cases).where(cases.c.id == id).values(changed))
    for name in written_over(case, change.fields):
        _keep_earlier(connection, id, Earlier(name, case.fields[name], account, now))
    _add_steps(connection, id, steps, account, now)
    if change.noted:
        note(connection, now, account, change.noted[0], id, change.noted[1])
    changed.pop("words", None)
    return replace(case, **changed)


def _steps(connection: Any, id: str) -> list[Step]:
    return [_step(row) for row in connection.execute(_STEPS, {"id": id})]


def _sheets(connection: Any, id: str) -> list[Sheet]:
    rows = connection.execute(_SHEETS, {"id": id})
    return [Sheet(row.version, row.content, row.confirmed_by, row.confirmed_at) for row in rows]


def _earlier(connection: Any, id: str) -> list[Earlier]:
    rows = connection.execute(_EARLIER, {"id": id})
    return [Earlier(row.field, row.text, row.account, row.at) for row in rows]


def _keep_earlier(connection: Any, case: str, lost: Earlier) -> None:
    of_field = select(earlier.c.id, earlier.c.text).where(
        earlier.c.case == case, earlier.c.field == lost.field
    )
    kept = connection.execute(of_field.order_by(earlier.c.id.desc())).all()
    if kept and lost.text in kept[0].text:
        # On the way to being deleted, character by character: the whole of it is kept already.
        return
    connection.execute(insert(earlier).values(case=case, **vars(lost)))
    oldest = [row.id for row in kept[MOST_EARLIER - 1 :]]
    if oldest:
        connection.execute(delete(earlier).where(earlier.c.id.in_(oldest)))


def _add_steps(connection: Any, case: str, steps: tuple[Step, ...], account: str, now: int) -> None:
    newest = connection.execute(select(func.max(turns.c.number)).where(turns.c.case == case)).scalar() or 0
    rows = [
        vars(replace(step, number=number, at=now, account=account)) | {"case": case}
        for number, step in enumerate(steps, newest + 1)
    ]
    if rows:
        connection.execute(insert(turns), rows)


def _read(connection: Any, id: str) -> Case:
    row = connection.execute(_CASE, {"id": id}).one_or_none()
    if row is None:
        raise GoneError
    return _case(row)


def _case(row: Any) -> Case:
    values = {name: getattr(row, name) for name in Case.__dataclass_fields__}
    return Case(**values | {"shared": bool(row.shared)})


def _step(row: Any) -> Step:
    values = {name: getattr(row, name) for name in Step.__dataclass_fields__}
    return Step(**values | {"undone": bool(row.undone)})
