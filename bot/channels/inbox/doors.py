"""The doors for LINE and Slack, each open if its credentials are there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter

from bot.channels.errors import ChannelError
from bot.channels.inbox.answering import Answering
from bot.channels.inbox.cards import Cards
from bot.channels.inbox.events import Vendor
from bot.channels.inbox.hashing import Hasher
from bot.channels.inbox.store import Inbox
from bot.channels.inbox.texts import InboxTexts, load_inbox_texts
from bot.channels.inbox.worker import LEASE_SECONDS, Worker
from bot.channels.line.adapter import Line
from bot.channels.line.messages import LineMessages
from bot.channels.line.webhook import PATH as LINE_PATH
from bot.channels.line.webhook import line_router
from bot.channels.services import Services
from bot.channels.slack.adapter import Slack
from bot.channels.slack.blocks import SlackMessages
from bot.channels.slack.webhook import PATH as SLACK_PATH
from bot.channels.slack.webhook import slack_router
from bot.channels.web.sheet import sheet_text
from bot.channels.web.wording import Wording

log = logging.getLogger(__name__)

BODY_LIMITS = {LINE_PATH: 1024 * 1024, SLACK_PATH: 1024 * 1024}
"""Largest bodies of the vendors' webhooks, bytes: many events at once, or a message with all its blocks."""


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
    vendors: dict[str, Vendor] = {}
    cards = Cards(services.texts, texts, Wording(services.knowledge, services.texts, settings.fiscal_year))
    if settings.line:
        messages = LineMessages(cards, texts, services.desk["desk_dialled"])
        vendors["line"] = Line(settings.line[1], settings.line_api_url, messages)
    else:
        log.info("LINE is off: NAVI_LINE_CHANNEL_SECRET and NAVI_LINE_ACCESS_TOKEN are not set")
    if settings.slack:
        vendors["slack"] = Slack(settings.slack[1], settings.slack_api_url, SlackMessages(cards, texts))
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
        vendors=vendors,
        said=lambda error: _sentence(services, error),
        lanes=settings.inbox_lanes,
        give_up_seconds=settings.inbox_give_up_minutes * 60,
    )
    key = settings.signing_key()
    routers = []
    if settings.line:
        routers.append(line_router(settings.line[0], Hasher(key, "line"), inbox, worker, texts))
    if settings.slack:
        routers.append(slack_router(*settings.slack, Hasher(key, "slack"), inbox, worker, texts))
    return Doors(routers, worker)


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
    )


def _sentence(services: Services, error: ChannelError) -> str:
    return services.texts.error(error, services.desk)
