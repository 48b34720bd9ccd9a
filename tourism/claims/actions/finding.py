"""Find a house in the registry, and one's own claims."""

from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.territory import search_key
from tourism import lodging
from tourism.claims import store
from tourism.claims.models import Decider, FoundHouse, OwnClaim
from tourism.claims.policy import proof
from tourism.lodging import Property

SHOWN = 20
MAX_TEXT = 80
WORDS = 6


async def find_houses(reader: Reads, text: str) -> list[FoundHouse]:
    """Houses whose name, commune or postcode has every word of a text (accents, hyphens and
    St/Saint do not matter); empty for less than two letters."""
    key = search_key(text[:MAX_TEXT])
    if len(key) < 2:
        return []
    # Everybody types "hôtel" or "camping", and the registry often leaves it out.
    words = [word for word in key.split() if word not in {"hotel", "camping", "le", "la", "de"}]
    return await store.find_houses(reader, key, (words or key.split())[:WORDS], SHOWN)


async def find_house(reader: Reads, property: int) -> Property:
    """A house that can be claimed. Raises `NotFound`."""
    house = await lodging.find_property(reader, property)
    if house is None:
        raise NotFound("This house is unknown.")
    return house


async def find_proving_domain(reader: Reads, house: Property) -> str | None:
    """The domain whose mail proves this house; None when its site is missing, shared, or was set
    by those who run it here."""
    domain = proof.domain_of(house.site)
    if domain is None or house.registry_export_on is None:
        return None
    return domain if await store.count_houses_of_domain(reader, domain) <= 1 else None


async def list_own_claims(tx: Tx, person: int) -> list[OwnClaim]:
    """A person's claims, newest first."""
    return await store.list_own_claims(tx, person)


async def find_own_claim(tx: Tx, person: int, id: UUID) -> OwnClaim:
    """One of a person's claims: so the caller knows which wall to enter. Raises `NotFound`."""
    found = next((one for one in await store.list_own_claims(tx, person) if one.id == id), None)
    if found is None:
        raise NotFound("This claim is unknown.")
    return found


async def list_deciders(tx: Tx, property: int) -> list[Decider]:
    """Who decides about the claims of a house: its tourist offices, or else the operator."""
    return await store.list_deciders(tx, property)
