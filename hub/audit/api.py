"""The audit record for programs."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from hub.audit import actions
from hub.audit.models import AuditEntry, Verification
from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.errors import Forbidden

Before = Annotated[int, QueryParameter(ge=1, description="Only entries with a lower id")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


@get("/api/v1/audit-entries", opt=access(SIGNED_IN, acts=True), summary="Acts in my organisation")
async def list_my_entries(
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    before: Before = actions.NEWEST,
    limit: Limit = 50,
) -> list[AuditEntry]:
    """The newest acts in the caller's organisation, for its owners and managers."""
    if caller.tenant is None or caller.role not in {"owner", "manager"}:
        raise Forbidden("The record of acts is for owners and managers of an organisation.")
    return await actions.list_entries(tx, before=before, wanted=limit)


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
