-- name: list_candidates
-- Room types of an area that are free and may be sold on every night of a stay of at most 28
-- nights, so over one or two months, where the arrival is not past. `first` is the arrival's place in its month (from 1). The
-- departure day forbids leaving only by its own flag (2); a stay is closed by 4, its arrival by 1.
select p.id as property, p.tenant, p.name, p.kind, p.stars, p.classified_on, p.classification_extended,
       p.registry_export_on, p.commune_code, c.name as commune, p.department_code, p.landscape,
       p.vat_regime, p.zone, p.lat, p.lng,
       r.id as room_type, r.code, r.name as room_name, r.occupancy_standard,
       r.occupancy_max, r.adults_max, r.children_max, r.on_request, nights.units_left,
       nights.prices
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
              (m.flags || coalesce(n.flags, '{}')) as flags,
              (coalesce(m.min_through, array_fill(0::int2, array[cardinality(m.flags)]))
                || coalesce(n.min_through, '{}'))
                [:first::int : :first::int + :nights::int - 1] as min_through,
              (coalesce(m.max_through, array_fill(0::int2, array[cardinality(m.flags)]))
                || coalesce(n.max_through, '{}'))
                [:first::int : :first::int + :nights::int - 1] as max_through) as span
 cross join lateral (
       select (select min(u) from unnest(span.lefts) as u)::int as units_left, span.prices) as nights
 where case :area_kind::text
         when 'country' then true
         when 'commune' then p.commune_code = any (:codes::text[])
         when 'department' then p.department_code = any (:codes::text[])
         when 'region' then p.region_code = any (:codes::text[])
         when 'circle' then p.lat between :south::float8 and :north::float8
           and p.lng between :west::float8 and :east::float8
           and 2 * :earth_km::float8 * asin(sqrt(
                 power(sin(radians(p.lat - :lat::float8) / 2), 2)
                 + cos(radians(p.lat)) * cos(radians(:lat::float8))
                   * power(sin(radians(p.lng - :lng::float8) / 2), 2))) <= :radius_km::float8
         when 'box' then p.lat between :south::float8 and :north::float8
           and p.lng between :west::float8 and :east::float8
         else p.id = any (:properties::int[]) end
   and p.listing in ('demo', 'published')
   and (:now::timestamptz at time zone p.zone)::date <= :month::date + :first::int - 1
   and not r.retired
   and not exists (
       select from let_year y
        where y.property = p.id
          -- over New Year each year counts its own nights
          and y.nights_max - y.nights
              < least(:month::date + :first::int - 1 + :nights::int, make_date(y.year + 1, 1, 1))
                - greatest(:month::date + :first::int - 1, make_date(y.year, 1, 1))
          and y.year between extract(year from :month::date + :first::int - 1)
                         and extract(year from :month::date + :first::int + :nights::int - 2))
   and cardinality(span.prices) = :nights::int
   and nights.units_left >= 1
   and m.min_stay[:first::int] <= :nights::int
   and coalesce(m.max_stay[:first::int], 0) not between 1 and :nights::int - 1
   and not exists (select from unnest(span.min_through) as t where t > :nights::int)
   and not exists (select from unnest(span.max_through) as t where t between 1 and :nights::int - 1)
   and m.flags[:first::int] & 1 = 0
   and coalesce(span.flags[:first::int + :nights::int], 0) & 2 = 0
   and not exists (select from unnest(span.flags[:first::int : :first::int + :nights::int - 1]) as f
                    where f & 4 <> 0)
 order by p.id, r.rank, r.id;

-- name: list_plans
-- The rate plans of some houses.
select property, id, code, name, rank, meal_plan, adjust_bps, supplement_adult_cents,
       supplement_child_cents, cancellation, parent, details,
       coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name,
                                                     'details', s.details) order by s.rank, s.id)
                   from supplement s
                  where s.property = rate_plan.property and not s.retired), '[]') as supplements
  from rate_plan
 where property = any (:properties::int[]) and not retired
 order by property, rank, id;

