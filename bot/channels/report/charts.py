"""Charts as SVG within a page: text stays text, and nothing in it breaks the page's security policy."""

from __future__ import annotations

import io
import logging
import re
import warnings
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

import matplotlib

matplotlib.use("svg")

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from collections.abc import Sequence

FONTS = ["Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "sans-serif"]
COLOURS = ("#0017c1", "#b78f00", "#767676")
"""By series; told apart in greys too, and each at least 3 to 1 on white."""
HATCHES = ("", "//", "..")
MOST_BARS = 15
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r'(?:url\(|href=")#([\w-]+)')
_INCHES, _BAR_INCHES, _LABEL_SHARE = 7.2, 0.3, 0.36
_FONT = re.compile(r"(?:\S+ )*?(?P<size>[\d.]+px) (?P<family>.+)")
_LABEL_LENGTH = 20
_POINTS = 9
_CHARACTER = _POINTS / 72 / _INCHES
"""Width of a character, as a share of the drawing's."""

# The reader's machine has the fonts: here they need not be.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


def bars(labels: Sequence[str], series: Sequence[Sequence[float]], names: Sequence[str], title: str) -> str:
    """Horizontal bars, the first on top.

    Args:
        labels: Of the bars; only the first `MOST_BARS` are drawn, the table has all.
        series: Values, one sequence a series, stacked side by side.
        names: Of the series; shown where there are several.
        title: For who cannot see it.
    """
    labels, series = labels[:MOST_BARS], [values[:MOST_BARS] for values in series]
    figure = Figure(figsize=(_INCHES, 0.8 + _BAR_INCHES * len(labels) * max(1, len(series) * 0.7)))
    axes = figure.add_axes(
        (_LABEL_SHARE, 0.5 / figure.get_figheight(), 0.95 - _LABEL_SHARE, 1 - 0.8 / figure.get_figheight())
    )
    thick = 0.8 / len(series)
    for place, values in enumerate(series):
        ys = [row + thick * (place - (len(series) - 1) / 2) for row in range(len(labels))]
        drawn = axes.barh(
            ys,
            values,
            height=thick,
            color=COLOURS[place],
            hatch=HATCHES[place],
            edgecolor="white",
            linewidth=0,
        )
        axes.bar_label(drawn, [f"{value:,.0f}" for value in values], padding=2, fontsize=_POINTS)
    axes.set_yticks(range(len(labels)), [_short(label) for label in labels])
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    _tidy(axes)
    if len(series) > 1:
        _legend(figure, names)
    return _svg(figure, title)


def columns(labels: Sequence[str], values: Sequence[float], title: str) -> str:
    """Upright bars in a natural order, such as days; labels are thinned where they are many."""
    figure = Figure(figsize=(_INCHES, 2.4))
    axes = figure.add_axes((0.08, 0.16, 0.9, 0.76))
    axes.bar(range(len(values)), values, color=COLOURS[0], width=0.85)
    step = max(1, -(-len(labels) // 8))
    axes.set_xticks(range(0, len(labels), step), labels[::step])
    _tidy(axes)
    axes.xaxis.set_ticks_position("none")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    return _svg(figure, title)


def _legend(figure: Figure, names: Sequence[str]) -> None:
    """Names in a row, in the order of the bars; measured by characters, since the font is the reader's."""
    at, top = _LABEL_SHARE, 1 - 0.18 / figure.get_figheight()
    for colour, name in zip(COLOURS, names, strict=False):
        figure.text(at, top, "■", color=colour, fontsize=_POINTS)
        figure.text(at + 1.5 * _CHARACTER, top, name, fontsize=_POINTS)
        at += (len(name) + 3) * _CHARACTER


def _tidy(axes: matplotlib.axes.Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=_POINTS, length=0)


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_LENGTH else label[: _LABEL_LENGTH - 1] + "…"


def _svg(figure: Figure, title: str) -> str:
    FigureCanvasSVG(figure)
    written = io.StringIO()
    settings = {"svg.fonttype": "none", "font.family": FONTS, "svg.hashsalt": title}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # A glyph that this machine lacks is drawn by the reader's.
        warnings.simplefilter("ignore", UserWarning)
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return _for_a_page(written.getvalue(), title)


def _for_a_page(svg: str, title: str) -> str:
    """The drawing without styles, which the policy forbids, and with ids that no other chart has."""
    Xml.register_namespace("", _SVG)
    Xml.register_namespace("xlink", _XLINK)
    root = Xml.fromstring(svg)  # noqa: S314 - our own drawing
    for element in list(root.iter()):
        for child in list(element):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                element.remove(child)
        element.attrib.update(_attributes(element.attrib.pop("style", "")))
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    # What the removed style sheet said of every line.
    root.attrib.update({"role": "img", "aria-label": title, "class": "chart", "stroke-linejoin": "round"})
    drawing = Xml.tostring(root, encoding="unicode")
    used = set(_REFERENCE.findall(drawing))
    own = f"c{zlib.crc32(title.encode()):x}-"
    drawing = re.sub(r' id="([^"]+)"', lambda m: f' id="{own}{m[1]}"' if m[1] in used else "", drawing)
    return _REFERENCE.sub(lambda m: m[0].replace(f"#{m[1]}", f"#{own}{m[1]}"), drawing)


def _attributes(style: str) -> dict[str, str]:
    """A style as presentation attributes."""
    found: dict[str, str] = {}
    for declaration in filter(None, (part.strip() for part in style.split(";"))):
        name, value = (part.strip() for part in declaration.split(":", 1))
        font = _FONT.fullmatch(value) if name == "font" else None
        if font:
            found |= {"font-size": font["size"], "font-family": font["family"]}
        else:
            found[name] = value
    return found
