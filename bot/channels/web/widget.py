"""The widget: its modules, style and words as one file, put together once at the start."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from bot.channels.conversations import opening
from bot.channels.services import Services
from bot.channels.web.dependencies import within_limits

HERE = Path(__file__).parent / "widget"
# Each after those that it imports.
MODULES = ("dom", "api", "session", "card", "log", "chat", "panel", "element")

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./\w+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(/\*\*.*?\*/|//[^\n]*|/\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^\s+", re.MULTILINE)

router = APIRouter(dependencies=[Depends(within_limits)])


@dataclass(frozen=True)
class Widget:
    """The file as it is sent."""

    script: bytes

    @cached_property
    def compressed(self) -> bytes:
        """The same, packed."""
        return gzip.compress(self.script, 9, mtime=0)

    @cached_property
    def integrity(self) -> str:
        """What a page says in `integrity` to accept this very file only."""
        return f"sha384-{base64.b64encode(hashlib.sha384(self.script).digest()).decode()}"


def assemble(services: Services) -> Widget:
    """Put the file together. As a classic script it finds its own address, which modules cannot."""
    parts = [f"const SCRIPT = document.currentScript;\nconst STYLE = {_json(_lean(_read('widget.css')))};\n"]
    parts.append(f"const TEXTS = {_json(_texts(services))};\n")
    parts += [_lean(_EXPORT.sub("", _IMPORT.sub("", _read(f"{name}.js")))) for name in MODULES]
    return Widget(f'(() => {{\n"use strict";\n{"".join(parts)}}})();\n'.encode())


@router.get("/widget.js", include_in_schema=False)
async def widget_script(request: Request) -> Response:
    """The one file that a site embeds."""
    widget: Widget = request.app.state.widget
    tag = f'"{hashlib.sha256(widget.script).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": "no-cache",
        "ETag": tag,
        "Vary": "Accept-Encoding",
        # Also for sites that isolate themselves from other origins.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = widget.script
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = widget.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type="text/javascript; charset=utf-8")


def _texts(services: Services) -> dict[str, Any]:
    """The sentences that the widget says."""
    texts, settings = services.texts, services.settings
    first = opening(services.knowledge, settings.fiscal_year)
    return {
        "words": texts.words,
        "verdicts": texts.verdicts,
        "results": texts.results,
        "caps": texts.caps,
        "basis_kinds": texts.basis_kinds,
        "facts": {fact.id: fact.label for fact in services.knowledge.facts.values()},
        "desk": {"phone": services.desk["desk_phone"], "dialled": services.desk["desk_dialled"]},
        "opening": {"text": first.text, "options": first.options},
        "sheet_milliseconds": settings.sheet_minutes * 60_000,
    }


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _lean(source: str) -> str:
    """Without what only its author reads: no string of ours spans lines or looks like a comment."""
    return _INDENT.sub("", _COMMENT.sub("", source))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
