-- name: find_property
-- One property with its commune's name, as the public may see it.
select p.id, p.tenant, p.kind, p.name, p.listing, p.address, p.postcode, p.commune_code,
       c.name as commune, p.department_code, p.region_code, p.site, p.stars, p.classified_on,
       p.classification_extended, p.registry_export_on, p.units, p.capacity, p.lat, p.lng,
       p.position_source, p.position_radius_m, p.landscape, p.zone, p.vat_regime, p.description,
       p.check_in_from, p.check_out_until
  from property p
  join commune c on c.code = p.commune_code
 where p.id = :property;

-- name: list_room_types
-- The room types of a property, in the house's own order.
select id, code, name, rank, units, occupancy_standard, occupancy_max, adults_max
  from room_type
 where property = :property and not retired
 order by rank, id;

-- name: find_own_property
-- The lodging behind the transaction's wall (one organisation, one lodging).
select p.id, p.tenant, p.kind, p.name, p.listing, p.address, p.postcode, p.commune_code,
       c.name as commune, p.department_code, p.region_code, p.site, p.stars, p.classified_on,
       p.classification_extended, p.registry_export_on, p.units, p.capacity, p.lat, p.lng,
       p.position_source, p.position_radius_m, p.landscape, p.zone, p.vat_regime, p.description,
       p.check_in_from, p.check_out_until
  from property p
  join commune c on c.code = p.commune_code
 where p.tenant = :tenant
 order by p.id
 limit 1;
