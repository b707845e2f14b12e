"""The doors for LINE and Slack, each open if its credentials are there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter

from bot.channels.inbox.answering import Answering
from bot.channels.inbox.cards import Cards
from bot.channels.inbox.events import Vendor
from bot.channels.inbox.hashing import Hasher
from bot.channels.inbox.store import Inbox
from bot.channels.inbox.texts import InboxTexts, load_inbox_texts
from bot.channels.inbox.worker import LEASE_SECONDS, Worker
from bot.channels.services import Services
from bot.channels.web.sheet import sheet_text
from bot.channels.web.wording import Wording

log = logging.getLogger(__name__)

BODY_LIMITS = {"/line/webhook": 1024 * 1024, "/slack/events": 1024 * 1024}
"""Largest bodies of the vendors' webhooks, bytes: many events at once, or a message with all its blocks."""

_Router = Callable[[Inbox, Worker], APIRouter]


@dataclass(frozen=True)
class Doors:
    """What the app serves and runs for LINE and Slack."""

    routers: list[APIRouter]
    worker: Worker | None

    def open(self) -> None:
        """Begin to answer."""
        if self.worker is not None:
            self.worker.start()

    async def close(self) -> None:
        """Finish what is begun."""
        if self.worker is not None:
            await self.worker.stop()


def build_doors(services: Services) -> Doors:
    """The doors of the vendors whose credentials are set; says which are shut."""
    settings, texts = services.settings, load_inbox_texts()
    cards = Cards(services.texts, texts, Wording(services.knowledge, services.texts, settings.fiscal_year))
    vendors: list[tuple[Vendor, _Router]] = []
    if settings.line:
        vendors.append(_line(services, settings.line, cards))
    else:
        log.info("LINE is off: NAVI_LINE_CHANNEL_SECRET and NAVI_LINE_ACCESS_TOKEN are not set")
    if settings.slack:
        vendors.append(_slack(services, settings.slack, cards))
    else:
        log.info("Slack is off: NAVI_SLACK_SIGNING_SECRET and NAVI_SLACK_BOT_TOKEN are not set")
    if not vendors:
        return Doors([], None)
    inbox = Inbox(
        services.database,
        settle_ms=round(settings.inbox_settle_seconds * 1000),
        lease_ms=round(LEASE_SECONDS * 1000),
    )
    worker = Worker(
        inbox=inbox,
        answering=_answering(services, inbox, texts),
        vendors={vendor.name: vendor for vendor, _ in vendors},
        said=lambda error: services.texts.error(error, services.desk),
        lanes=settings.inbox_lanes,
        give_up_seconds=settings.inbox_give_up_minutes * 60,
    )
    return Doors([router(inbox, worker) for _, router in vendors], worker)


# The vendors' libraries take seconds to load: only where they are used.


def _line(services: Services, credentials: tuple[str, str], cards: Cards) -> tuple[Vendor, _Router]:
    from bot.channels.line.adapter import Line
    from bot.channels.line.messages import LineMessages
    from bot.channels.line.webhook import line_router

    secret, token = credentials
    texts, settings = load_inbox_texts(), services.settings
    hasher = Hasher(settings.signing_key(), Line.name)
    messages = LineMessages(cards, texts, services.desk["desk_dialled"])
    vendor = Line(token, settings.line_api_url, messages)
    return vendor, lambda inbox, worker: line_router(secret, hasher, inbox, worker, texts)


def _slack(services: Services, credentials: tuple[str, str], cards: Cards) -> tuple[Vendor, _Router]:
    from bot.channels.slack.adapter import Slack
    from bot.channels.slack.blocks import SlackMessages
    from bot.channels.slack.webhook import slack_router

    secret, token = credentials
    texts, settings = load_inbox_texts(), services.settings
    hasher = Hasher(settings.signing_key(), Slack.name)
    vendor = Slack(token, settings.slack_api_url, SlackMessages(cards, texts))
    return vendor, lambda inbox, worker: slack_router(secret, token, hasher, inbox, worker, texts)


def _answering(services: Services, inbox: Inbox, texts: InboxTexts) -> Answering:
    def link(conversation: str) -> str | None:
        if services.settings.public_url is None:
            return None
        token = services.sheet_links.sign(conversation)
        path = f"/api/conversations/{quote(conversation)}/sheet?token={quote(token)}"
        return services.settings.public_url + path

    return Answering(
        conversations=services.conversations,
        inbox=inbox,
        knowledge=services.knowledge,
        texts=texts,
        desk=services.desk,
        link=link,
        sheet=lambda transcript: sheet_text(transcript, services),
        sheet_minutes=services.settings.sheet_minutes,
        handovers=services.handovers,
        handover_hours=services.settings.handover_hours,
    )
