"""Add a lodging that the registry does not list."""

import msgspec

from hub import tenancy
from hub.core.db import Database, Reads
from hub.core.idempotency import fingerprint_of, once
from hub.territory import search_key
from tourism import lodging
from tourism.claims import store
from tourism.claims.models import HouseNow
from tourism.lodging import HouseInvalid
from tourism.lodging.models import HouseNew


async def add_house(
    database: Database, reader: Reads, said: HouseNew, *, person: int, actor: str, key: str
) -> int:
    """A new organisation that owns a new draft house; the organisation.

    The house is written behind the wall of an organisation that must exist first: two
    transactions, both of which do nothing when the same form (its `key`) comes again. Raises
    `HouseInvalid`, also for a house that the registry lists.
    """
    name = said.name.strip()
    lodging.check_name(name)
    if not await lodging.is_commune(reader, said.commune_code):
        raise HouseInvalid("Choose the commune from the suggestions.", field="commune")
    async with database.transaction(actor=actor) as tx:
        command = tenancy.OpenOrganisation(kind=tenancy.Kind.LODGING, name=name)

        async def act() -> HouseNow:
            if await store.count_same_name(reader, said.commune_code, search_key(name)):
                raise HouseInvalid("A house of this name is listed there: claim it.", field="name")
            return HouseNow(tenant=await tenancy.open_organisation(tx, command, owner=person))

        reply = await once(
            tx,
            scope=f"{actor}:house",
            key=key,
            fingerprint=fingerprint_of("POST", "house", msgspec.json.encode(said)),
            status=201,
            act=act,
        )
    tenant = msgspec.json.decode(reply.body, type=HouseNow).tenant
    async with database.transaction(tenant, actor=actor) as tx:
        await lodging.add_property(
            tx, reader, kind=said.kind, name=name, commune_code=said.commune_code
        )
    return tenant
