-- A stay is on the books from the instant at which it was booked: a change, or a room that was given
-- up, does not move it to its own day.

set local lock_timeout = '5s';
create policy confirming on booking_revision to hub_definer using (true);
grant select on booking_revision to hub_definer;
grant update (confirmed_at) on booking to hub_definer;
-- Over all tenants, this once.
set local role hub_definer;
update booking b
   set confirmed_at = booked.at
  from (select r.booking, min(r.at) as at
          from booking_revision r
         where r.state = 'confirmed'
         group by r.booking) as booked
 where booked.booking = b.id and b.confirmed_at > booked.at;
reset role;
revoke update (confirmed_at) on booking from hub_definer;
revoke select on booking_revision from hub_definer;
drop policy confirming on booking_revision;
