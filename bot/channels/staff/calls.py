"""A call on the machinery of all conversations: what the caller says goes through Rasa like any message.

What the operator puts in goes in as facts. Every step keeps the facts before and after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

from bot.channels.conversations import PHONE, Conversations, Turn, today
from bot.channels.database import StoreAwayError
from bot.channels.errors import ChannelError, Code
from bot.channels.messages import Transcript
from bot.channels.staff import transcript
from bot.channels.staff.accounts import Account
from bot.channels.staff.cases import (
    Case,
    Cases,
    Change,
    GoneError,
    History,
    Kind,
    OutdatedError,
    Step,
)
from bot.channels.staff.questions import questions
from bot.channels.staff.sheet import shown_time
from bot.channels.staff.texts import load_staff_texts
from bot.channels.store import ForgottenError, Store
from bot.channels.tokens import new_id
from bot.channels.web.sheet import sheet_number

Facts = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """What came of something that was typed."""

    case: Case
    rest: str = ""
    """What was not analysed, because of the error."""
    error: ChannelError | None = None
    history: History | None = None
    """What belongs to the case now, where it is known without asking again."""


class ChangedError(ChannelError):
    """Somebody changed the case meanwhile.

    Attributes:
        case: As it is now.
    """

    def __init__(self, case: Case) -> None:
        super().__init__(Code.case_changed, who=case.updated_by, at=shown_time(case.updated_at)[-5:])
        self.case = case


class Calls:
    """Every method raises `ChannelError`, whose code says what the operator is to be told."""

    def __init__(
        self, cases: Cases, conversations: Conversations, store: Store, *, fiscal_year: int, text_limit: int
    ) -> None:
        self._cases = cases
        self._conversations = conversations
        self._store = store
        self._fiscal_year = fiscal_year
        self._text_limit = text_limit

    async def open(self, account: Account) -> Case:
        """Begin a call, clean."""
        opened = await self._conversations.open(PHONE)
        return await stored(
            self._cases.open, new_id(), sheet_number(opened), opened.conversation, PHONE, account.name
        )

    async def take(self, conversation: str, account: Account) -> Case:
        """Open a conversation of another channel that its person handed over."""
        known = await stored(self._cases.of_conversation, conversation)
        if known is not None:
            # Handed over again: the person spoke to this very case.
            return await stored(self._cases.change, known.id, None, account.name, Change(shared=True))
        held = await self._conversations.transcript(conversation)
        origin = await stored(self._store.channel, conversation)
        case = await stored(
            self._cases.open, new_id(), sheet_number(held), conversation, origin, account.name
        )
        return await stored(
            self._cases.change, case.id, None, account.name, Change(), tuple(_taken_steps(held))
        )

    async def say(self, case: Case, version: int, text: str, account: Account) -> Outcome:
        """Analyse what was typed or pasted; only the caller's words are sent to Rasa.

        What was said before something failed is kept; the rest comes back.
        """
        _must_be(case, version)
        if not text.strip():
            raise ChannelError(Code.text_empty)
        said = transcript.blocks(text, self._text_limit)
        labelled = transcript.is_labelled(text)
        # Read while Rasa works, so that nobody waits for it.
        known = asyncio.create_task(stored(self._cases.history, case.id))
        begun, steps = case, list[Step]()

        async def facts_now() -> Facts:
            return steps[-1].after if steps else (await known).facts

        asked_by = ""
        error, rest = None, ""
        for place, block in enumerate(said):
            if block.speaker == "operator":
                asked_by, facts = block.text, await facts_now()
                steps.append(Step("operator", block.text, facts, facts))
                continue
            asked = not labelled or self._is_asked(await facts_now(), asked_by)
            try:
                case, turn = await self._said(case, block.text, account, asked=asked)
            except ChannelError as failed:
                error, rest = failed, "\n".join(later.text for later in said[place:])
                break
            facts = await facts_now()
            after = turn.advice["facts"] if turn.advice else facts
            steps.append(Step("said", block.text, facts, after, turn.understanding))
        change = Change(draft=rest, noted=("said", ""))
        changed = await stored(self._cases.change, case.id, None, account.name, change, tuple(steps))
        # What somebody else did meanwhile is read with it.
        alone = changed.version == begun.version + 1
        return Outcome(changed, rest, error, (await known).grown(steps, changed) if alone else None)

    async def put(
        self,
        case: Case,
        version: int,
        facts: Facts,
        kind: Kind,
        words: str,
        account: Account,
        *,
        noted: tuple[str, str],
        **fields: Any,
    ) -> Case:
        """Put facts in place of all others, as an operator's own step.

        Args:
            case: The case.
            version: The one that the operator saw.
            facts: All facts from now on.
            kind: What kind of step it is.
            words: What the log says of it.
            account: Who.
            noted: What the audit log says of it: an action and a detail.
            fields: Fields of the case to change with it.
        """
        _must_be(case, version)
        before = await self.facts(case)
        case, turn = await self._put(case, facts, words, account)
        after = turn.advice["facts"] if turn.advice else facts
        step = Step(kind, words, before, after)
        change = Change(fields=fields, noted=noted)
        return await stored(self._cases.change, case.id, None, account.name, change, (step,))

    async def undo(self, case: Case, version: int, number: int, account: Account) -> Case:
        """Take one step back; what was changed again after it stays.

        Raises:
            ChannelError: If there is no such step, or it was taken back already.
        """
        _must_be(case, version)
        steps = await stored(self._cases.steps, case.id)
        step = next((step for step in steps if step.number == number and not step.undone), None)
        if step is None or step.kind in ("operator", "undo"):
            raise ChannelError(Code.step_unknown)
        facts = _without(step, steps[-1].after)
        words = load_staff_texts().transcript["undo"]
        noted = ("undone", str(number))
        case = await self.put(case, version, facts, "undo", words, account, noted=noted)
        await stored(self._cases.undo, case.id, number)
        return case

    async def facts(self, case: Case) -> Facts:
        """The facts of a case now."""
        return await stored(self._cases.facts, case.id)

    async def follow(self, case: Case, account: Account) -> Case:
        """Take in what was said in the conversation's own channel since."""
        try:
            held = await self._conversations.transcript(case.conversation)
        except ChannelError as error:
            if error.code is Code.conversation_not_found:
                return case
            raise
        facts = await self.facts(case)
        now = (held.advice or {}).get("facts", {})
        if not held.advice or now == facts:
            return case
        said = [message.text for message in held.messages if message.role == "person"]
        step = Step("taken", said[-1] if said else "", facts, now)
        return await stored(self._cases.change, case.id, None, account.name, Change(), (step,))

    def _is_asked(self, facts: Facts, asked_by: str) -> bool:
        """Whether the operator's words before an answer asked the open question."""
        following = questions(facts, self._fiscal_year, today(), most=1)
        return bool(following) and any(
            transcript.answers(following[0][form], asked_by) for form in ("spoken", "text")
        )

    async def _said(self, case: Case, text: str, account: Account, *, asked: bool) -> tuple[Case, Turn]:
        return await self._turn(
            case,
            account,
            lambda case: self._conversations.say_text(case.conversation, text, PHONE, asked=asked),
        )

    async def _put(self, case: Case, facts: Facts, words: str, account: Account) -> tuple[Case, Turn]:
        return await self._turn(
            case, account, lambda case: self._conversations.put_facts(case.conversation, facts, words, PHONE)
        )

    async def _turn(
        self, case: Case, account: Account, turn: Callable[[Case], Awaitable[Turn]]
    ) -> tuple[Case, Turn]:
        """A turn of the case's conversation; silence may have deleted it, the record goes on in a new one."""
        try:
            return case, await turn(case)
        except ChannelError as error:
            if error.code is not Code.conversation_not_found:
                raise
        opened = await self._conversations.open(PHONE)
        words = load_staff_texts().transcript["reopened"]
        await self._conversations.put_facts(opened.conversation, await self.facts(case), words, PHONE)
        change = Change(conversation=opened.conversation)
        case = await stored(self._cases.change, case.id, None, account.name, change)
        return case, await turn(case)


