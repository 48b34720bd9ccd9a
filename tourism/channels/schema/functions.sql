-- Replaced whole when it changes.

-- Feeds that were last asked for at `before` or earlier, over all tenants, marked as asked at `at`:
-- rival ticks never take one twice. Only ids leave the walls, never an address. An organisation that
-- is held sells nothing, and none of its rows change: not even when they were looked at.
create or replace function take_due_feeds(before timestamptz, at timestamptz, wanted int)
returns table (tenant int, feed uuid)
language sql volatile security definer set search_path = public, pg_temp as $$
  with due as (
    select f.id from channel_feed f
     where f.paused_at is null and f.asked_at <= before
       and not exists (select from held_organisation h where h.tenant = f.tenant)
     order by f.asked_at
     limit wanted
       for update skip locked
  )
  update channel_feed f set asked_at = at
    from due
   where f.id = due.id
  returning f.tenant, f.id
$$;
alter function take_due_feeds(timestamptz, timestamptz, int) owner to hub_definer;
revoke all on function take_due_feeds(timestamptz, timestamptz, int) from public;
grant execute on function take_due_feeds(timestamptz, timestamptz, int) to hub_app;