-- name: count_houses
-- The houses of an area that stand for sale (`tourism.index.Found`).
select count(*)
  from property p
 where case :area_kind::text
         when 'country' then true
         when 'commune' then p.commune_code = any (:codes::text[])
         when 'department' then p.department_code = any (:codes::text[])
         when 'region' then p.region_code = any (:codes::text[])
         when 'circle' then p.lat between :south::float8 and :north::float8
           and p.lng between :west::float8 and :east::float8
           and 2 * :earth_km::float8 * asin(sqrt(
                 power(sin(radians(p.lat - :lat::float8) / 2), 2)
                 + cos(radians(p.lat)) * cos(radians(:lat::float8))
                   * power(sin(radians(p.lng - :lng::float8) / 2), 2))) <= :radius_km::float8
         when 'box' then p.lat between :south::float8 and :north::float8
           and p.lng between :west::float8 and :east::float8
         else p.id = any (:properties::int[]) end
   and p.listing in ('demo', 'published')
   and exists (select from room_type r where r.property = p.id and not r.retired);

-- name: list_others
-- Houses of an area beside those that were found, the nearest to a point first: those whose reasons
-- may be worth telling. What is empty or false of the wants means all; stars that are past their
-- time count here, and are judged by whoever shows them.
select p.id as property, p.tenant, p.name, p.kind, p.stars, p.classified_on,
       p.classification_extended, p.registry_export_on, p.commune_code, c.name as commune,
       p.department_code, p.landscape, p.vat_regime, p.zone, p.lat, p.lng
  from property p
  join commune c on c.code = p.commune_code
 where case :area_kind::text
         when 'country' then true
         when 'commune' then p.commune_code = any (:codes::text[])
         when 'department' then p.department_code = any (:codes::text[])
         when 'region' then p.region_code = any (:codes::text[])
         when 'circle' then p.lat between :south::float8 and :north::float8
           and p.lng between :west::float8 and :east::float8
           and 2 * :earth_km::float8 * asin(sqrt(
                 power(sin(radians(p.lat - :lat::float8) / 2), 2)
                 + cos(radians(p.lat)) * cos(radians(:lat::float8))
                   * power(sin(radians(p.lng - :lng::float8) / 2), 2))) <= :radius_km::float8
         when 'box' then p.lat between :south::float8 and :north::float8
           and p.lng between :west::float8 and :east::float8
         else p.id = any (:properties::int[]) end
   and p.listing in ('demo', 'published')
   and exists (select from room_type r where r.property = p.id and not r.retired)
   and (cardinality(:kinds::text[]) = 0 or p.kind = any (:kinds::text[]))
   and (cardinality(:stars::int[]) = 0 or p.stars = any (:stars::int[]))
   and coalesce(p.facts -> 'amenities', '[]') @> to_jsonb(:amenities::text[])
   and coalesce(p.facts -> 'accessibility', '[]') @> to_jsonb(:accessibility::text[])
   and (not :pets::bool or coalesce(p.facts ->> 'pets', 'no') <> 'no')
   and not p.id = any (:found::int[])
 order by power(p.lat - :near_lat::float8, 2) + power((p.lng - :near_lng::float8) * 0.7, 2), p.id
 limit :wanted;

-- name: list_traits
-- What filters look at beside kind and stars.
select p.id as property,
       coalesce(array(select jsonb_array_elements_text(p.facts -> 'amenities')), '{}') as amenities,
       coalesce(array(select jsonb_array_elements_text(p.facts -> 'accessibility')), '{}')
         as accessibility,
       coalesce(p.facts ->> 'pets', 'no') <> 'no' as pets
  from property p
 where p.id = any (:properties::int[])
 order by p.id;

-- name: list_rooms
-- The room types of some houses, in the houses' own order.
select property, id as room_type, code, name as room_name, occupancy_standard, occupancy_max,
       adults_max, children_max, on_request
  from room_type
 where property = any (:properties::int[]) and not retired
 order by property, rank, id;

-- name: list_let_years
-- The nights that main residences were let, and may be.
select property, year, nights, nights_max
  from let_year
 where property = any (:properties::int[])
 order by property, year;
