-- name: insert_sheet
-- A sheet to be completed. A signed sheet is replaced once: 0 rows when it already is.
insert into police_sheet (id, tenant, property, booking, arrival, departure, content, made_at,
                          replaces)
values (:id, :tenant, :property, :booking, :arrival, :departure, :content::jsonb, :now, :replaces)
on conflict (replaces) do nothing;

-- name: find_sheet
-- One sheet, and the one that replaced it, if any.
select s.id, s.booking, s.arrival, s.departure, s.content, s.made_at, s.signed_at, s.signed_name,
       s.content_hash, s.refused_at, s.replaces, n.id as replaced_by,
       n.signed_at as replaced_at,
       least(s.arrival, (coalesce(s.signed_at, s.refused_at, s.made_at) at time zone p.zone)::date)
         as began_on
  from police_sheet s
  join property p on p.id = s.property
  left join police_sheet n on n.replaces = s.id
 where s.id = :id;

-- name: list_sheets
-- The sheets of the arrivals from a day to a day, both in it.
-- bounded by the arrivals of some days in one house
select s.id, s.booking, s.arrival, s.departure, s.content, s.made_at, s.signed_at, s.signed_name,
       s.content_hash, s.refused_at, s.replaces, n.id as replaced_by,
       n.signed_at as replaced_at
  from police_sheet s
  left join police_sheet n on n.replaces = s.id
 where s.arrival between :first and :last
 order by s.arrival, s.made_at, s.id;

-- name: count_of_booking
-- How many sheets a booking has.
select count(*)::int as sheets from police_sheet where booking = :booking;

-- name: save_sheet
-- What was written on a sheet that is not signed; 0 rows when it is.
update police_sheet
   set arrival = :arrival, departure = :departure, content = :content::jsonb
 where id = :id and signed_at is null;

-- name: sign_sheet
-- Sign what was just written, for good; 0 rows when it is signed already.
update police_sheet
   set signed_at = :now, signed_name = :signed_name, content_hash = :content_hash,
       refused_at = null
 where id = :id and signed_at is null;

-- name: refuse_sheet
-- The guest refused to sign.
update police_sheet set refused_at = :now where id = :id and signed_at is null;

-- name: discard_sheet
-- A sheet that was never signed may be thrown away.
delete from police_sheet where id = :id and signed_at is null;

-- name: list_houses_with_old_sheets
-- The next houses, over all walls, that hold a sheet whose time began on or before a day.
select tenant from houses_with_old_sheets(:last, :after, :wanted);

-- name: destroy_sheets
-- The sheets whose time began on or before a day are gone for good, signed or not: with the arrival
-- that was written on them, or when they were signed, refused, or else made, whichever is earlier;
-- none while an order keeps them.
delete from police_sheet s
 using property p
 where p.id = s.property
   and least(s.arrival, (coalesce(s.signed_at, s.refused_at, s.made_at) at time zone p.zone)::date)
       <= :last
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));
