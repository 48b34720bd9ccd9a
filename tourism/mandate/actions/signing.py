"""Write the contract of a house from data, and sign it."""

from collections.abc import Sequence
from uuid import UUID

from hub import agreements, audit, tenancy
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.core.settings import Settings
from tourism import lodging
from tourism.lodging import Property
from tourism.mandate import store
from tourism.mandate.actions.letters import write_to_owners
from tourism.mandate.actions.wording import write_text
from tourism.mandate.errors import AgentUnknown, MandateMissing, TextChanged
from tourism.mandate.models import (
    AGREEMENT,
    Draft,
    Mandate,
    MandateFacts,
    Revision,
    SignMandate,
    Standing,
    State,
)
from tourism.mandate.policy import standing

INVENTED = "organisation inventée de la démonstration, sans existence juridique"
REPLACED = "remplacé par une nouvelle signature"


async def prepare_mandate(
    tx: Tx,
    reader: Reads,
    house: Property,
    settings: Settings,
    revisions: Sequence[Revision] = standing.REVISIONS,
) -> Draft:
    """The contract as the house would sign it now, under the agreement in force.

    Raises `NoAgreement`; `AgentUnknown` until the operator has said who the booking centre is in
    law; `MandateMissing` with what is missing of the house.
    """
    if house.address is None or house.postcode is None:
        raise MandateMissing("Give the house's address first: it stands in the mandate.")
    today = local_date(tx.now, house.zone)
    version = await agreements.find_version_in_force(reader, AGREEMENT, today)
    facts = MandateFacts(
        house_name=house.name,
        kind=house.kind.value,
        address=house.address,
        postcode=house.postcode,
        commune=house.commune,
        siret=house.facts.siret,
        registration_number=house.facts.registration_number,
        agent_name=await _agent_name(reader, version, house, tx),
        agent_identity=_agent_identity(settings),
        agreement_number=version.number,
        agreement_title=version.title,
        agreement_effective_on=version.effective_on,
        agreement_hash=version.hash,
        rules=version.text,
        revision=standing.revision_in_force(today, revisions),
    )
    text = write_text(facts)
    return Draft(text=text, hash=standing.hash_text(text), facts=facts)


async def _agent_name(reader: Reads, version: agreements.Version, house: Property, tx: Tx) -> str:
    facts = agreements.Facts(
        region=house.region_code,
        department=house.department_code,
        commune=house.commune_code,
        kind=house.kind.value,
        stars=None,
        channel="site",
        arrival=local_date(tx.now, house.zone),
        nights=1,
        member=True,
    )
    known = await agreements.complete_facts(tx, version, facts)
    named = await agreements.find_beneficiaries(reader, version.tenant, known)
    platform = named.get(agreements.Role.PLATFORM)
    if platform is None:
        raise AgentUnknown("The agreement names nobody as the booking centre.")
    return (await tenancy.find_listed_organisation(reader, platform)).name


def _agent_identity(settings: Settings) -> str:
    if settings.agent_identity:
        return settings.agent_identity
    if settings.demo:
        return INVENTED
    raise AgentUnknown("The operator sets HUB_AGENT_IDENTITY before any house signs.")


async def sign_mandate(
    tx: Tx,
    reader: Reads,
    house: Property,
    said: SignMandate,
    settings: Settings,
    *,
    role: str | None,
    revisions: Sequence[Revision] = standing.REVISIONS,
) -> Mandate:
    """Sign the contract that was shown; a mandate in force is replaced by the new one. Signing the
    same words again gives back what is there.

    Raises `SignerNotAllowed`, `MandateInvalid`, `TextChanged` when the words are others by now.
    """
    standing.check_signer(role)
    standing.check_signature(said)
    await lodging.lock_property(tx, house.id)
    draft = await prepare_mandate(tx, reader, house, settings, revisions)
    before = await find_standing(tx, house, revisions)
    same = before.mandate is not None and before.mandate.text_hash == said.shown_hash
    if before.state is State.ACTIVE and before.mandate is not None and same:
        return before.mandate
    if draft.hash != said.shown_hash:
        raise TextChanged("Nothing was signed. Read the text of now, then sign it.")
    if before.mandate is not None:
        await store.end_mandate(tx, before.mandate.id, REPLACED)
    id = tx.uuid()
    await store.insert_mandate(
        tx, id, house.id, draft, name=said.name.strip(), quality=said.quality.strip()
    )
    signed = await find_mandate(tx, id)
    await audit.record(
        tx,
        action="mandate.signed",
        subject=f"property:{house.id}",
        detail={"mandate": str(id), "hash": draft.hash, "revision": signed.revision},
    )
    await write_to_owners(tx, "signed", house, signed)
    return signed


async def find_mandate(tx: Tx, id: UUID) -> Mandate:
    """One mandate of this wall. Raises `NotFound`."""
    found = await store.find_mandate(tx, id)
    if found is None:
        raise NotFound("This mandate is unknown.")
    return found


async def find_standing(
    tx: Tx, house: Property, revisions: Sequence[Revision] = standing.REVISIONS
) -> Standing:
    """Where the house stands with its mandate today."""
    newest = await store.find_newest_mandate(tx, house.id)
    return standing.standing_of(newest, local_date(tx.now, house.zone), revisions)


async def list_mandates(tx: Tx, house: Property) -> list[Mandate]:
    """Every mandate that the house signed, the newest first."""
    return await store.list_mandates(tx, house.id)


async def require_active(tx: Tx, house: Property) -> Mandate:
    """The mandate in force. Raises `MandateMissing`."""
    found = await find_standing(tx, house)
    if not found.active or found.mandate is None:
        raise MandateMissing("Sign the mandate first (code du tourisme, L311-5-1).")
    return found.mandate
