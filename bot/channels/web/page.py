"""The pages that are read: home, the programmes, and what is said about the site itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from bot.channels.errors import ChannelError, Code
from bot.channels.services import Services
from bot.channels.web.dependencies import ServicesDep, within_limits
from bot.channels.web.error_responses import described
from bot.channels.web.footnotes import Footnotes
from bot.channels.web.rendering import rendered
from bot.channels.web.wording import Wording
from knowledge import YearError

HERE = Path(__file__).parent
FiscalYear = Annotated[int | None, Query(description="Default: the year of the installation.")]

router = APIRouter(
    dependencies=[Depends(within_limits)],
    default_response_class=HTMLResponse,
    responses=described(),
    tags=["pages"],
)


@router.get("/")
async def home(services: ServicesDep) -> HTMLResponse:
    """What this is, and the conversation."""
    return _page("home.html", services, None)


@router.get("/programs", include_in_schema=False)
async def programs(services: ServicesDep, fiscal_year: FiscalYear = None) -> HTMLResponse:
    """All programmes of a fiscal year."""
    return _page("programs.html", services, fiscal_year)


@router.get("/programs/{id}", include_in_schema=False)
async def program(id: str, services: ServicesDep, fiscal_year: FiscalYear = None) -> HTMLResponse:
    """One programme, or the desk, with the source of every line."""
    found = next((p for p in _year(services, fiscal_year)["programs"] if p["id"] == id), None)
    if found is None:
        raise ChannelError(Code.not_found)
    template = "desk.html" if id == services.knowledge.desk.id else "program.html"
    return _page(template, services, fiscal_year, p=found, notes=Footnotes())


@router.get("/accessibility", include_in_schema=False)
async def accessibility(services: ServicesDep) -> HTMLResponse:
    """How far everybody can use the site."""
    return _page("accessibility.html", services, None)


@router.get("/privacy", include_in_schema=False)
async def privacy(services: ServicesDep) -> HTMLResponse:
    """What is recorded, for how long, and how to delete it."""
    settings = services.settings
    days = {"retention_days": settings.retention_days, "case_days": settings.case_retention_days}
    return _page("privacy.html", services, None, **days)


@router.get("/embed", include_in_schema=False)
async def embed(request: Request, services: ServicesDep) -> HTMLResponse:
    """How another site takes the widget in."""
    address = str(request.base_url).rstrip("/")
    return _page("embed.html", services, None, address=address, widget=request.app.state.widget)


def static_files() -> StaticFiles:
    """The pages' own files."""
    return RevalidatedFiles(directory=HERE / "static")


def _page(template: str, services: Services, fiscal_year: int | None, **values: Any) -> HTMLResponse:
    year = _year(services, fiscal_year)
    wording = Wording(services.knowledge, services.texts, year["fiscal_year"])
    default = services.settings.fiscal_year
    return HTMLResponse(
        rendered(template, services, year=year, year_default=default, wording=wording, **values)
    )


def _year(services: Services, fiscal_year: int | None) -> dict[str, Any]:
    try:
        return services.knowledge.to_json(
            services.settings.fiscal_year if fiscal_year is None else fiscal_year
        )
    except YearError as error:
        raise ChannelError(Code.year_unknown, reason=str(error)) from error


class RevalidatedFiles(StaticFiles):
    """Files that a browser may keep, but asks about: a new release is seen at once."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """A file, to be asked about each time."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
