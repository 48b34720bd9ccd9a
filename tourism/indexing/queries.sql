-- name: open_feed
-- Which feed it is, below which transaction it is gone, and what every later snapshot will see. A
-- database that is brought back, or a standby that takes over, is in another timeline of its log:
-- it may give the numbers of transactions that were lost once more, so its feed is another one.
select replace(f.id::text, '-', '') || left(pg_walfile_name(pg_current_wal_lsn()), 8) as id,
       f.pruned::text::bigint as pruned,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon
  from index_feed f;

-- name: read_changes
-- Changes from a place of the feed on, each with the horizon of this statement's own snapshot and
-- below which transaction that snapshot has no rows any more; a single row without a change when
-- there are none.
select s.horizon, s.pruned, c.seq, c.xid, c.kind, c.property, c.room_type, c.rate_plan, c.month
  from (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon,
               f.pruned::text::bigint as pruned
          from index_feed f) as s
  left join lateral (
       select seq, xid::text::bigint as xid, kind, property, room_type, rate_plan, month
         from index_change
        where (xid, seq) > (:xid::bigint::text::xid8, :seq::bigint)
        order by index_change.xid, seq
        limit :wanted) as c on true
 order by c.xid, c.seq;

-- name: keep_writer
-- Where a writer has come to, and whether it sleeps.
insert into index_writer (name, applied, asleep, seen_at)
values (:name, :applied::bigint::text::xid8, :asleep, now())
on conflict (name) do update
  set applied = excluded.applied, asleep = excluded.asleep, seen_at = excluded.seen_at
returning 1;

-- name: prune_changes
-- Forget what every writer that was seen within the retention has applied; that it is forgotten is
-- seen by whoever does not see the rows. One at a time: another that comes meanwhile does nothing.
with turn as (
  select one_row from index_feed for update skip locked
), done as (
  select min(w.applied) as applied
    from turn join index_writer w
      on w.seen_at > now() - make_interval(secs => :retention_s::float8)
), lost as (
  delete from index_writer using turn where index_writer.seen_at < now() - interval '1 day'
), marked as (
  update index_feed set pruned = greatest(pruned, done.applied)
    from done where done.applied is not null
), gone as (
  delete from index_change using done where index_change.xid < done.applied returning 1
)
select count(*)::int from gone;

-- name: list_houses
-- Houses on sale: all, or the given ones.
select p.id as property, p.tenant, p.name, p.kind, p.commune_code, c.name as commune,
       p.department_code, p.region_code, p.landscape, p.zone, p.vat_regime, p.stars,
       p.classified_on, p.classification_extended, p.registry_export_on, p.lat, p.lng, p.facts
  from property p
  join commune c on c.code = p.commune_code
 where p.listing in ('demo', 'published')
   and (:properties::int[] is null or p.id = any (:properties))
 order by p.id;

-- name: list_rooms
-- Their room types, in the house's own order.
select r.property, r.id, r.code, r.name, r.occupancy_standard, r.occupancy_max, r.adults_max,
       r.children_max, r.on_request
  from room_type r
 where not r.retired
   and (:properties::int[] is null or r.property = any (:properties))
 order by r.property, r.rank, r.id;

-- name: list_plans
-- Their rate plans, in the house's own order.
select property, id, code, name, rank, meal_plan, adjust_bps, supplement_adult_cents,
       supplement_child_cents, cancellation, parent, details
  from rate_plan
 where not retired
   and (:properties::int[] is null or property = any (:properties))
 order by property, rank, id;

-- name: list_promotions
-- The promotions of some houses, or of all.
select property, id, name, rank, details
  from promotion
 where not retired
   and (:properties::int[] is null or property = any (:properties))
 order by property, rank, id;

-- name: list_supplements
-- The supplements of some houses, or of all.
select property, id, name, details
  from supplement
 where not retired
   and (:properties::int[] is null or property = any (:properties))
 order by property, rank, id;

-- name: list_lets
-- What is left of the nights that a main residence may be let.
select property, year, (nights_max - nights)::int as nights_left
  from let_year
 where (:properties::int[] is null or property = any (:properties))
   and nights_max < 32767
 order by property, year;

-- name: list_overlay_keys
-- Which houses, plans, and plans in a room type have something of their own to say.
select distinct property, room_type, rate_plan
  from rate_month
 where (:properties::int[] is null or property = any (:properties))
 order by property, room_type, rate_plan;

-- name: list_communes
-- The communes, with what they lie in.
-- bounded by the communes of the country
select code, parent, department, region, lat, lng from commune order by code;

-- name: list_months
-- Some months of some room types as they are now.
-- bounded by the pairs that are asked for
select a.room_type, a.month, a.units_left, a.price_cents, a.min_stay, a.flags, a.min_through,
       a.max_stay, a.max_through
  from unnest(:room_types::int[], :months::date[]) as w (room_type, month)
  join ari_month a on a.room_type = w.room_type and a.month = w.month;

-- name: list_months_of
-- Every month of some room types that ends after a day.
select room_type, month, units_left, price_cents, min_stay, flags, min_through, max_stay,
       max_through
  from ari_month
 where room_type = any (:room_types::int[]) and month >= :first;

-- name: list_further_months
-- The months that hold more restrictions than the quick pass looks at.
-- bounded by the months of the horizon: the index holds them all
select room_type, month, units_left, price_cents, min_stay, flags, min_through, max_stay,
       max_through
  from ari_month
 where month >= :first
   and (min_through is not null or max_stay is not null or max_through is not null);

-- name: list_overlay_months
-- What some houses say of the months from one on.
select property, room_type, rate_plan, month, price_cents, min_stay, min_through, max_stay,
       max_through, flags
  from rate_month
 where month >= :first
   and (:properties::int[] is null or property = any (:properties));

-- name: list_nights_of_day
-- One night of every room type that has it, by its place in its month.
-- bounded by the room types of the country: the index holds them all
select room_type, units_left[:place::int] as units_left, price_cents[:place] as price_cents,
       min_stay[:place] as min_stay, flags[:place] as flags,
       coalesce(min_through[:place], 0) as min_through, coalesce(max_stay[:place], 0) as max_stay,
       coalesce(max_through[:place], 0) as max_through
  from ari_month
 where month = :month and cardinality(flags) >= :place;

-- name: list_overlays_of_day
-- One night of every overlay.
-- bounded by the room types of the country: the index holds them all
select property, room_type, rate_plan, price_cents[:place::int] as price_cents,
       min_stay[:place] as min_stay, min_through[:place] as min_through,
       max_stay[:place] as max_stay, max_through[:place] as max_through, flags[:place] as flags
  from rate_month
 where month = :month and cardinality(flags) >= :place;