async def stored(work: Callable[..., T], *args: object) -> T:
    """Run work of a store in a thread; what it raises becomes what the operator is told."""
    try:
        return await run_in_threadpool(work, *args)
    except StoreAwayError as error:
        raise ChannelError(Code.store_away, retry_after=10) from error
    except ForgottenError as error:
        raise ChannelError(Code.conversation_not_found) from error
    except GoneError as error:
        raise ChannelError(Code.case_not_found) from error
    except OutdatedError as error:
        raise ChangedError(error.case) from error


def _must_be(case: Case, version: int) -> None:
    if case.version != version:
        raise ChangedError(case)


def _without(step: Step, facts: Facts) -> Facts:
    """Facts without what one step changed, unless that was changed again since."""
    found = dict(facts)
    for name in {*step.before, *step.after}:
        was, became = step.before.get(name, _ABSENT), step.after.get(name, _ABSENT)
        if was == became or found.get(name, _ABSENT) != became:
            continue
        if was is _ABSENT:
            found.pop(name, None)
        else:
            found[name] = was
    return found


_ABSENT = object()


def _taken_steps(held: Transcript) -> list[Step]:
    """A transcript as steps; the facts are known at its end only."""
    facts = (held.advice or {}).get("facts", {})
    said = [message for message in held.messages if message.role == "person"]
    steps: list[Step] = []
    for place, message in enumerate(said, 1):
        kind: Kind = "said" if message.choice is None else "answer"
        last = place == len(said)
        steps.append(Step(kind, message.text, {}, facts if last else {}))
    return steps or [Step("taken", "", {}, facts)]
