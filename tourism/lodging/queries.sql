-- name: find_property
-- One property with its commune's name, as the public may see it.
select p.id, p.tenant, p.kind, p.name, p.listing, p.address, p.postcode, p.commune_code,
       c.name as commune, p.department_code, p.region_code, p.site, p.stars, p.classified_on,
       p.classification_extended, p.registry_export_on, p.units, p.capacity, p.lat, p.lng,
       p.position_source, p.position_radius_m, p.landscape, p.zone, p.vat_regime, p.description,
       p.check_in_from, p.check_out_until, p.facts
  from property p
  join commune c on c.code = p.commune_code
 where p.id = :property;

-- name: list_room_types
-- The room types of a property, in the house's own order.
-- bounded by the room types of one house
select id, code, name, rank, units, occupancy_standard, occupancy_max, adults_max, children_max,
       beds, area_m2, amenities, description, on_request
  from room_type
 where property = :property and not retired
 order by rank, id;

-- name: find_own_property
-- The lodging behind the transaction's wall (one organisation, one lodging).
select p.id, p.tenant, p.kind, p.name, p.listing, p.address, p.postcode, p.commune_code,
       c.name as commune, p.department_code, p.region_code, p.site, p.stars, p.classified_on,
       p.classification_extended, p.registry_export_on, p.units, p.capacity, p.lat, p.lng,
       p.position_source, p.position_radius_m, p.landscape, p.zone, p.vat_regime, p.description,
       p.check_in_from, p.check_out_until, p.facts
  from property p
  join commune c on c.code = p.commune_code
 where p.tenant = :tenant
 order by p.id
 limit 1;

-- name: insert_property
-- A lodging that the registry does not list.
insert into property (tenant, kind, name, search_key, listing, address, postcode, commune_code,
                      department_code, region_code, units, capacity, lat, lng, position_source,
                      position_radius_m, landscape, zone)
select :tenant, :kind, :name, :search_key, 'draft', null, null, c.code, c.department, c.region,
       1, 2, c.lat, c.lng, 'commune', 5000, :landscape, :zone
  from commune c
 where c.code = :commune_code
returning id;

-- name: identify_property
-- What the house is and how to reach it.
update property
   set kind = :kind, name = :name, search_key = :search_key, site = :site, facts = :facts::jsonb
 where id = :property;

-- name: place_property
-- Address and position; a position of the host's own is exact.
update property p
   set address = :address, postcode = :postcode, commune_code = c.code,
       department_code = c.department, region_code = c.region, zone = :zone,
       lat = coalesce(:lat::float8, case when p.commune_code = c.code then p.lat else c.lat end),
       lng = coalesce(:lng::float8, case when p.commune_code = c.code then p.lng else c.lng end),
       position_source = case when :lat::float8 is not null then 'host'
                              when p.commune_code = c.code then p.position_source
                              else 'commune' end,
       position_radius_m = case when :lat::float8 is not null then 0
                                when p.commune_code = c.code then p.position_radius_m
                                else 5000 end
  from commune c
 where p.id = :property and c.code = :commune_code;

-- name: find_commune_point
-- A commune, and about where it is.
select name, lat, lng from commune where code = :commune_code;

-- name: describe_property
-- The house in words.
update property set description = :description::jsonb, facts = :facts::jsonb where id = :property;

-- name: equip_property
-- Services and hours.
update property
   set check_in_from = :check_in_from, check_out_until = :check_out_until, facts = :facts::jsonb
 where id = :property;

-- name: declare_property
-- VAT regime, registration and sworn statement.
update property set vat_regime = :vat_regime, facts = :facts::jsonb where id = :property;

-- name: lock_property
-- One change of a house after the other.
select id from property where id = :property for no key update;

-- name: change_listing
-- Where the house may be seen and sold.
update property set listing = :listing where id = :property;

-- name: count_units
-- The house's units and places, from its room types.
update property p
   set units = greatest(t.units, 1), capacity = greatest(t.places, 1)
  from (select coalesce(sum(units), 0)::int as units,
               coalesce(sum(units * occupancy_max), 0)::int as places
          from room_type where property = :property and not retired) as t
 where p.id = :property;

-- name: insert_room_type
-- A new room type, last in the house's order.
insert into room_type (tenant, property, code, name, rank, units, occupancy_standard,
                       occupancy_max, adults_max, children_max, beds, area_m2, amenities,
                       description, on_request)
select :tenant, :property, :code, :name,
       coalesce((select max(rank) + 1 from room_type where property = :property), 0), :units,
       :occupancy_standard, :occupancy_max, :adults_max, :children_max, :beds::jsonb, :area_m2,
       :amenities, :description::jsonb, :on_request
returning id;

-- name: update_room_type
-- A room type as its form says it.
update room_type
   set name = :name, units = :units, occupancy_standard = :occupancy_standard,
       occupancy_max = :occupancy_max, adults_max = :adults_max, children_max = :children_max,
       beds = :beds::jsonb, area_m2 = :area_m2, amenities = :amenities,
       description = :description::jsonb, on_request = :on_request
 where id = :id and property = :property and not retired;

-- name: retire_room_types
-- Take room types off sale; their bookings stay.
update room_type set retired = true
 where property = :property and (:id::int is null or id = :id);

-- name: list_city_communes
-- A commune, its city, and the other parts of it: a number of any of them is this place's.
-- bounded by the districts of one city
select c.code
  from commune c
 where c.code = :commune_code or c.parent = :commune_code
    or c.code = (select parent from commune where code = :commune_code)
    or c.parent = (select parent from commune where code = :commune_code)
 order by c.code;

-- name: list_let_years
-- How many nights a house was let in each year.
-- bounded by the years of one house
select year, nights, nights_max from let_year where property = :property order by year;

-- name: take_let_nights
-- Count nights of a year; 0 rows when they would be more than may be let. A year without a limit
-- (32767) counts up to 32000, so that every stay goes into what is left of it.
insert into let_year (tenant, property, year, nights, nights_max)
select :tenant, :property, :year, :nights::int, :nights_max::int
 where :nights::int <= :nights_max::int
on conflict (property, year) do update
   set nights = least(let_year.nights::int + excluded.nights, 32000),
       nights_max = excluded.nights_max
 where excluded.nights_max = 32767
    or let_year.nights::int + excluded.nights <= excluded.nights_max;

-- name: lock_let_years
-- The years of a house's let nights, ours until the commit; how many of them are counted already.
select year from let_year
 where property = :property and year = any (:years::int[])
 order by year
   for update;

-- name: begin_let_year
-- A year in which nothing is counted yet.
insert into let_year (tenant, property, year, nights, nights_max)
values (:tenant, :property, :year, 0, :nights_max)
on conflict do nothing;

-- name: limit_let_nights
-- How many nights may be let in a counted year.
update let_year set nights_max = :nights_max
 where property = :property and year = :year and nights_max <> :nights_max;

-- name: give_let_nights
-- Cancelled nights do not count.
update let_year set nights = greatest(nights - :nights, 0)
 where property = :property and year = :year;

-- name: find_landscape
-- The landscape of the nearest listed house: of the commune, else the department.
select p.landscape
  from property p
  join commune c on c.code = :commune_code
 where p.department_code = c.department
 order by p.commune_code = c.code desc, p.id
 limit 1;
