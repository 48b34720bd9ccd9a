"""The statements of contracts."""

from uuid import UUID

from hub.contracts.models import Kept, Signature, SignContract
from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.labels.models import Contract
from hub.service_levels import Signed, Span

q = load_queries(__name__)


async def insert_contract(
    tx: Tx, id: UUID, contract: Contract, said: SignContract, language: str, document: bytes
) -> bool:
    """False when these clauses are signed already."""
    inserted = await tx.run(
        q.insert_contract,
        id=id,
        tenant=tx.tenant,
        service=contract.service,
        sha256=contract.sha256,
        language=language,
        content=contract,
        name=said.name.strip(),
        quality=said.quality.strip(),
        actor=tx.actor,
        document=document,
        now=tx.now,
    )
    return inserted == 1


async def list_signatures(tx: Tx, service: str) -> list[Signature]:
    return await tx.all(Signature, q.list_signatures, tenant=tx.tenant, service=service)


async def list_newest(tx: Tx) -> list[Signature]:
    return await tx.all(Signature, q.list_newest, tenant=tx.tenant)


async def list_options(tx: Tx, service: str, clause: str, span: Span) -> list[Signed]:
    return await tx.all(
        Signed,
        q.list_options,
        tenant=tx.tenant,
        service=service,
        clause=clause,
        after=span.since,
        before=span.until,
    )


async def find_contract(tx: Tx, id: UUID) -> Kept | None:
    return await tx.value(Kept, q.find_contract, id=id)


async def find_document(tx: Tx, id: UUID) -> bytes | None:
    return await tx.value(bytes, q.find_document, id=id)
