-- Replaced whole when it changes.

-- The houses that hold a photo removed before an instant: for the daily destruction, but where an order
-- keeps what they have. Only their ids leave the walls.
create or replace function houses_with_removed_photos(before timestamptz)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct p.tenant from photo p where p.removed_at < before) as old
   where not legal_hold_on(array[old.tenant])
   limit 10000
$$;
alter function houses_with_removed_photos(timestamptz) owner to hub_definer;
revoke all on function houses_with_removed_photos(timestamptz) from public;
grant execute on function houses_with_removed_photos(timestamptz) to hub_app;
