"""Bodies of requests and answers, as `/openapi.json` describes them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from bot.channels.advice import Advice
from bot.channels.rasa import OPTION_ID

MAX_MESSAGE_ID = 2**31 - 1


class Body(BaseModel):
    """A request's body: unknown fields are refused, they are mistakes."""

    model_config = ConfigDict(extra="forbid")


class TypedText(Body):
    """Something that a person typed. Its longest length is a setting (2,000 characters)."""

    text: StrictStr = Field(min_length=1)


class ChosenOption(Body):
    """An option that was offered in this conversation, also long ago."""

    choice: StrictStr = Field(pattern=OPTION_ID)


def _whole(value: Any) -> Any:
    # In JSON Schema 7.0 is an integer too.
    return int(value) if isinstance(value, float) and value.is_integer() else value


class FeedbackBody(Body):
    """Whether a message of the bot was of use."""

    message_id: Annotated[StrictInt, BeforeValidator(_whole)] = Field(ge=1, le=MAX_MESSAGE_ID)
    helpful: StrictBool
    comment: StrictStr | None = Field(None, max_length=1000)


def _iso_date(value: object) -> object:
    if value is not None and not (isinstance(value, str) and len(value) == len("2022-08-01")):
        raise ValueError("a date is written YYYY-MM-DD")
    return value


class AssessBody(Body):
    """Facts to assess without a conversation."""

    facts: dict[str, Any]
    fiscal_year: StrictInt | None = Field(None, description="Default: the year of the installation.")
    as_of: Annotated[date | None, BeforeValidator(_iso_date)] = Field(None, description="Default: today.")


class OptionOut(BaseModel):
    """A ready answer; send its id as `choice`."""

    id: str
    label: str


class MessageOut(BaseModel):
    """A message of the bot."""

    id: int
    text: str
    options: list[OptionOut]
    final: bool = Field(
        description="Whether it ends a turn that was understood and brought advice, nothing left to ask."
    )


class TranscriptMessageOut(MessageOut):
    """A message of a conversation."""

    role: Literal["person", "bot"]
    sent_at: str = Field(description="ISO 8601, Japan's time.")
    answered: bool | None = Field(description="Of a person's message: whether it was answered. Else null.")
    choice: str | None = Field(description="The option that a person chose.")
    helpful: bool | None = Field(description="What the person thought of a message of the bot, if they said.")
    key: str | None = Field(description="The `Idempotency-Key` that the message was sent with.")


class TurnOut(BaseModel):
    """What the bot answers, and the newest advice."""

    messages: list[MessageOut]
    advice: Advice | None
    sheet_url: str = Field(description="Link to the consultation sheet; good for a short time.")


class OpenedOut(BaseModel):
    """A new conversation. Send the token as `Authorization: Bearer <token>`."""

    id: str
    token: str
    messages: list[MessageOut]
    sheet_url: str


class ConversationOut(BaseModel):
    """A conversation so far."""

    id: str
    messages: list[TranscriptMessageOut]
    advice: Advice | None
    sheet_url: str


class HealthOut(BaseModel):
    """The process is there."""

    status: Literal["ok"]


class ReadyOut(BaseModel):
    """Every part that an answer needs is there."""

    status: Literal["ready"]


class ErrorOut(BaseModel):
    """What is wrong, and in Japanese what to do."""

    code: str
    message: str


class ErrorBody(BaseModel):
    """Body of every error."""

    error: ErrorOut


class AwayOut(ErrorOut):
    """Which parts are away."""

    away: list[Literal["rasa", "actions", "database"]]


class AwayBody(BaseModel):
    """Body of the error when a part is away."""

    error: AwayOut
