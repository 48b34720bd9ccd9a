-- A stay is on the books from the instant at which it was booked: a change, or a room that was given
-- up, does not move it to its own day.

-- Over all tenants.
alter table booking no force row level security;
alter table booking_revision no force row level security;

update booking b
   set confirmed_at = first.at
  from (select r.booking, min(r.at) as at
          from booking_revision r
         where r.state = 'confirmed'
         group by r.booking) as first
 where first.booking = b.id and b.confirmed_at > first.at;

alter table booking force row level security;
alter table booking_revision force row level security;
