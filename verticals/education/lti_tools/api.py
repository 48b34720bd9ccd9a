"""What tools ask of a school's platform before anything else: its keys, and a token. They speak the
standards' own language and errors (RFC 7517, RFC 6749), so they are described by these."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.db import Database
from hub.core.pages import AnyRequest
from hub.core.settings import Settings
from verticals.education.lti_tools.actions import keys, tokens, trust
from verticals.education.lti_tools.errors import OAuthRefused, ToolUnknown
from verticals.education.lti_tools.models import Addresses

BASE = "/api/lti/{space:int}"
JSON = "application/json"
# RFC 6749 5.1: nobody keeps an answer that holds a token.
NOT_KEPT = {"cache-control": "no-store", "pragma": "no-cache"}


@get(BASE + "/jwks", opt=access(ANYBODY), include_in_schema=False)
async def show_keys(request: AnyRequest, space: FromPath[int]) -> Response[bytes]:
    """The public keys of a school, as a JWK Set."""
    database: Database = request.app.state.database
    async with database.transaction(check_space(space), actor=trust.ACTOR) as tx:
        found = await keys.list_public(tx)
    headers = {"cache-control": "public, max-age=60"}
    return Response(msgspec.json.encode(found), media_type=JSON, headers=headers)


@post(BASE + "/token", opt=access(ANYBODY, writes=False), include_in_schema=False)
async def give_token(request: AnyRequest, space: FromPath[int]) -> Response[bytes]:
    """A token for a tool that signs who it is."""
    settings: Settings = request.app.state.settings
    form = {name: str(value) for name, value in (await request.form()).items()}
    at = Addresses(site=settings.public_url, space=check_space(space))
    try:
        answer: dict[str, Any] = await tokens.give_token(
            request.app.state.database,
            at,
            form,
            secret=settings.secret_key,
            loopback=settings.allow_loopback,
        )
    except OAuthRefused as error:
        word = error.extra["error"]
        answer = {"error": word, "error_description": str(error.detail)}
        return _answer(answer, 401 if word == "invalid_client" else 400)
    return _answer(answer, 200)


def check_space(space: int) -> int:
    """The number of an organisation. Raises `ToolUnknown`."""
    if not 0 < space < 2**31:
        raise ToolUnknown()
    return space


def _answer(answer: dict[str, Any], status: int) -> Response[bytes]:
    body = msgspec.json.encode(answer)
    return Response(body, status_code=status, media_type=JSON, headers=NOT_KEPT)


handlers = (show_keys, give_token)
