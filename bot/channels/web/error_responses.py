"""Errors as HTTP answers, for the handlers and for the description of the API."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount

from bot.channels.errors import STATUS, ChannelError, Code
from bot.channels.services import Services
from bot.channels.web.rendering import rendered
from bot.channels.web.schemas import ErrorBody

_FASTAPI_S_OWN = "HTTPValidationError"
_ERROR_BODY = {"$ref": f"#/components/schemas/{ErrorBody.__name__}"}
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_BY_STATUS = {404: Code.not_found, 405: Code.method_not_allowed, 413: Code.body_too_large}


def described(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """What a route says in `/openapi.json` about the errors that it can answer with."""
    statuses: dict[int | str, dict[str, Any]] = {}
    # Any request can be refused for these.
    for code in (Code.malformed, Code.too_many, Code.internal, *codes):
        entry = statuses.setdefault(STATUS[code], {"model": ErrorBody, "description": ""})
        entry["description"] = ", ".join(filter(None, [entry["description"], code.value]))
    return statuses


def describe(app: FastAPI) -> None:
    """Make the description true where FastAPI's own is not.

    It adds a 422 of its own, which we answer as 400, and takes the errors of a page for pages.
    """
    schema = app.openapi()
    for operations in schema["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            if _FASTAPI_S_OWN in str(responses.get("422")):
                del responses["422"]
            for status, response in responses.items():
                if status >= "400" and "application/json" not in response["content"]:
                    response["content"] = {"application/json": {"schema": _ERROR_BODY}}
    for name in (_FASTAPI_S_OWN, "ValidationError"):
        schema["components"]["schemas"].pop(name, None)


def error_response(error: ChannelError, services: Services, **more: object) -> JSONResponse:
    """The answer that tells a person about an error."""
    services.observer.errors.labels(error.code.value).inc()
    message = services.texts.error(error, services.desk)
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"error": {"code": error.code.value, "message": message, **more}}
    return JSONResponse(body, status_code=error.status, headers=headers)


def add_handlers(app: FastAPI, services: Services) -> None:
    """Let every error leave the app in the same form."""

    @app.exception_handler(ChannelError)
    async def _channel(request: Request, error: ChannelError) -> Response:
        return _for_reader(request, error, services)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(_error_of(error), services)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        code = _BY_STATUS.get(error.status_code, Code.malformed)
        response = _for_reader(request, ChannelError(code, field="body"), services)
        response.headers.update(error.headers or {})
        if code is Code.method_not_allowed:
            response.headers["Allow"] = ", ".join(_methods_at(app, request))
        return response


def _methods_at(app: FastAPI, request: Request) -> list[str]:
    """All methods of the address: Starlette names those of the first route only."""
    if any(isinstance(route, Mount) and _reaches(route, request, "GET") for route in app.routes):
        return ["GET", "HEAD"]  # Only files are mounted.
    return [method for method in _METHODS if any(_reaches(route, request, method) for route in app.routes)]


def _reaches(route: BaseRoute, request: Request, method: str) -> bool:
    return route.matches({**request.scope, "method": method})[0] is Match.FULL


def _for_reader(request: Request, error: ChannelError, services: Services) -> Response:
    """The answer as a page where a person opened an address, else as JSON."""
    answer = error_response(error, services)
    if "text/html" not in request.headers.get("accept", ""):
        return answer
    page = rendered("error.html", services, message=services.texts.error(error, services.desk))
    kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
    return HTMLResponse(page, status_code=error.status, headers=kept)


def _error_of(error: RequestValidationError) -> ChannelError:
    """The one thing to tell about a body or parameter that is not of the described form."""
    faults = {(item["type"], str(item["loc"][-1])): item for item in error.errors()}
    if ("string_too_short", "text") in faults:
        return ChannelError(Code.text_empty)
    if ("string_pattern_mismatch", "choice") in faults:
        return ChannelError(Code.choice_unknown)
    too_long = faults.get(("string_too_long", "comment"))
    if too_long is not None:
        limit = too_long["ctx"]["max_length"]
        return ChannelError(Code.text_too_long, limit=limit, length=len(too_long["input"]))
    places = {
        ".".join(str(part) for part in item["loc"] if not isinstance(part, int)) for item in faults.values()
    }
    # Only names of the description are said back, no key that the sender made up.
    return ChannelError(Code.malformed, field=min(places, default="body")[:80])
