"""Bring the listed lodgings to a newer export of the registry.

What the registry says of a house is updated under its key; of one that its hotelier runs here, its
classification only: the rest is the hotelier's word. A house that is new is listed without an
offer; one that has left the export keeps what was said last, so that its stars fade by themselves
(`stars_today`). Nothing that a host has entered is touched: offers, rooms, positions set by hand.
"""

from collections.abc import Sequence
from datetime import date

import asyncpg
import msgspec

from hub.territory import communes, search_key, zone_of
from tourism.lodging.registry.models import Listed


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """How many lodgings an export brought up to date, added, and no longer names."""

    updated: int
    added: int
    gone: int


_FACTS = (
    "registry_key text, kind text, name text, search_key text, address text, postcode text,"
    " commune_code text, department_code text, region_code text, site text, stars smallint,"
    " classified_on date, classification_extended boolean, units int, capacity int,"
    " lat float8, lng float8, position_radius_m int, zone text"
)
_UPDATE = """
update property p
   set name = case when said.hers then p.name else f.name end,
       search_key = case when said.hers then p.search_key else f.search_key end,
       address = case when said.hers then p.address else f.address end,
       postcode = case when said.hers then p.postcode else f.postcode end,
       site = case when said.hers then p.site else f.site end,
       units = case when said.hers then p.units else f.units end,
       capacity = case when said.hers then p.capacity else f.capacity end,
       stars = f.stars, classified_on = f.classified_on,
       classification_extended = f.classification_extended, registry_export_on = $1
  from registry_fact f
  join lateral (
       select exists (select from property q where q.registry_key = f.registry_key
                       and q.listing in ('draft', 'published')) as hers) as said on true
 where p.registry_key = f.registry_key
   and (p.registry_export_on is null or p.registry_export_on <= $1)
"""
_ADD = """
with fresh as (
  select f.*, row_number() over (order by f.registry_key) as n
    from registry_fact f
   where not exists (select from property p where p.registry_key = f.registry_key)),
opened as (
  select o.id, row_number() over () as n
    from (select array_agg(name order by n) as names, count(*)::int as many from fresh) as given
   cross join lateral open_organisations(
         given.names, array_fill('lodging'::text, array[given.many]),
         array_fill(null::text, array[given.many]), array_fill(null::text, array[given.many]),
         now()) as o (id)
   where given.many > 0)
insert into property (tenant, registry_key, kind, name, search_key, listing, address, postcode,
                      commune_code, department_code, region_code, site, stars, classified_on,
                      classification_extended, registry_export_on, units, capacity, lat, lng,
                      position_source, position_radius_m, landscape, zone)
select o.id, f.registry_key, f.kind, f.name, f.search_key, 'registry', f.address, f.postcode,
       f.commune_code, f.department_code, f.region_code, f.site, f.stars, f.classified_on,
       f.classification_extended, $1, f.units, f.capacity, f.lat, f.lng, 'commune',
       f.position_radius_m, 'country', f.zone
  from fresh f join opened o on o.n = f.n
"""


async def update_from_export(
    owner: asyncpg.Connection, listed: Sequence[Listed], export_on: date
) -> Update:
    """Apply an export in one transaction of the schema's owner. An older one changes nothing."""
    async with owner.transaction():
        await owner.execute(f"create temporary table registry_fact ({_FACTS}) on commit drop")
        await owner.copy_records_to_table("registry_fact", records=_facts(listed))
        await owner.execute("grant select on registry_fact to hub_definer")
        await owner.execute("set local role hub_definer")
        updated = _count(await owner.execute(_UPDATE, export_on))
        added = _count(await owner.execute(_ADD, export_on))
        gone: int | None = await owner.fetchval(
            "select count(*)::int from property p where p.registry_key is not null"
            " and not exists (select from registry_fact f where f.registry_key = p.registry_key)"
        )
        await owner.execute("reset role")
    return Update(updated=updated, added=added, gone=gone or 0)


def _count(tag: str) -> int:
    return int(tag.rpartition(" ")[2])


def _facts(listed: Sequence[Listed]) -> list[tuple[object, ...]]:
    by_code = {commune.code: commune for commune in communes()}
    facts: list[tuple[object, ...]] = []
    for entry in listed:
        row, commune = entry.row, by_code[entry.match.commune_code]
        facts.append(
            (
                entry.key,
                row.kind.value,
                row.name,
                search_key(row.name),
                row.address,
                row.postcode,
                commune.code,
                commune.department,
                commune.region,
                row.site,
                row.stars,
                row.classified_on,
                row.extended,
                row.units,
                row.capacity,
                entry.lat,
                entry.lng,
                entry.position_radius_m,
                zone_of(commune.code),
            )
        )
    return facts
