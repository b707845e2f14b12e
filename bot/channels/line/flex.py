"""Cards as Flex bubbles, in carousels within LINE's limits."""

from __future__ import annotations

import json
from typing import Any

from bot.channels.inbox.cards import Card
from bot.channels.inbox.splitting import shorten, utf16
from bot.channels.inbox.texts import InboxTexts
from bot.channels.line.data import postback_data

BUBBLES, CAROUSEL_BYTES = 12, 50_000
ALT_TEXT = 1500
LABEL, DISPLAY_TEXT = 20, 300
_LINE = 500
_COLOURS = {"likely": "#0017C1", "unclear": "#7A4A00", "unlikely": "#4D4D4D", "desk": "#1A1A1A"}
_SMALL = "#4D4D4D"

Part = dict[str, Any]


def flex_messages(cards: list[Card], texts: InboxTexts, dialled: str) -> list[Part]:
    """Flex messages that show the cards.

    Args:
        cards: Programmes and the desk.
        texts: Words of the buttons.
        dialled: The desk's number as it is dialled; empty if it cannot be.
    """
    bubbles = [_bubble(card, texts, dialled) for card in cards]
    messages: list[Part] = []
    for start, group in _groups(bubbles):
        summary = "\n".join(card.summary() for card in cards[start : start + len(group)])
        contents = group[0] if len(group) == 1 else {"type": "carousel", "contents": group}
        alt_text = shorten(f"{texts.card['advice']}\n{summary}", ALT_TEXT, utf16)
        messages.append({"type": "flex", "altText": alt_text, "contents": contents})
    return messages


def _groups(bubbles: list[Part]) -> list[tuple[int, list[Part]]]:
    """Bubbles in as few carousels as fit, each with the place of its first."""
    groups: list[tuple[int, list[Part]]] = []
    size = 0
    for place, bubble in enumerate(bubbles):
        length = len(json.dumps(bubble).encode()) + 2
        if not groups or len(groups[-1][1]) == BUBBLES or size + length > CAROUSEL_BYTES - 100:
            groups.append((place, []))
            size = 0
        groups[-1][1].append(bubble)
        size += length
    return groups


def _bubble(card: Card, texts: InboxTexts, dialled: str) -> Part:
    body = [_text(card.title, weight="bold", size="lg", color=_COLOURS[card.kind])]
    if card.verdict:
        body.append(_text(card.verdict, weight="bold"))
    body += [_figure(label, value) for label, value in card.figures]
    for heading, lines in card.sections:
        body.append({"type": "separator", "margin": "md"})
        if heading:
            body.append(_text(heading, weight="bold", size="sm"))
        body += [_text(f"・{line}" if heading else line, size="sm") for line in lines]
    body += [_text(line, size="xs", color=_SMALL) for line in card.small]
    return {
        "type": "bubble",
        "size": "mega",
        "body": {"type": "box", "layout": "vertical", "spacing": "sm", "contents": body},
        "footer": {"type": "box", "layout": "vertical", "contents": [_button(card, texts, dialled)]},
    }


def _button(card: Card, texts: InboxTexts, dialled: str) -> Part:
    if card.kind == "desk" and dialled:
        action = {"type": "uri", "label": texts.card["call"], "uri": f"tel:{dialled.replace('-', '')}"}
    else:
        action = postback(texts.buttons("sheet")[0])
    return {"type": "button", "style": "link", "height": "sm", "action": action}


def postback(option: dict[str, str], label: str | None = None) -> Part:
    """The action of an option's button; what it shows in the talk is the whole label."""
    return {
        "type": "postback",
        "label": shorten(label or option["label"], LABEL, utf16),
        "data": postback_data(option["id"]),
        "displayText": shorten(option["label"], DISPLAY_TEXT, utf16),
    }


def _figure(label: str, value: str) -> Part:
    return {
        "type": "box",
        "layout": "vertical",
        "contents": [_text(label, size="xs", color=_SMALL), _text(value, size="md", weight="bold")],
    }


def _text(text: str, **style: str) -> Part:
    return {"type": "text", "text": shorten(text, _LINE, utf16), "wrap": True, **style}
