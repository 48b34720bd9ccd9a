"""Read the clauses of a service, sign them for an organisation, and take the contract away."""

import asyncio
import hashlib
from uuid import UUID

from msgspec import json, structs

from hub import audit, service_levels, tenancy
from hub.contracts import store
from hub.contracts.errors import ContractInvalid, ContractUnknown, SignerNotAllowed
from hub.contracts.models import Document, Line, Seal, Shown, Signature, SignContract
from hub.core.db import Database, Tx
from hub.core.i18n import catalogue
from hub.core.pages import format_instant
from hub.core.settings import Settings
from hub.labels import actions as labels
from hub.labels import signing
from hub.labels.contracts import draw_contract, find_contract
from hub.labels.models import Contract
from hub.service_levels import Signed, Span

SIGNERS = frozenset({"owner", "manager"})
NAME_LETTERS, QUALITY_LETTERS = 200, 100
WORDS = {
    "title": "Signature du client",
    "for": "Pour",
    "by": "Signé par",
    "quality": "En qualité de",
    "at": "Le",
}


async def list_lines(tx: Tx, language: str) -> list[Line]:
    """Every service that has clauses, and where its contract with this organisation stands."""
    newest = {one.service: one for one in await store.list_newest(tx)}
    found = [await find_contract(tx, one.code, language) for one in await labels.list_services(tx)]
    return [_line(one, newest.get(one.service)) for one in found if one.clauses]


async def show(tx: Tx, service: str, language: str) -> Shown:
    """The clauses of now, and what was signed. Raises `NotFound`."""
    contract = await find_contract(tx, service, language)
    signed = await store.list_signatures(tx, service)
    now = next((one for one in signed if one.sha256 == contract.sha256), None)
    newest = signed[0] if signed else None
    months = [one for one in await service_levels.list_months(tx) if one.service == service]
    return Shown(
        contract=contract,
        line=_line(contract, now or newest),
        signed=tuple(signed),
        months=tuple(months),
    )


def _line(contract: Contract, signature: Signature | None) -> Line:
    same = signature is not None and signature.sha256 == contract.sha256
    return Line(
        service=contract.service,
        title=contract.title,
        provider=contract.provider,
        state="signed" if same else "changed" if signature else "none",
        signature=signature,
    )


async def sign(
    tx: Tx, service: str, said: SignContract, *, role: str | None, language: str
) -> Signature:
    """Sign the clauses that were shown, in the language in which they were read; signing the same
    again gives back what is there.

    Raises `SignerNotAllowed`, `ContractInvalid`, `NotFound`.
    """
    if role not in SIGNERS:
        raise SignerNotAllowed("Ask an owner or a manager of your organisation.")
    contract = await find_contract(tx, service, language)
    _check(said, contract)
    document = await _draw(tx, contract, said, language)
    id = tx.uuid()
    if await store.insert_contract(tx, id, contract, said, language, document):
        await audit.record(
            tx,
            action="contract.signed",
            subject=f"contract:{id}",
            detail={"service": service, "clauses": contract.sha256},
        )
    signed = await store.list_signatures(tx, service)
    return next(one for one in signed if one.sha256 == contract.sha256)


def _check(said: SignContract, contract: Contract) -> None:
    if not contract.clauses or said.shown_sha256 != contract.sha256:
        raise ContractInvalid("Nothing was signed. Read the clauses of now, then sign them.")
    if not 1 <= len(said.name.strip()) <= NAME_LETTERS:
        raise ContractInvalid("Type your first and last name.", field="name")
    if not 1 <= len(said.quality.strip()) <= QUALITY_LETTERS:
        raise ContractInvalid("Say in which capacity you sign.", field="quality")
    if not said.read:
        raise ContractInvalid("Tick that you have read the clauses.", field="read")


async def _draw(tx: Tx, contract: Contract, said: SignContract, language: str) -> bytes:
    words = catalogue(language)
    organisation = await tenancy.find_organisation(tx)
    signature = (
        (words.gettext(WORDS["for"]), organisation.name),
        (words.gettext(WORDS["by"]), said.name.strip()),
        (words.gettext(WORDS["quality"]), said.quality.strip()),
        (words.gettext(WORDS["at"]), format_instant(tx.now, language)),
    )
    title = words.gettext(WORDS["title"])
    return await asyncio.to_thread(
        draw_contract, contract, language, tx.now, signed_title=title, signed=signature
    )


async def list_options(
    database: Database, client: int, service: str, clause: str, span: Span
) -> list[Signed]:
    """The options of a clause in what an organisation signed, in force at some time of a span."""
    async with database.transaction(client) as tx:
        return await store.list_options(tx, service, clause, span)


async def find_document(tx: Tx, id: UUID) -> bytes:
    """The paper as it was signed. Raises `ContractUnknown`."""
    found = await store.find_document(tx, id)
    if found is None:
        raise ContractUnknown()
    return found


async def find_data(tx: Tx, id: UUID, settings: Settings) -> Document:
    """The same for machines, sealed by this hub. Raises `ContractUnknown`."""
    found = await store.find_contract(tx, id)
    if found is None:
        raise ContractUnknown()
    organisation = await tenancy.find_organisation(tx)
    document = Document(
        organisation=organisation.id,
        organisation_name=organisation.name,
        language=found.language,
        contract=found.content,
        signature=found.signature,
    )
    key = signing.signing_key(settings.secret_key)
    return structs.replace(document, seal=signing.sign(key, _seal(document, settings.public_url)))


def _seal(document: Document, issuer: str) -> Seal:
    said = {name: value for name, value in structs.asdict(document).items() if name != "seal"}
    signature = document.signature
    return Seal(
        iss=issuer,
        sub=signature.service,
        organisation=document.organisation,
        contract=str(signature.id),
        clauses_sha256=signature.sha256,
        document_sha256=signature.document_hash,
        data_sha256=hashlib.sha256(json.encode(said, order="sorted")).hexdigest(),
        signed_at=signature.signed_at.isoformat(),
    )
