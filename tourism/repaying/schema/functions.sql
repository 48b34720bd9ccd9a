-- Replaced whole when it changes.

-- To whom the caller owes how much, and the account that a transfer goes to.
create or replace function debt_payees(wanted int)
returns table (platform int, name text, iban text, cents bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with owed as (
    select (b.document #>> '{split,platform}')::int as platform,
           sum(s.moved_cents - s.earned_cents)::bigint as cents
      from stay_share s join booking b on b.id = s.booking
     where s.holder = current_setting('app.tenant')::int
       and s.moved_cents > s.earned_cents and s.held in ('refused', 'owes')
     group by 1)
  select o.platform, coalesce(p.document ->> 'name', n.name), p.document ->> 'iban', o.cents
    from owed o
    join organisation n on n.id = o.platform
    left join billing_profile p on p.tenant = o.platform
   order by o.cents desc, o.platform
   limit wanted
$$;
alter function debt_payees(int) owner to hub_definer;
revoke all on function debt_payees(int) from public;
grant execute on function debt_payees(int) to hub_app;

-- The oldest stays for which a holder owes the caller, a platform, as many as so many cents pay; each
-- with what is owed in all. What was noted before and is not counted yet is not owed twice.
create or replace function lines_to_repay(of_holder int, amount bigint, wanted int)
returns table (house int, booking uuid, cents bigint, owed_cents bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with noted as (
    select l.booking, sum(l.cents) as cents
      from debt_received_line l
     where l.holder = of_holder and l.counted_at is null and l.taken_back_at is null
     group by l.booking),
  owed as (
    select s.tenant, s.booking, s.due_since,
           s.moved_cents - s.earned_cents - coalesce(n.cents, 0)::bigint as cents
      from stay_share s
      join booking b on b.id = s.booking
      left join noted n on n.booking = s.booking
     where s.holder = of_holder and s.moved_cents > s.earned_cents
       and s.held in ('refused', 'owes')
       and (b.document #>> '{split,platform}')::int = current_setting('app.tenant')::int),
  counted as (
    select o.*, sum(o.cents) over (order by o.due_since, o.booking)::bigint as until,
           sum(o.cents) over ()::bigint as whole
      from owed o where o.cents > 0)
  select c.tenant, c.booking, least(c.cents, amount - (c.until - c.cents)), c.whole
    from counted c
   where c.until - c.cents < amount
   order by c.until
   limit wanted
$$;
alter function lines_to_repay(int, bigint, int) owner to hub_definer;
revoke all on function lines_to_repay(int, bigint, int) from public;
grant execute on function lines_to_repay(int, bigint, int) to hub_app;

-- Who owes the caller, a platform, how much and for how long: by the age of each stay's debt, and what
-- of it was received and is not counted yet.
create or replace function aged_debts(at timestamptz, wanted int)
returns table (holder int, name text, kind text, cents bigint, stays int, since timestamptz,
               month_cents bigint, two_months_cents bigint, three_months_cents bigint,
               older_cents bigint, noted_cents bigint, asked_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  with owed as (
    select s.holder, s.moved_cents - s.earned_cents as cents, s.due_since,
           extract(day from at - s.due_since)::int as days
      from stay_share s join booking b on b.id = s.booking
     where s.moved_cents > s.earned_cents and s.held in ('refused', 'owes')
       and (b.document #>> '{split,platform}')::int = current_setting('app.tenant')::int),
  summed as (
    select o.holder, sum(o.cents)::bigint as cents, count(*)::int as stays, min(o.due_since) as since,
           coalesce(sum(o.cents) filter (where o.days <= 30), 0)::bigint as month,
           coalesce(sum(o.cents) filter (where o.days between 31 and 60), 0)::bigint as two,
           coalesce(sum(o.cents) filter (where o.days between 61 and 90), 0)::bigint as three,
           coalesce(sum(o.cents) filter (where o.days > 90), 0)::bigint as older
      from owed o group by o.holder)
  select o.holder, n.name, n.kind, o.cents, o.stays, o.since, o.month, o.two, o.three, o.older,
         coalesce((select sum(l.cents) from debt_received_line l
                    where l.holder = o.holder and l.counted_at is null and l.taken_back_at is null
                      and l.tenant = current_setting('app.tenant')::int), 0)::bigint,
         (select max(d.at) from debt_asked d where d.tenant = o.holder and d.at >= o.since)
    from summed o join organisation n on n.id = o.holder
   order by o.since, o.holder
   limit wanted
$$;
alter function aged_debts(timestamptz, int) owner to hub_definer;
revoke all on function aged_debts(timestamptz, int) from public;
grant execute on function aged_debts(timestamptz, int) to hub_app;

-- The parts of transfers that were noted, or taken back, before an instant and that the house of
-- their stay has not written down since, whoever's they are: numbers only, for the sweep that tells
-- them again. Of a house that was erased nobody is left to write anything down.
create or replace function parts_to_tell(before timestamptz, wanted int)
returns table (house int, received uuid, booking uuid, holder int, cents bigint, is_back boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  with told as (
    select l.house, l.received, l.booking, l.holder, l.cents, false as is_back, r.noted_at as at
      from debt_received_line l
      join debt_received r on r.tenant = l.tenant and r.id = l.received
     where l.counted_at is null and l.taken_back_at is null
       and r.taken_back_at is null and r.noted_at < before
    union all
    select l.house, l.received, l.booking, l.holder, l.cents, true, r.taken_back_at
      from debt_received r
      join debt_received_line l on l.tenant = r.tenant and l.received = r.id
     where r.taken_back_at < before and l.taken_back_at is null)
  select t.house, t.received, t.booking, t.holder, t.cents, t.is_back
    from told t
   where exists (select from booking b where b.id = t.booking)
   order by t.at, t.received, t.booking
   limit wanted
$$;
alter function parts_to_tell(timestamptz, int) owner to hub_definer;
revoke all on function parts_to_tell(timestamptz, int) from public;
grant execute on function parts_to_tell(timestamptz, int) to hub_app;
