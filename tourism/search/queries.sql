-- name: list_candidates
-- Room types of an area that are free and may be sold on every night of a stay of at most 28
-- nights, so over one or two months. `first` is the arrival's place in its month (from 1). The
-- departure day forbids leaving only by its own flag (2); a stay is closed by 4, its arrival by 1.
select p.id as property, p.name, p.kind, p.stars, p.classified_on, p.classification_extended,
       p.registry_export_on, p.commune_code, c.name as commune, p.department_code, p.landscape,
       p.vat_regime, p.zone, p.lat, p.lng,
       r.id as room_type, r.code, r.name as room_name, r.occupancy_max, r.adults_max,
       nights.units_left, nights.prices
  from property p
  join commune c on c.code = p.commune_code
  join room_type r on r.property = p.id
  join ari_month m on m.room_type = r.id and m.month = :month::date
  left join ari_month n on n.room_type = r.id and n.month = (:month::date + interval '1 month')::date
 cross join lateral (
       select (m.units_left || coalesce(n.units_left, '{}'))
                [:first::int : :first::int + :nights::int - 1] as lefts,
              (m.price_cents || coalesce(n.price_cents, '{}'))
                [:first::int : :first::int + :nights::int - 1] as prices,
              (m.flags || coalesce(n.flags, '{}')) as flags) as span
 cross join lateral (
       select (select min(u) from unnest(span.lefts) as u)::int as units_left, span.prices) as nights
 where case :area_kind::text
         when 'commune' then p.commune_code = any (:codes::text[])
         when 'department' then p.department_code = any (:codes::text[])
         when 'region' then p.region_code = any (:codes::text[])
         else p.id = :property::int end
   and p.listing <> 'registry'
   and cardinality(span.prices) = :nights::int
   and nights.units_left >= 1
   and m.min_stay[:first::int] <= :nights::int
   and m.flags[:first::int] & 1 = 0
   and coalesce(span.flags[:first::int + :nights::int], 0) & 2 = 0
   and not exists (select from unnest(span.flags[:first::int : :first::int + :nights::int - 1]) as f
                    where f & 4 <> 0)
 order by p.id, r.rank, r.id;

-- name: list_plans
-- The rate plans of some houses.
select property, id, code, name, rank, meal_plan, adjust_bps, supplement_adult_cents,
       supplement_child_cents, cancellation
  from rate_plan
 where property = any (:properties::int[])
 order by property, rank, id;

-- name: list_commune_codes
-- A commune with its arrondissements.
select code from commune where code = :code or parent = :code order by code;
