"""Everything the public process works with, put together once from the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.channels import migrations
from bot.channels.conversations import Conversations, opening
from bot.channels.database import Database
from bot.channels.handover import Handovers
from bot.channels.limits import Limit, Limiter, MemoryLimiter, MemoryTurnLocks, TurnLocks
from bot.channels.observing import Observer
from bot.channels.rasa import RasaClient
from bot.channels.redis_limits import shared_limits
from bot.channels.settings import Settings
from bot.channels.store import Store
from bot.channels.texts import Texts, load_texts
from bot.channels.tokens import Signer
from bot.channels.tracker import Tracker
from knowledge import Knowledge, load_knowledge


@dataclass(frozen=True)
class Services:
    """What routes and commands need. `close` it at the end."""

    settings: Settings
    knowledge: Knowledge
    texts: Texts
    database: Database
    tracker_database: Database
    store: Store
    rasa: RasaClient
    limiter: Limiter
    locks: TurnLocks
    conversations: Conversations
    observer: Observer
    bearer: Signer
    sheet_links: Signer
    handovers: Handovers

    @property
    def desk(self) -> dict[str, str]:
        """How to reach the desk, under the names that texts use."""
        desk = self.knowledge.desk
        dialled = re.match(r"[0-9-]+", desk.phone)
        return {
            "desk_name": desk.name,
            "desk_phone": desk.phone,
            "desk_dialled": dialled[0] if dialled else "",
            "desk_email": desk.email,
        }

    async def close(self) -> None:
        """Close all connections."""
        await self.rasa.close()
        await self.locks.close()
        self.database.close()
        self.tracker_database.close()


def build_services(settings: Settings) -> Services:
    """Put everything together, make the data directory and the secret, see to the tables.

    Raises:
        SettingsError: If a setting cannot be used.
        MigrationMissingError: If the tables of a server's database are older than this program.
        StoreAwayError: If the database cannot be used.
        KnowledgeError: If the knowledge is broken or lacks the fiscal year.
    """
    settings.prepare_data_dir()
    key = settings.signing_key()
    knowledge = load_knowledge()
    # Said now, not to the first person who comes: a year that the knowledge lacks is refused here.
    opening(knowledge, settings.fiscal_year)
    database, tracker_database = Database(settings.database), Database(settings.tracker, own=False)
    migrations.prepare(database)
    store = Store(database)
    rasa = RasaClient(settings.rasa_url, settings.actions_url, settings.turn_seconds, settings.turns_at_once)
    limiter, locks = _limits(settings)
    observer = Observer(key)
    conversations = Conversations(
        store=store,
        tracker=Tracker(tracker_database),
        rasa=rasa,
        limiter=limiter,
        locks=locks,
        turns=Limit("turns", settings.turns_per_minute, 60),
        text_limit=settings.text_limit,
        most_messages=settings.messages_per_conversation,
        most_conversations=settings.conversations_kept,
        opening=lambda: opening(knowledge, settings.fiscal_year),
        observer=observer,
    )
    return Services(
        settings=settings,
        knowledge=knowledge,
        texts=load_texts(),
        database=database,
        tracker_database=tracker_database,
        store=store,
        rasa=rasa,
        limiter=limiter,
        locks=locks,
        conversations=conversations,
        observer=observer,
        bearer=Signer(key, "conversation", settings.token_hours * 3600),
        sheet_links=Signer(key, "sheet", settings.sheet_minutes * 60),
        handovers=Handovers(database, key, lifetime=settings.handover_hours * 3600),
    )


def _limits(settings: Settings) -> tuple[Limiter, TurnLocks]:
    if settings.redis_url is None:
        return MemoryLimiter(), MemoryTurnLocks()
    return shared_limits(settings.redis_url)
