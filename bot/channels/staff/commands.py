"""`python -m bot.channels staff …`: accounts, from the machine itself."""

from __future__ import annotations

import argparse
import getpass
import sys

from bot.channels import migrations
from bot.channels.database import Database
from bot.channels.settings import Settings
from bot.channels.staff.accounts import ROLES, AccountError, Accounts
from bot.channels.staff.audit import Audit
from bot.channels.staff.cases import Cases

_ACTOR = "command"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describes the commands."""
    staff = commands.add_parser("staff", help="accounts of the people who take calls")
    actions = staff.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="make an account; asks for its password")
    adding.add_argument("name", help="1 to 64 of a-z 0-9 . _ -")
    adding.add_argument("--display", default="", help="name to show (default: the name)")
    adding.add_argument("--role", choices=ROLES, default="operator")
    for action, text in (
        ("passwd", "set another password; ends the account's sessions and its lock"),
        ("disable", "close an account; ends its sessions"),
        ("enable", "open a closed account again"),
    ):
        actions.add_parser(action, help=text).add_argument("name")
    role = actions.add_parser("role", help="give an account another role")
    role.add_argument("name")
    role.add_argument("role", choices=ROLES)
    actions.add_parser("list", help="every account")


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Run one of the commands.

    Returns:
        0, or 1 if it was refused; standard error says why.
    """
    settings.prepare_data_dir()
    database = Database(settings.database)
    try:
        migrations.prepare(database)
        _act(Accounts(database), Audit(database), options)
    except AccountError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        database.close()
    return 0


def purge(database: Database, *, cases_before: int, audit_before: int) -> tuple[int, int]:
    """Delete cases that were not changed since, and older lines of the audit log that are of no case.

    Returns:
        How many of each.
    """
    audit = Audit(database)
    cases, lines = Cases(database).purge(cases_before), audit.purge(audit_before)
    if cases:
        audit.note(_ACTOR, "purged", None, str(cases))
    return cases, lines


def _act(accounts: Accounts, audit: Audit, options: argparse.Namespace) -> None:
    if options.action == "list":
        for account in accounts.all():
            state = "disabled" if account.disabled else "open"
            sys.stdout.write(f"{account.name}\t{account.display}\t{account.role}\t{state}\n")
        return
    if options.action == "add":
        accounts.add(options.name, options.display, options.role, _password())
    elif options.action == "passwd":
        accounts.set_password(options.name, _password())
    elif options.action == "role":
        accounts.set_role(options.name, options.role)
    else:
        accounts.set_disabled(options.name, options.action == "disable")
    audit.note(_ACTOR, f"account_{options.action}", None, options.name)


def _password() -> str:
    """Asked for twice at a terminal; from a script, the first line of standard input. Never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("password: ")
    if getpass.getpass("again: ") != first:
        raise AccountError("the two passwords are not the same")
    return first
