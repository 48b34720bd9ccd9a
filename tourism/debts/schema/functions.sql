-- Replaced whole when it changes.

-- What a holder owes, stay by stay, whoever's the stays are: numbers only, for who gives debts up.
create or replace function debts_of(of_holder int, wanted int)
returns table (tenant int, booking uuid, cents bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.tenant, s.booking, s.moved_cents - s.earned_cents
    from stay_share s
   where s.holder = of_holder and s.moved_cents > s.earned_cents
     and s.held in ('refused', 'owes')
   order by s.due_since, s.booking
   limit wanted
$$;
alter function debts_of(int, int) owner to hub_definer;
revoke all on function debts_of(int, int) from public;
grant execute on function debts_of(int, int) to hub_app;
