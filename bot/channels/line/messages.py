"""What is said, as LINE messages within LINE's limits."""

from __future__ import annotations

from typing import Any

from bot.channels.inbox.cards import Cards
from bot.channels.inbox.events import Event, Parcel, Speech
from bot.channels.inbox.splitting import split, utf16
from bot.channels.inbox.texts import COMMAND, InboxTexts
from bot.channels.line.flex import LABEL, flex_messages, postback
from bot.channels.messages import Options, Reply

MESSAGES, TEXT, QUICK_REPLIES = 5, 5000, 13


class LineMessages:
    """Gives speech the form of LINE."""

    def __init__(self, cards: Cards, texts: InboxTexts, dialled: str) -> None:
        self._cards = cards
        self._texts = texts
        self._dialled = dialled

    def parcels(self, event: Event, speech: Speech) -> list[Parcel]:
        """All of a turn in one reply where it fits, the rest in pushes."""
        texts = [self._with_numbers(reply, numeric=speech.numeric) for reply in speech.replies]
        if speech.sheet:
            texts.append(speech.sheet)
        cards = self._cards.of(speech.advice) if speech.advice else []
        flex = flex_messages(cards, self._texts, self._dialled) if cards else []
        messages: list[dict[str, Any]] = [
            {"type": "text", "text": text} for text in _fitted(texts, MESSAGES - len(flex))
        ]
        messages += flex
        if not messages:
            return []
        options = next((reply.options for reply in reversed(speech.replies) if reply.options), [])
        if options:
            # Only those of the newest message are shown.
            messages[-1]["quickReply"] = {"items": _quick_replies(options)}
        parcels = [messages[at : at + MESSAGES] for at in range(0, len(messages), MESSAGES)]
        # The reply token was used for the apology, if there was one.
        return [
            {"messages": parcel, "reply": place == 0 and not event.apologised}
            for place, parcel in enumerate(parcels)
        ]

    def _with_numbers(self, reply: Reply, *, numeric: bool) -> str:
        """The text, with the options below it for who sees no buttons."""
        commands = [option["label"] for option in reply.options if option["id"].startswith(COMMAND)]
        labels = [option["label"] for option in reply.options if not option["id"].startswith(COMMAND)]
        parts = [reply.text]
        if labels:
            hint = self._texts.by_number_word if numeric else self._texts.by_number
            numbered = [f"{number}. {label}" for number, label in enumerate(labels, 1)]
            parts.append("\n".join([*numbered, hint]))
        if commands:
            words = "".join(f"「{label}」" for label in commands)
            parts.append(self._texts.by_words.format(words=words))
        return "\n\n".join(parts)


def _fitted(texts: list[str], most: int) -> list[str]:
    """The texts in pieces that LINE takes; joined where there would be too many."""
    pieces = [piece for text in texts for piece in split(text, TEXT, utf16)]
    while len(pieces) > most:
        joined = _joined(pieces)
        if joined is None:
            return pieces
        pieces = joined
    return pieces


def _joined(pieces: list[str]) -> list[str] | None:
    """The first two neighbours that fit in one message as one; None if none do."""
    for place in range(len(pieces) - 1):
        together = f"{pieces[place]}\n\n{pieces[place + 1]}"
        if utf16(together) <= TEXT:
            return [*pieces[:place], together, *pieces[place + 2 :]]
    return None


def _quick_replies(options: Options) -> list[dict[str, Any]]:
    cut = any(utf16(option["label"]) > LABEL for option in options)
    # A label that is cut is found by its number in the text.
    labels = [f"{number}. {option['label']}" if cut else None for number, option in enumerate(options, 1)]
    return [
        {"type": "action", "action": postback(option, label)}
        for option, label in list(zip(options, labels, strict=True))[:QUICK_REPLIES]
    ]
