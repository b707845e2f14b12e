"""Settings of the public process, all from environment variables that begin with `NAVI_`."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url  # type: ignore[import-untyped]
from sqlalchemy.exc import ArgumentError  # type: ignore[import-untyped]

SECRET_FILE = "channels.secret"  # noqa: S105 - a file's name
SECRET_LENGTH = 32


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says what to do."""


class Settings(BaseSettings):
    """What may differ between installations. Every default is right for one machine."""

    model_config = SettingsConfigDict(env_prefix="NAVI_", extra="ignore")

    data_dir: Path = Field(default=Path("var"), description="Directory of all files that the process writes.")
    database_url: str | None = Field(
        default=None, description="Own tables. Default: SQLite in the data directory."
    )
    tracker_url: str | None = Field(
        default=None,
        description="Rasa's memory of conversations. Default: rasa.db in the data directory.",
    )
    redis_url: str | None = Field(
        default=None,
        description="Limits and turn locks that several processes share, and Rasa's lock store, such as "
        "redis://:password@host:6379/0. Default: each process for itself.",
    )
    rasa_url: str = Field(default="http://127.0.0.1:5005", description="Rasa server, loopback only.")
    actions_url: str = Field(
        default="http://127.0.0.1:5055", description="Action server, asked for readiness."
    )
    inner_host: str = Field(
        default="127.0.0.1",
        description="Address that Rasa and the action server listen on. Neither asks who calls: another one "
        "only inside a network of their own.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    secret: SecretStr | None = Field(
        default=None,
        description="Key that signs tokens, at least 32 characters. Default: made once, kept in a file.",
    )
    fiscal_year: int = Field(default=2022, description="Fiscal year of the programmes that are advised on.")
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Other sites that may call the API, separated by commas."
    )
    allowed_hosts: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Names under which requests may come, separated by commas, such as navi.example.jp. "
        "Default: any.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses, separated by commas, whose X-Forwarded-For is believed. Empty: none.",
    )

    public_url: str | None = Field(
        default=None,
        description="Address under which people reach the pages, such as https://navi.example.jp; for links "
        "in LINE and Slack. Default: no links.",
    )

    line_channel_secret: SecretStr | None = Field(default=None, description="LINE: channel secret.")
    line_access_token: SecretStr | None = Field(default=None, description="LINE: channel access token.")
    line_api_url: str = Field(default="https://api.line.me", description="LINE: Messaging API.")
    line_data_api_url: str = Field(
        default="https://api-data.line.me", description="LINE: where pictures are uploaded."
    )
    slack_signing_secret: SecretStr | None = Field(default=None, description="Slack: signing secret.")
    slack_bot_token: SecretStr | None = Field(default=None, description="Slack: bot token, xoxb-…")
    slack_api_url: str = Field(default="https://slack.com/api/", description="Slack: Web API.")
    inbox_settle_seconds: float = Field(
        default=0.3, ge=0, le=10, description="How long an event waits for earlier ones that arrive late."
    )
    inbox_lanes: int = Field(default=8, ge=1, description="Threads of LINE and Slack answered at a time.")
    inbox_give_up_minutes: float = Field(
        default=60, gt=0, description="Age at which a message without an answer is given up."
    )

    metrics_token: SecretStr | None = Field(
        default=None,
        description="Bearer token that GET /metrics asks for. Default: callers on this machine only, and not "
        "through a proxy.",
    )
    log_format: Literal["text", "json"] = Field(default="text", description="How log lines look.")

    token_hours: int = Field(default=24 * 30, ge=1, description="How long a conversation's token is good.")
    sheet_minutes: int = Field(
        default=60, ge=1, description="How long a link to a consultation sheet is good."
    )
    retention_days: int = Field(
        default=30, ge=1, description="Age at which purge deletes a silent conversation."
    )

    staff_idle_minutes: int = Field(
        default=15, ge=1, description="After so long without anything done the console asks for the password."
    )
    staff_session_hours: int = Field(default=12, ge=1, description="How long a staff login is good.")
    case_retention_days: int = Field(
        default=365,
        ge=1,
        description="Days after its last change at which purge deletes a case of the console: steps, sheets, "
        "draft, and its lines of the audit log.",
    )
    audit_retention_days: int = Field(
        default=365,
        ge=1,
        description="Age at which purge deletes a line of the audit log that is of no case, such as a login.",
    )
    handover_hours: int = Field(
        default=24, ge=1, description="How long a code is good that hands a conversation over."
    )

    text_limit: int = Field(default=2000, ge=1, description="Longest message, characters.")
    body_limit: int = Field(default=64 * 1024, ge=1024, description="Largest request body, bytes.")
    turns_per_minute: int = Field(default=30, ge=0, description="Messages of one conversation. 0: no limit.")
    requests_per_minute: int = Field(default=600, ge=0, description="Requests from one address. 0: no limit.")
    conversations_per_hour: int = Field(
        default=120, ge=0, description="New ones from one address. 0: no limit."
    )
    # So few that the last of them is answered in time also on a machine that does two turns a second: what is
    # not answered in time is work for nothing, and then everything stands still.
    turns_at_once: int = Field(
        default=40,
        ge=1,
        description="Messages answered at a time by one process; more must wait.",
    )
    messages_per_conversation: int = Field(
        default=2000, ge=10, description="Longest conversation, messages of both sides."
    )
    conversations_kept: int = Field(
        default=200_000, ge=0, description="Conversations in the database; no more are begun. 0: no limit."
    )
    turn_seconds: float = Field(default=20.0, gt=0, description="Longest wait for Rasa's answer.")

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        origins = [origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()]
        for origin in origins:
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
                raise ValueError(f"an origin is scheme://host[:port], found {origin!r}")
        return origins

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        hosts = [host.strip().lower() for host in value.split(",") if host.strip()]
        for host in hosts:
            if not re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]", host):
                raise ValueError(f"a host is a name without scheme and port, found {host!r}")
        return hosts

    @field_validator("public_url", "line_api_url", "line_data_api_url", "slack_api_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://unset")
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError(f"an address is scheme://host[:port][/path], found {value!r}")
        return value and value.rstrip("/")

    @model_validator(mode="after")
    def _whole_credentials(self) -> Settings:
        for pair in (
            ("line_channel_secret", "line_access_token"),
            ("slack_signing_secret", "slack_bot_token"),
        ):
            unset = [name for name in pair if not _revealed(getattr(self, name))]
            if len(unset) == 1:
                names = " and ".join(f"NAVI_{name.upper()}" for name in pair)
                raise ValueError(f"set both {names} or neither; NAVI_{unset[0].upper()} is not set")
        return self

    @field_validator("database_url", "tracker_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                make_url(value).get_dialect()
            except ArgumentError:
                # Not the value itself: it holds a password.
                raise ValueError("not an address of a database, such as sqlite:///var/channels.db") from None
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in {"redis", "rediss"}:
            raise ValueError("not an address of Redis, such as redis://:password@host:6379/0")
        return value

    @field_validator("secret", "metrics_token")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"a secret has at least {SECRET_LENGTH} characters")
        return value

    @property
    def line(self) -> tuple[str, str] | None:
        """LINE's channel secret and access token, if it is on."""
        secret, token = _revealed(self.line_channel_secret), _revealed(self.line_access_token)
        return (secret, token) if secret and token else None

    @property
    def slack(self) -> tuple[str, str] | None:
        """Slack's signing secret and bot token, if it is on."""
        secret, token = _revealed(self.slack_signing_secret), _revealed(self.slack_bot_token)
        return (secret, token) if secret and token else None

    @property
    def database(self) -> str:
        """URL of the own tables."""
        return self.database_url or f"sqlite:///{self.data_dir / 'channels.db'}"

    @property
    def tracker(self) -> str:
        """URL of Rasa's tracker store."""
        return self.tracker_url or f"sqlite:///{self.data_dir / 'rasa.db'}"

    def prepare_data_dir(self) -> None:
        """Make the data directory, readable by its owner only.

        Raises:
            SettingsError: If it cannot be made or written.
        """
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"NAVI_DATA_DIR: cannot make {self.data_dir}: {error.strerror}; name a directory "
                "that this user may write"
            ) from error
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise SettingsError(f"NAVI_DATA_DIR: {self.data_dir} is not writable by this user")

    def signing_key(self) -> bytes:
        """The key that signs tokens: from the environment, or from a file that is made once.

        Raises:
            SettingsError: If the file cannot be made or read, is open to others, or is too short.
        """
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        if self.redis_url is not None:
            raise SettingsError(
                "NAVI_SECRET: with NAVI_REDIS_URL several processes serve the same conversations, and all "
                "must sign with the same key; set it"
            )
        self.prepare_data_dir()
        path = self.data_dir / SECRET_FILE
        try:
            if not path.exists():
                _make_secret(path)
            mode = path.stat().st_mode & 0o077
            key = path.read_bytes()
        except OSError as error:
            raise SettingsError(f"{path}: {error.strerror}; make it readable or set NAVI_SECRET") from error
        if mode:
            raise SettingsError(f"{path} can be read by others; chmod 600 it, or set NAVI_SECRET")
        if len(key) < SECRET_LENGTH:
            raise SettingsError(f"{path} holds fewer than {SECRET_LENGTH} bytes; delete it to have a new one")
        return key


def _revealed(secret: SecretStr | None) -> str:
    """The secret, empty if it is not set."""
    return secret.get_secret_value().strip() if secret else ""


def _make_secret(path: Path) -> None:
    """Write a new secret under its name at once: two processes starting together agree on one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
