"""The chat page, its files, and the sentences that its script says."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles

from bot.channels.services import Services
from bot.channels.web.dependencies import ServicesDep, within_limits
from bot.channels.web.error_responses import described

HERE = Path(__file__).parent

router = APIRouter(dependencies=[Depends(within_limits)])


@router.get("/", response_class=HTMLResponse, responses=described(), tags=["pages"])
async def chat_page(services: ServicesDep) -> HTMLResponse:
    """The chat page for companies."""
    return HTMLResponse(rendered("chat.html", services, fiscal_year=services.settings.fiscal_year))


@router.get("/texts.json", include_in_schema=False)
async def page_texts(services: ServicesDep) -> JSONResponse:
    """The sentences that the page's script says."""
    texts = services.texts
    shown = {
        "page": texts.page,
        "verdicts": texts.verdicts,
        "results": texts.results,
        "caps": texts.caps,
        "facts": {fact.id: fact.label for fact in services.knowledge.facts.values()},
        "sheetMilliseconds": services.settings.sheet_minutes * 60_000,
    }
    return JSONResponse(shown, headers={"Cache-Control": "no-cache"})


def static_files() -> StaticFiles:
    """The page's own files."""
    return _Revalidated(directory=HERE / "static")


def rendered(template: str, services: Services, **values: Any) -> str:
    """A page from its template; every value is escaped."""
    return _templates().get_template(template).render(texts=services.texts, **services.desk, **values)


class _Revalidated(StaticFiles):
    """Files that a browser may keep, but asks about: a new release is seen at once."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
