"""What is said, as messages of blocks within Slack's limits."""

from __future__ import annotations

import json
from typing import Any

from bot.channels.inbox.cards import Card, Cards
from bot.channels.inbox.events import Event, Parcel, Speech
from bot.channels.inbox.splitting import shorten, split
from bot.channels.inbox.texts import COMMAND, InboxTexts
from bot.channels.messages import Options
from bot.channels.slack.mrkdwn import escaped, shown

BLOCKS, SECTION, HEADER, FIELDS, FIELD = 50, 3000, 150, 10, 2000
BUTTONS, BUTTON = 25, 75
MESSAGE = 12_000
"""Length of all blocks of a message as JSON. Slack refuses longer ones (`msg_blocks_too_long`) without saying
from where: 13,172 characters were seen refused (github.com/slackapi/bolt-js/issues/2509)."""
FALLBACK = 3000
_LASTING = {"sheet", "handover", "desk", "restart"}
"""Buttons that may be pressed again."""

Block = dict[str, Any]


class SlackMessages:
    """Gives speech the form of Slack."""

    def __init__(self, cards: Cards, texts: InboxTexts) -> None:
        self._cards = cards
        self._texts = texts

    def parcels(self, _event: Event, speech: Speech) -> list[Parcel]:
        """One message where it fits, or several; the buttons are under the last."""
        blocks = [block for reply in speech.replies for block in sections(reply.text)]
        plain = [reply.text for reply in speech.replies]
        if speech.sheet:
            blocks += sections(speech.sheet)
            plain.append(speech.sheet)
        for card in self._cards.of(speech.advice) if speech.advice else []:
            blocks += _card(card)
            plain.append(card.summary())
        options = next((reply.options for reply in reversed(speech.replies) if reply.options), [])
        messages = _messages(blocks, _buttons(options))
        if not messages:
            return []
        parcels: list[Parcel] = [
            {"text": _fallback(plain if place == 0 else []), "blocks": message}
            for place, message in enumerate(messages)
        ]
        if options:
            parcels[-1]["labels"] = _to_answer(options)
        return parcels

    def closed(self, prompt: Parcel, answer: str) -> tuple[str, list[Block]]:
        """An answered message without its buttons, as text and blocks.

        Args:
            prompt: The message as it was sent.
            answer: Id of what was chosen; anything else if it was answered in words.
        """
        label = prompt["labels"].get(answer)
        note = self._texts.chosen.format(label=label) if label else self._texts.closed
        kept = [block for block in prompt["blocks"] if block["type"] != "actions"]
        return prompt["text"], [*kept, _context(note)]


def sections(text: str) -> list[Block]:
    """Text of any length as sections."""
    pieces = split(text, SECTION, lambda piece: len(shown(piece)))
    return [{"type": "section", "text": _mrkdwn(shown(piece))} for piece in pieces]


def _card(card: Card) -> list[Block]:
    blocks: list[Block] = [
        {"type": "divider"},
        {"type": "header", "text": _plain(shorten(card.title, HEADER))},
    ]
    if card.verdict:
        blocks.append({"type": "section", "text": _mrkdwn(f"*{escaped(card.verdict)}*")})
    if card.figures:
        fields = [f"*{escaped(label)}*\n{escaped(value)}" for label, value in card.figures[:FIELDS]]
        blocks.append({"type": "section", "fields": [_mrkdwn(field[:FIELD]) for field in fields]})
    for heading, lines in card.sections:
        said = [f"・{line}" for line in lines] if heading else lines
        blocks += sections("\n".join(filter(None, [heading, *said])))
    return blocks + [_context(line) for line in card.small]


def _buttons(options: Options) -> list[Block]:
    elements = [
        {
            "type": "button",
            "text": _plain(shorten(option["label"], BUTTON)),
            "value": option["id"],
            "action_id": f"option{number}",
        }
        for number, option in enumerate(options)
    ]
    rows = [elements[at : at + BUTTONS] for at in range(0, len(elements), BUTTONS)]
    return [{"type": "actions", "elements": row} for row in rows]


def _to_answer(options: Options) -> dict[str, str]:
    """Labels by id, of buttons that go once one is pressed; none of buttons that stay."""
    if all(option["id"].removeprefix(COMMAND) in _LASTING for option in options):
        return {}
    return {option["id"]: option["label"] for option in options}


def _messages(blocks: list[Block], rows: list[Block]) -> list[list[Block]]:
    """Blocks in as few messages as fit; rows of buttons stay together, in the last."""
    messages: list[list[Block]] = []
    size = 0
    for group in [*([block] for block in blocks), *([rows] if rows else [])]:
        length = len(json.dumps(group, ensure_ascii=False))
        # One place is for the note that comes where the buttons were.
        if not messages or len(messages[-1]) + len(group) + 1 > BLOCKS or size + length > MESSAGE:
            messages.append([])
            size = 0
        messages[-1] += group
        size += length
    return messages


def _fallback(plain: list[str]) -> str:
    """What notifications and screen readers say."""
    return split("\n".join(plain) or "…", FALLBACK, lambda piece: len(escaped(piece)))[0]


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(escaped(text))]}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
