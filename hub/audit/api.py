"""The audit record for programs."""

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from hub.audit import actions, own_chain
from hub.audit.models import AuditEntry, Verification
from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.errors import Forbidden

Before = Annotated[int, QueryParameter(ge=1, description="Only entries with a lower id")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
After = Annotated[int, QueryParameter(ge=0, description="Only links with a higher number")]
ChainLimit = Annotated[int, QueryParameter(ge=1, le=own_chain.PAGE)]


@get("/api/v1/audit-entries", opt=access(SIGNED_IN, acts=True), summary="Acts in my organisation")
async def list_my_entries(
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    before: Before = actions.NEWEST,
    limit: Limit = 50,
) -> list[AuditEntry]:
    """The newest acts in the caller's organisation, for its owners and managers."""
    _check_may_read(caller)
    return await actions.list_entries(tx, before=before, wanted=limit)


def _check_may_read(caller: Caller) -> None:
    if caller.tenant is None or caller.role not in {"owner", "manager"}:
        raise Forbidden("The record of acts is for owners and managers of an organisation.")


@get(
    "/api/v1/audit-chain",
    opt=access(SIGNED_IN, acts=True),
    summary="The chain of acts in my organisation",
    media_type=own_chain.MEDIA_TYPE,
)
async def take_my_chain(
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    after: After = 0,
    limit: ChainLimit = own_chain.PAGE,
) -> Response[bytes]:
    """Every act word for word, each sealed by the link before it, a JSON line a link. Pages one
    after the other, `after` the last number, are the file that `hub audit check` verifies without
    this hub; an empty page is the end. For owners and managers."""
    _check_may_read(caller)
    page = await own_chain.write_page(tx, after=after, wanted=limit)
    return Response(page, media_type=own_chain.MEDIA_TYPE)


@get("/api/v1/operator/audit-entries", opt=access("operator"), summary="Acts in all tenants")
async def list_entries_of_all(
    tx: NamedDependency[Tx], before: Before = actions.NEWEST, limit: Limit = 50
) -> list[AuditEntry]:
    """The newest acts over all tenants."""
    return await actions.list_entries_of_all(tx, before=before, wanted=limit)


@get(
    "/api/v1/operator/audit-verification",
    opt=access("operator"),
    summary="Verify the chain of the audit record",
)
async def verify_chain(tx: NamedDependency[Tx]) -> Verification:
    """Walk the whole chain; `broken_at` names the first entry that does not match its link."""
    return await actions.verify_chain(tx)
