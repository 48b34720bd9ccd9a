-- Replaced whole when it changes.

-- What a holder owes a platform, stay by stay, whoever's the stays are: numbers only, for who gives
-- debts up; nothing to anybody but that platform.
drop function if exists debts_of(int, int);
create or replace function debts_of(of_holder int, of_platform int, wanted int)
returns table (tenant int, booking uuid, cents bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.tenant, s.booking, s.moved_cents - s.earned_cents
    from stay_share s join booking b on b.id = s.booking
   where of_platform = current_setting('app.tenant')::int
     and s.holder = of_holder and s.moved_cents > s.earned_cents
     and s.held in ('refused', 'owes')
     and (b.document #>> '{split,platform}')::int = of_platform
   order by s.due_since, s.booking
   limit wanted
$$;
alter function debts_of(int, int, int) owner to hub_definer;
revoke all on function debts_of(int, int, int) from public;
grant execute on function debts_of(int, int, int) to hub_app;

-- How a holder of shares is called, for who gives up what it owes.
create or replace function debtor_name(of_holder int) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select o.name from organisation o
   where o.id = of_holder and exists (select from stay_share s where s.holder = o.id)
$$;
alter function debtor_name(int) owner to hub_definer;
revoke all on function debtor_name(int) from public;
grant execute on function debtor_name(int) to hub_app;

-- The parts of debts that were given up before an instant and that the house of their stay has not
-- written down since, whoever's they are: numbers only, for the sweep that tells them again. Of a
-- house that was erased nobody is left to write anything down.
create or replace function write_offs_to_tell(before timestamptz, wanted int)
returns table (house int, write_off uuid, booking uuid, holder int, cents bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select l.house, l.write_off, l.booking, l.holder, l.cents
    from write_off_line l
   where l.kept_at is null and l.told_at < before
     and exists (select from booking b where b.id = l.booking)
   order by l.told_at, l.write_off, l.booking
   limit wanted
$$;
alter function write_offs_to_tell(timestamptz, int) owner to hub_definer;
revoke all on function write_offs_to_tell(timestamptz, int) from public;
grant execute on function write_offs_to_tell(timestamptz, int) to hub_app;
