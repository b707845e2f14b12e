"""Pages and panels of the console from their templates."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from bot.channels.services import Services
from bot.channels.staff.sheet import shown_time
from bot.channels.staff.texts import load_staff_texts
from bot.channels.templating import environment
from bot.channels.texts import load_texts
from bot.channels.web.rendering import TEMPLATES as WEB_TEMPLATES

TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, services: Services, **values: Any) -> str:
    """A page or a part of one; every value is escaped."""
    texts = {"texts": services.texts, "words": load_staff_texts()}
    return _templates().get_template(template).render(**texts, **services.desk, **values)


def part(template: str, **values: Any) -> Markup:
    """A part of a panel, to stand in it as it is: every value in it is escaped already."""
    html = _templates().get_template(template).render(texts=load_texts(), words=load_staff_texts(), **values)
    return Markup(html)  # noqa: S704


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    made = environment(TEMPLATES, WEB_TEMPLATES)
    made.filters["time"] = shown_time
    return made
