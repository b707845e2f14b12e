"""The knowledge and its engine over HTTP, without a conversation."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from bot.channels.advice import Advice
from bot.channels.conversations import today
from bot.channels.errors import ChannelError, Code
from bot.channels.web.dependencies import ServicesDep, within_limits
from bot.channels.web.error_responses import described
from bot.channels.web.schemas import AssessBody
from knowledge import FactsError, YearError, assess

router = APIRouter(prefix="/api", dependencies=[Depends(within_limits)], tags=["knowledge"])


@router.post(
    "/assess",
    responses={
        200: {"model": Advice},
        **described(Code.body_too_large, Code.fact_invalid, Code.year_unknown),
    },
)
async def assess_facts(body: AssessBody, services: ServicesDep) -> JSONResponse:
    """Say what facts mean. An absent fact is unknown: it is never false, never zero."""
    fiscal_year = services.settings.fiscal_year if body.fiscal_year is None else body.fiscal_year
    try:
        advice = await run_in_threadpool(assess, body.facts, fiscal_year, body.as_of or today())
    except FactsError as error:
        raise ChannelError(Code.fact_invalid, reason=str(error)) from error
    except YearError as error:
        raise ChannelError(Code.year_unknown, reason=str(error)) from error
    return JSONResponse(advice.to_json())


@router.get("/programs", responses=described(Code.year_unknown))
async def read_programs(
    services: ServicesDep,
    fiscal_year: Annotated[int | None, Query(description="Default: the year of the installation.")] = None,
) -> dict[str, Any]:
    """All programmes of a fiscal year with conditions, figures and the source of each."""
    try:
        return services.knowledge.to_json(
            services.settings.fiscal_year if fiscal_year is None else fiscal_year
        )
    except YearError as error:
        raise ChannelError(Code.year_unknown, reason=str(error)) from error
