"""The text of a PDF that Chromium printed, and its tags. Reads what Chromium writes, not every PDF."""

from __future__ import annotations

import re
import unicodedata
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\r?\n(.*?)\r?\nendobj", re.DOTALL)
_STREAM = re.compile(rb"/Length (\d+).*?>>\s*stream\r?\n", re.DOTALL)
_FONT_NAME = re.compile(rb"/(F\d+) (\d+) 0 R")
_TO_UNICODE = re.compile(rb"/ToUnicode (\d+) 0 R")
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")
# What a reader is to say instead of a glyph; the glyph itself stands beside it.
_ACTUAL = re.compile(rb"/ActualText\s*<[^>]*>")

# One glyph of the font stands for several characters, and the file names another one of them.
_SAME_GLYPH = str.maketrans({"\u2027": "・", "\u301c": "~", "\u2215": "/"})


class Pdf:
    """A printed file."""

    def __init__(self, content: bytes) -> None:
        self._objects = {int(number): body for number, body in _OBJECT.findall(content)}
        every = b"".join(self._objects.values())
        names = {name: int(number) for name, number in _FONT_NAME.findall(every)}
        self._fonts = {name: self._letters(number) for name, number in names.items()}
        # Digits of a glyph: fonts that are drawn (Type 3) have at most 256.
        self._widths = {name: 2 if b"/Type3" in self._objects[n] else 4 for name, n in names.items()}
        self.pages = len(re.findall(rb"/Type /Page\b", every))
        self.language = (re.findall(rb"/Lang \(([^)]*)\)", every) or [b""])[0].decode()
        self.tagged = b"/Marked true" in every and b"/StructTreeRoot" in every
        self.headings = len(re.findall(rb"/S /H[1-6]\b", every))
        self.table_headers = len(re.findall(rb"/S /TH\b", every))
        self.box = tuple(
            round(float(n)) for n in re.findall(rb"/MediaBox \[([^\]]*)\]", every)[0].split()[2:]
        )

    @property
    def text(self) -> str:
        """All that is written, without spaces and line breaks."""
        written = []
        for body in self._objects.values():
            stream = _STREAM.search(body)
            if stream is None or b" Tf" not in (content := _unpacked(body, stream)):
                continue
            letters: dict[int, str] = {}
            width = 2
            for name, glyphs in _SHOWN.findall(_ACTUAL.sub(b"", content)):
                if name:
                    letters, width = self._fonts[name], self._widths[name]
                    continue
                codes = [int(glyphs[place : place + width], 16) for place in range(0, len(glyphs), width)]
                written += [letters.get(code, "") for code in codes]
        return "".join("".join(written).split())

    def _letters(self, font: int) -> dict[int, str]:
        """What each glyph of a font stands for."""
        found = _TO_UNICODE.search(self._objects[font])
        if found is None:
            return {}
        body = self._objects[int(found[1])]
        stream = _STREAM.search(body)
        assert stream is not None
        table = _unpacked(body, stream)
        letters = {}
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
            for code, letter in re.findall(rb"<(\w+)> <(\w+)>", block):
                letters[int(code, 16)] = _decoded(letter)
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
            for first, last, letter in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", block):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    letters[int(first, 16) + step] = chr(int(letter, 16) + step)
        return letters


def _unpacked(body: bytes, stream: re.Match[bytes]) -> bytes:
    content = body[stream.end() : stream.end() + int(stream[1])]
    return zlib.decompress(content) if b"/FlateDecode" in body[: stream.end()] else content


def _decoded(letter: bytes) -> str:
    return bytes.fromhex(letter.decode()).decode("utf-16-be")


def flat(words: str) -> str:
    """As it can be compared: without spaces, variants of a character alike."""
    return "".join(unicodedata.normalize("NFKC", words).translate(_SAME_GLYPH).split())
