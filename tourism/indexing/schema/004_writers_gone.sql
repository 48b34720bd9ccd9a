-- A writer that sleeps says so every few seconds. One that does not is gone or stands still: nobody
-- is woken for it, and after a day its row is removed.
create or replace function tell_index(
  kind text, property int, room_type int, rate_plan int, month date
) returns void language plpgsql set search_path = public, pg_temp as $$
begin
  if coalesce(current_setting('app.index_bulk', true), '') = 'on' then
    return;  -- a bulk load says once that everything changed
  end if;
  insert into index_change (kind, property, room_type, rate_plan, month)
  values (kind, property, room_type, rate_plan, month);
  if exists (select from index_writer w
              where w.asleep and w.seen_at > now() - interval '1 minute') then
    perform pg_notify('hub_index', '');
  end if;
end $$;

grant delete on index_writer to hub_index;
