-- The feed of the search index: every change of what can be sold leaves a row here in its own
-- transaction. Triggers write it, so nobody can forget; writers of indexes read it.
--
-- Ids are drawn before commits, so a row may appear after one with a higher id was read. Readers
-- go by `xid`: every transaction below `pg_snapshot_xmin` has ended, and what it wrote is seen.

create table index_change (
  seq        bigint   primary key generated always as identity,
  xid        xid8     not null default pg_current_xact_id(),
  kind       text     not null check (kind in ('nights', 'overlay', 'house', 'everything')),
  property   int,
  room_type  int,
  rate_plan  int,
  month      date
);
create index index_change_by_xid on index_change (xid, seq);
comment on table index_change is
  'What changed, ids and months only, over all tenants; the index reads the rest itself.';

create table index_writer (
  name     text         primary key,
  applied  xid8         not null,
  asleep   boolean      not null default false,
  seen_at  timestamptz  not null
);
comment on table index_writer is
  'Who keeps an index, what it has applied of the feed, and whether it wants to be woken.';

create table index_feed (
  one_row  boolean  primary key default true check (one_row),
  id       uuid     not null default gen_random_uuid(),
  pruned   xid8     not null default '0'
);
insert into index_feed default values;
comment on table index_feed is
  'Which feed this is, and below which transaction its rows are gone: an older index is built anew.';

create function tell_index(kind text, property int, room_type int, rate_plan int, month date)
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  if coalesce(current_setting('app.index_bulk', true), '') = 'on' then
    return;  -- a bulk load says once that everything changed
  end if;
  insert into index_change (kind, property, room_type, rate_plan, month)
  values (kind, property, room_type, rate_plan, month);
  if exists (select from index_writer w where w.asleep) then
    perform pg_notify('hub_index', '');
  end if;
end $$;

create function tell_index_nights() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    perform tell_index('nights', null, old.room_type, null, old.month);
  else
    perform tell_index('nights', null, new.room_type, null, new.month);
  end if;
  return null;
end $$;

create function tell_index_overlay() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    perform tell_index('overlay', old.property, old.room_type, old.rate_plan, old.month);
  else
    perform tell_index('overlay', new.property, new.room_type, new.rate_plan, new.month);
  end if;
  return null;
end $$;

create function tell_index_house() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    perform tell_index('house', old.property, null, null, null);
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.property <> old.property) then
    perform tell_index('house', new.property, null, null, null);
  end if;
  return null;
end $$;

create function tell_index_property() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform tell_index('house', case when tg_op = 'DELETE' then old.id else new.id end,
                     null, null, null);
  return null;
end $$;

-- For bulk loads: no row for each row in this transaction, and one that says: build anew.
create function tell_index_everything() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.index_bulk', 'off', true);
  perform tell_index('everything', null, null, null, null);
  perform set_config('app.index_bulk', 'on', true);
end $$;

create trigger tell_index after insert or update or delete on ari_month
  for each row execute function tell_index_nights();
create trigger tell_index after insert or update or delete on rate_month
  for each row execute function tell_index_overlay();
create trigger tell_index after insert or update or delete on rate_plan
  for each row execute function tell_index_house();
create trigger tell_index after insert or update or delete on promotion
  for each row execute function tell_index_house();
create trigger tell_index after insert or update or delete on supplement
  for each row execute function tell_index_house();
create trigger tell_index after insert or update or delete on room_type
  for each row execute function tell_index_house();
create trigger tell_index after insert or update or delete on let_year
  for each row execute function tell_index_house();
create trigger tell_index after insert or update or delete on property
  for each row execute function tell_index_property();

revoke all on function tell_index(text, int, int, int, date), tell_index_nights(),
  tell_index_overlay(), tell_index_house(), tell_index_property(), tell_index_everything()
  from public;
grant execute on function tell_index(text, int, int, int, date) to hub_definer;
alter function tell_index_nights() owner to hub_definer;
alter function tell_index_overlay() owner to hub_definer;
alter function tell_index_house() owner to hub_definer;
alter function tell_index_property() owner to hub_definer;
alter function tell_index_everything() owner to hub_definer;
set local role hub_definer;
grant execute on function tell_index_everything() to hub_owner;
reset role;

grant select on index_change, index_writer, index_feed to hub_index;
grant delete on index_change to hub_index;
grant insert, update on index_writer to hub_index;
grant update (pruned) on index_feed to hub_index;
grant select, insert on index_change to hub_definer;
grant select on index_writer to hub_definer;
