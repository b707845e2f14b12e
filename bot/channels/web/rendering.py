"""Pages from their templates."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from bot.channels.templating import environment

if TYPE_CHECKING:
    from bot.channels.services import Services

TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, services: Services, **values: Any) -> str:
    """A page from its template; in HTML every value is escaped."""
    return _templates().get_template(template).render(texts=services.texts, **services.desk, **values)


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    made = environment(TEMPLATES)
    made.filters["yen"] = lambda amount: f"{amount:,}"
    return made
