-- Replaced whole when it changes.

-- Nights change with every booking: this one writes by itself, without `tell_index` in between.
create or replace function tell_index_nights() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  changed ari_month := case when tg_op = 'DELETE' then old else new end;
begin
  if coalesce(current_setting('app.index_bulk', true), '') = 'on' then
    return null;  -- a bulk load says once that everything changed
  end if;
  insert into index_change (kind, room_type, month)
  values ('nights', changed.room_type, changed.month);
  if exists (select from index_writer w
              where w.asleep and w.seen_at > now() - interval '1 minute') then
    perform pg_notify('hub_index', '');
  end if;
  return null;
end $$;
alter function tell_index_nights() owner to hub_definer;
revoke all on function tell_index_nights() from public;
