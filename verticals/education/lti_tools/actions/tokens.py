"""A tool asks for a token with what it signed, and calls with it (RFC 6749 4.4, RFC 7523)."""

import hashlib
from collections.abc import Mapping

from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from verticals.education.lti_tools import access, jose, policy, store
from verticals.education.lti_tools.actions import tools, trust
from verticals.education.lti_tools.errors import (
    BearerRefused,
    OAuthRefused,
    ScopeMissing,
    TokenInvalid,
)
from verticals.education.lti_tools.models import ACCESS_LIVES, SIGNED_LIVES, Access, Addresses

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JTI_MOST = 500


async def give_token(
    database: Database, at: Addresses, form: Mapping[str, str], *, secret: bytes, loopback: bool
) -> dict[str, object]:
    """The answer to a token request (RFC 6749 5.1). Raises `OAuthRefused`, whose `error` is the
    standard's word."""
    if form.get("grant_type") != "client_credentials":
        raise OAuthRefused("Ask by client_credentials.", error="unsupported_grant_type")
    if form.get("client_assertion_type") != ASSERTION:
        raise OAuthRefused("Sign who you are (private_key_jwt).", error="invalid_request")
    scopes = policy.check_scopes(form.get("scope", ""))
    try:
        told = await trust.read_signed(
            database,
            at.space,
            form.get("client_assertion", ""),
            audiences=(at.token,),
            lives=SIGNED_LIVES,
            loopback=loopback,
        )
    except (TokenInvalid, NotFound) as error:
        raise OAuthRefused(str(error.detail), error="invalid_client") from None
    claims, tool = told.claims, told.tool
    if claims.get("sub") != tool.client:
        raise OAuthRefused("It is not of who it should be (sub).", error="invalid_client")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= JTI_MOST:
        raise OAuthRefused("It has no number of its own (jti).", error="invalid_client")
    async with database.transaction(at.space, actor=trust.ACTOR) as tx:
        await store.delete_old_used(tx, tx.now - jose.LEEWAY)
        print = hashlib.sha256(jti.encode()).hexdigest()
        ends_at = tx.now + SIGNED_LIVES + 2 * jose.LEEWAY
        if not await store.use_once(tx, tool.id, print, ends_at):
            raise OAuthRefused("It was used already (jti).", error="invalid_client")
        until = int((tx.now + ACCESS_LIVES).timestamp())
    return {
        "access_token": access.sign_access(secret, at.space, tool.id, scopes, until),
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIVES.total_seconds()),
        "scope": " ".join(scopes),
    }


async def read_bearer(tx: Tx, at: Addresses, header: str, secret: bytes) -> Access:
    """Who calls, by the Authorization header (RFC 6750). Raises `BearerRefused`, also for a tool
    that is closed."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BearerRefused("Ask for a token, and send it with each call.")
    id, scopes = access.read_access(secret, at.space, token.strip(), tx.now)
    try:
        tool = await tools.find_open_tool(tx, id)
    except NotFound:
        raise BearerRefused("The school has closed this tool.") from None
    tx.actor = f"{trust.ACTOR}:{tool.id}"
    return Access(tool=tool, scopes=scopes)


def check_scope(access: Access, *wanted: str) -> None:
    """Raises `ScopeMissing` unless the token allows one of these."""
    if not set(wanted) & set(access.scopes):
        raise ScopeMissing("Ask for a token with the scope of this service.")
