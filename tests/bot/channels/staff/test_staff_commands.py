"""`python -m bot.channels staff`: the accounts of the people who take calls."""

from __future__ import annotations

import io

import pytest

from bot.channels import migrations
from bot.channels.__main__ import main
from bot.channels.database import Database
from bot.channels.staff.accounts import Accounts, LockedError, WrongPasswordError
from bot.channels.staff.audit import Audit

OLD, NEW = "馬と電池とホチキスと大きな橋", "傘と時計とラジオと小さな石けん"


@pytest.fixture
def staff(tmp_path, monkeypatch):
    """Runs a command, with a line on standard input."""
    monkeypatch.setenv("NAVI_DATA_DIR", str(tmp_path))

    def run(*arguments: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
        return main(["staff", *arguments])

    return run


@pytest.fixture
def database(tmp_path, staff):
    """With one account."""
    assert 0 == staff("add", "sato", "--display", "佐藤", typed=OLD)
    database = Database(f"sqlite:///{tmp_path / 'channels.db'}")
    migrations.prepare(database)
    yield database
    database.close()


@pytest.mark.parametrize(
    ("command", "listed"),
    [
        (None, "sato\t佐藤\toperator\topen\n"),
        (["role", "sato", "supervisor"], "sato\t佐藤\tsupervisor\topen\n"),
        (["disable", "sato"], "sato\t佐藤\toperator\tdisabled\n"),
    ],
)
def test_an_account_is_listed_as_the_commands_left_it(command, listed, staff, database, capsys):
    if command:
        assert 0 == staff(*command)
        assert ("command", f"account_{command[0]}") == _newest(database)
    assert 0 == staff("list")
    assert listed == capsys.readouterr().out


def test_a_closed_account_opens_again(staff, database):
    assert 0 == staff("disable", "sato")
    with pytest.raises(WrongPasswordError):
        Accounts(database).verified("sato", OLD)
    assert 0 == staff("enable", "sato")
    assert "sato" == Accounts(database).verified("sato", OLD).name


def test_another_password_ends_the_lock(staff, database):
    accounts = Accounts(database)
    for _ in range(4):
        with pytest.raises(WrongPasswordError):
            accounts.verified("sato", "wrong")
    with pytest.raises(LockedError):
        accounts.verified("sato", "wrong")
    assert 0 == staff("passwd", "sato", typed=NEW)
    assert "sato" == accounts.verified("sato", NEW).name


@pytest.mark.parametrize(
    ("command", "typed", "said"),
    [
        (["add", "sato"], NEW, "there is an account 'sato' already"),
        (["add", "Sato!"], NEW, "a name is 1 to 64 of"),
        (["add", "tanaka"], "short", "12"),
        (["role", "nobody", "operator"], "", "nobody"),
        (["passwd", "nobody"], NEW, "nobody"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(command, typed, said, staff, database, capsys):
    before = _newest(database)
    assert 1 == staff(*command, typed=typed)
    assert said in capsys.readouterr().err
    assert before == _newest(database)


def test_two_passwords_that_differ_are_refused_at_a_terminal(staff, database, monkeypatch, capsys):
    given = iter([NEW, OLD])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(given))
    monkeypatch.setattr("bot.channels.staff.commands.sys.stdin", _Terminal())
    assert 1 == main(["staff", "passwd", "sato"])
    assert "not the same" in capsys.readouterr().err
    assert "sato" == Accounts(database).verified("sato", OLD).name


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _newest(database: Database) -> tuple[str, str]:
    entry = Audit(database).newest(1)[0]
    return entry.account, entry.action
