"""What routes ask for: the services, a permitted caller, a request within the limits.

All are `async` although they wait for nothing: FastAPI would run each of the others in a thread.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.channels.errors import ChannelError, Code
from bot.channels.limits import Limit
from bot.channels.services import Services
from bot.channels.tokens import Signer, TokenExpiredError, TokenInvalidError

_bearer = HTTPBearer(auto_error=False, description="The token of the conversation.")


async def services_of(request: Request) -> Services:
    """The services of the app that serves the request."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


async def permitted(id: str, services: ServicesDep, credentials: Credentials) -> str:
    """The conversation's id, if the caller holds its token."""
    if credentials is None:
        raise ChannelError(Code.token_missing)
    return _checked(services.bearer, credentials.credentials, id)


async def permitted_to_see_sheet(
    id: str,
    services: ServicesDep,
    credentials: Credentials,
    token: Annotated[str | None, Query(description="From `sheet_url`; good for a short time.")] = None,
) -> str:
    """The conversation's id, if the caller holds its token or a link to its sheet."""
    if token is not None:
        return _checked(services.sheet_links, token, id)
    return await permitted(id, services, credentials)


async def within_limits(request: Request, services: ServicesDep) -> None:
    """Let the request through, unless its address sends too many."""
    await take(request, services, Limit("requests", services.settings.requests_per_minute, 60))


async def take(request: Request, services: Services, limit: Limit) -> None:
    """Count one more for the request's address."""
    address = request.client.host if request.client else "-"
    wait = await services.limiter.take(limit, address)
    if wait:
        raise ChannelError(Code.too_many, retry_after=wait, seconds=wait)


Permitted = Annotated[str, Depends(permitted)]
PermittedToSeeSheet = Annotated[str, Depends(permitted_to_see_sheet)]


def _checked(signer: Signer, token: str, conversation: str) -> str:
    try:
        subject = signer.read(token)
    except TokenInvalidError:
        raise ChannelError(Code.token_invalid) from None
    except TokenExpiredError:
        raise ChannelError(Code.token_expired) from None
    if subject != conversation:
        raise ChannelError(Code.token_of_another)
    return subject
