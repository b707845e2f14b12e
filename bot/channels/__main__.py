"""Commands of the public process."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from contextlib import suppress

from pydantic import ValidationError

from bot.channels import logs, migrations
from bot.channels.app import create_app
from bot.channels.database import Database, StoreAwayError
from bot.channels.errors import ChannelError
from bot.channels.migrations import MigrationMissingError
from bot.channels.report import commands as report_commands
from bot.channels.server import build_server
from bot.channels.services import Services, build_services
from bot.channels.settings import Settings, SettingsError
from bot.channels.staff import commands as staff_commands
from knowledge import KnowledgeError

DAY = 24 * 3600

log = logging.getLogger("bot.channels")


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Returns:
        0, or 1 if something that the operator must mend is in the way; standard error says what.
    """
    options = _parser().parse_args(arguments)
    try:
        settings = Settings()
        logs.configure(settings.log_format)
        if options.command == "migrate":
            return migrate(settings)
        if options.command == "staff":
            return staff_commands.run(settings, options)
        if options.command == "line":
            return line_menu(settings)
        if options.command == "report":
            return report_commands.run(settings, options)
        return serve(settings) if options.command == "serve" else purge(settings, options.older_than)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            name = ".".join(map(str, item["loc"])).upper()
            _say(f"NAVI_{name}: {item['msg']}" if name else item["msg"])
    except (SettingsError, KnowledgeError, MigrationMissingError) as error:
        _say(str(error))
    except StoreAwayError as error:
        _say(f"the database cannot be used ({error}): check NAVI_DATABASE_URL and NAVI_DATA_DIR")
    return 1


def serve(settings: Settings) -> int:
    """Serve until told to stop."""
    server = build_server(create_app(build_services(settings)), settings)
    # Ctrl-C arrives here again after the server has stopped in good order; a port in use is said and exits.
    with suppress(KeyboardInterrupt, SystemExit):
        server.run()
    return 0 if server.started else 1


def migrate(settings: Settings) -> int:
    """Bring the tables to the newest release."""
    settings.prepare_data_dir()
    database = Database(settings.database)
    try:
        before, after = migrations.migrate(database)
    finally:
        database.close()
    log.info("the tables were of release %s and are of release %s", before or "none", after)
    return 0


def purge(settings: Settings, days: int | None) -> int:
    """Delete every conversation and every case that rested for so many days, and old audit lines."""

    async def run() -> int:
        services = build_services(settings)
        try:
            silent = services.store.silent_since(_days_ago(settings.retention_days if days is None else days))
            deleted = sum([await _forgotten(services, conversation) for conversation in silent])
            cases, lines = staff_commands.purge(
                services.database,
                cases_before=_days_ago(settings.case_retention_days if days is None else days),
                audit_before=_days_ago(settings.audit_retention_days),
            )
        finally:
            await services.close()
        log.info("deleted %d of %d conversations", deleted, len(silent))
        log.info("deleted %d cases and %d lines of the audit log that are of no case", cases, lines)
        return 0 if deleted == len(silent) else 1

    return asyncio.run(run())


def line_menu(settings: Settings) -> int:
    """Set up the menu below the talk in LINE."""
    # LINE's library takes seconds to load: only where it is used.
    from bot.channels.line.rich_menu import set_up

    log.info("the menu is set up: %s", set_up(settings))
    return 0


def _days_ago(days: int) -> int:
    return int(time.time()) - DAY * days


async def _forgotten(services: Services, conversation: str) -> bool:
    try:
        await services.conversations.forget(conversation)
    except ChannelError as error:
        log.error("a conversation was not deleted: %s", error.code.value)
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.channels", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the public API and the chat page")
    commands.add_parser("migrate", help="bring the tables of the database to the newest release")
    staff_commands.add_parser(commands)
    line = commands.add_parser("line", help="set up LINE").add_subparsers(dest="part", required=True)
    line.add_parser("menu", help="set up the menu below the talk")
    report_commands.add_parser(commands)
    purging = commands.add_parser("purge", help="delete old conversations, cases and lines of the audit log")
    purging.add_argument(
        "--older-than",
        type=int,
        metavar="DAYS",
        help="days of silence (default: NAVI_RETENTION_DAYS, for cases NAVI_CASE_RETENTION_DAYS)",
    )
    return parser


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")


if __name__ == "__main__":
    sys.exit(main())
