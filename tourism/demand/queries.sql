-- name: list_houses
-- Some houses, in the order of their numbers from one on, that a search of an area, or of one house,
-- looks at. A search of the whole country looks at nobody in particular.
select p.id as property, p.tenant, p.name, p.kind, p.stars, p.classified_on,
       p.classification_extended, p.registry_export_on, p.commune_code, c.name as commune,
       p.department_code, p.landscape, p.vat_regime, p.zone, p.lat, p.lng
  from property p
  join commune c on c.code = p.commune_code
 where p.id > :after::int
   and case :area_kind::text
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
         else p.id = :property::int end
   and p.listing in ('demo', 'published')
   and (cardinality(:kinds::text[]) = 0 or p.kind = any (:kinds::text[]))
 order by p.id
 limit 200;

-- name: note_lost_searches
-- Add counted searches to the houses' numbers.
select note_lost_searches(:properties::int[], :days::date[], :outcomes::text[], :nights::int[],
                          :needed::int[], :months::date[], :counts::int[]);

-- name: sum_outcomes
-- A house's searches between two days, by outcome.
select outcome, sum(searches)::int as searches
  from lost_search
 where property = :property and searched_on between :first and :last
 group by outcome
 order by searches desc, outcome;

-- name: list_lines
-- A house's lost searches by obstacle, what the house demands, and the nights asked for where they
-- matter to the obstacle (0 where they do not).
select outcome as obstacle,
       case when outcome in ('min_stay', 'min_stay_through', 'max_stay', 'sold_out', 'closed')
            then nights else 0 end as nights,
       needed, sum(searches)::int as searches
  from lost_search
 where property = :property and searched_on between :first and :last
   and outcome not in ('found', 'lost')
 group by 1, 2, 3
 order by searches desc, obstacle, nights, needed
 limit 40;

-- name: list_months
-- A house's searches by month of arrival.
select month, coalesce(sum(searches) filter (where outcome = 'found'), 0)::int as found,
       coalesce(sum(searches) filter (where outcome = 'lost'), 0)::int as lost
  from lost_search
 where property = :property and searched_on between :first and :last
   and outcome in ('found', 'lost')
 group by month
 order by month
 limit 24;

-- name: list_searches_of_department
-- A department's searches by outcome and enterprise, before anything is kept secret.
select outcome, enterprises, searches from lost_searches_of_department(:code, :first, :last);

-- name: list_counted_months
-- The months from one on that were counted once and for all.
-- bounded by the months: one row each
select month from told_month where month >= :first order by month;

-- name: count_month
-- Take a month for counting; no row where somebody has.
insert into told_month (month, counted_at) values (:month, :at) on conflict do nothing
returning month;

-- name: tell_area
-- Keep what is told of an area of a month.
insert into told_demand (month, level, area, found, lost, obstacles, over_half)
values (:month, :level, :area, :found, :lost, :obstacles, :over_half);

-- name: list_told_months
-- The latest months of which something is told, the newest first.
select distinct month from told_demand order by month desc limit 24;

-- name: list_told_areas
-- What is told of the areas of a level in a month.
-- bounded by the map: regions or departments, about a hundred
select level, area, found, lost, obstacles, over_half
  from told_demand
 where month = :month and level = :level
 order by area;

-- name: forget_lost_searches
-- Numbers older than a day are gone.
select forget_lost_searches(:before);
