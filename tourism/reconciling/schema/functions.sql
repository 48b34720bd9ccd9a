-- Replaced whole when it changes.

-- What the ledger has posted into and out of the platform's money at the service since an instant,
-- by what it was for. The sandbox's charges have no money at the service and are left out.
create or replace function cash_postings(since timestamptz)
returns table (key text, cents bigint, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  with cash as (select id from ledger_account where code = 'psp.cash'),
  posted as (
    select t.reference, t.amount_cents as cents, t.booked_at
      from cash join ledger_transfer t on t.debit_account = cash.id
     where t.kind in ('posted', 'post', 'reversal') and t.booked_at >= since
    union all
    select t.reference, -t.amount_cents, t.booked_at
      from cash join ledger_transfer t on t.credit_account = cash.id
     where t.kind in ('posted', 'post', 'reversal') and t.booked_at >= since),
  named as (
    select split_part(reference, ':', 1) as kind, split_part(reference, ':', 2) as number, cents,
           booked_at
      from posted)
  select n.kind || ':' || n.number, sum(n.cents)::bigint, min(n.booked_at)
    from named n
   where not exists (
           select from charge c
            where c.id = case when n.kind = 'charge' then n.number::uuid end
              and c.reference like 'sandbox%')
     and not exists (
           select from refund r
            where r.id = case when n.kind = 'refund' then n.number::uuid end
              and r.reference like 'sandbox%')
   group by 1
$$;
alter function cash_postings(timestamptz) owner to hub_definer;
revoke all on function cash_postings(timestamptz) from public;
grant execute on function cash_postings(timestamptz) to hub_app;

-- What does not agree between the ledger and the service's lines: begun between two instants, so
-- that what is under way now, and what is older than both sides were read, is left alone. What one
-- side wrote down long after the other differs in the window and agrees as a whole: it is left out.
create or replace function cash_breaks(since timestamptz, until timestamptz, wanted int)
returns table (key text, ours bigint, theirs bigint, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  with ours as (select * from cash_postings(since - interval '30 days')),
  theirs as (
    select l.key, sum(l.cents)::bigint as cents, min(l.at) as at
      from service_line l where l.at >= since - interval '30 days' group by l.key),
  differing as (
    select coalesce(o.key, t.key) as key, coalesce(o.cents, 0) as ours,
           coalesce(t.cents, 0) as theirs, least(o.at, t.at) as at
      from ours o full join theirs t on t.key = o.key
     where coalesce(o.cents, 0) <> coalesce(t.cents, 0)
       and least(o.at, t.at) >= since and greatest(o.at, t.at) <= until),
  all_theirs as (
    select l.key, sum(l.cents)::bigint as cents
      from service_line l where l.key in (select d.key from differing d) group by l.key)
  select d.key, d.ours, d.theirs, d.at
    from differing d left join cash_postings('-infinity') o on o.key = d.key
                     left join all_theirs t on t.key = d.key
   where coalesce(o.cents, 0) <> coalesce(t.cents, 0)
   order by d.at, 1
   limit wanted
$$;
alter function cash_breaks(timestamptz, timestamptz, int) owner to hub_definer;
revoke all on function cash_breaks(timestamptz, timestamptz, int) from public;
grant execute on function cash_breaks(timestamptz, timestamptz, int) to hub_app;

-- All that the ledger holds at the service.
create or replace function cash_held() returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(sum(cents), 0)::bigint from cash_postings('-infinity')
$$;
alter function cash_held() owner to hub_definer;
revoke all on function cash_held() from public;
grant execute on function cash_held() to hub_app;

-- Each account at the service with what was moved to it, and what of it went to its bank before a
-- day; none of what is under way. What paid a debt beside the account never was on it.
drop function if exists moved_to_accounts();
drop function if exists moved_to_accounts(date);
create or replace function moved_to_accounts(before date, after text, wanted int)
returns table (account text, cents bigint, out_cents bigint, under_way boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.account,
         coalesce((select sum(part.value::bigint)
                     from share_move m cross join lateral jsonb_each_text(m.parts) part
                    where m.holder = p.tenant and m.state = 'done'
                      and m.reference not like 'debt:%'), 0)::bigint,
         coalesce((select sum(o.amount_cents) from payout o
                    where o.tenant = p.tenant and o.arrives_on < before
                      and o.state not in ('failed', 'canceled')), 0)::bigint,
         exists (select from share_move m where m.holder = p.tenant and m.state = 'asked')
    from payee p
   where p.account > after
   order by p.account
   limit wanted
$$;
alter function moved_to_accounts(date, text, int) owner to hub_definer;
revoke all on function moved_to_accounts(date, text, int) from public;
grant execute on function moved_to_accounts(date, text, int) to hub_app;

-- The payouts of an account that we know and that arrive from a day on.
drop function if exists known_payouts();
create or replace function known_payouts(of_account text, since date, wanted int)
returns table (id text, cents bigint, state text, arrives_on date)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, p.amount_cents, p.state, p.arrives_on
    from payee e join payout p on p.tenant = e.tenant
   where e.account = of_account and p.arrives_on >= since
   order by p.arrives_on desc, p.id
   limit wanted
$$;
alter function known_payouts(text, date, int) owner to hub_definer;
revoke all on function known_payouts(text, date, int) from public;
grant execute on function known_payouts(text, date, int) to hub_app;

-- Money that a guest should have back and that the service refuses to give.
create or replace function refused_refunds(wanted int)
returns table (key text, cents bigint, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select 'refused:' || r.id, r.amount_cents::bigint, r.created_at
    from refund r where r.state = 'failed' order by r.created_at limit wanted
$$;
alter function refused_refunds(int) owner to hub_definer;
revoke all on function refused_refunds(int) from public;
grant execute on function refused_refunds(int) to hub_app;

-- Who holds the money at the service: the organisations to tell when something does not agree.
create or replace function cash_holders() returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct a.tenant from ledger_account a where a.code = 'psp.cash' order by 1 limit 100
$$;
alter function cash_holders() owner to hub_definer;
revoke all on function cash_holders() from public;
grant execute on function cash_holders() to hub_app;

-- What holders owe a platform (null: each of them), each with the age of its oldest debt and when it
-- was last asked: received beyond what was earned, with no way back while their accounts are empty.
-- Only what is owed since an instant or longer, and was not asked for since another one.
drop function if exists open_debts(int);
create or replace function open_debts(of_platform int, old timestamptz, unasked timestamptz,
                                      wanted int)
returns table (holder int, name text, cents bigint, stays int, since timestamptz,
               asked_at timestamptz, times_asked int)
language sql stable security definer set search_path = public, pg_temp as $$
  with owed as (
    select s.holder, sum(s.moved_cents - s.earned_cents)::bigint as cents, count(*)::int as stays,
           min(s.due_since) as since
      from stay_share s join booking b on b.id = s.booking
     where s.moved_cents > s.earned_cents and s.held in ('refused', 'owes')
       and (of_platform is null or (b.document #>> '{split,platform}')::int = of_platform)
     group by s.holder)
  select o.holder, n.name, o.cents, o.stays, o.since, d.at, d.times
    from owed o
    join organisation n on n.id = o.holder
   cross join lateral (select max(d.at) as at, count(*)::int as times
                         from debt_asked d where d.tenant = o.holder and d.at >= o.since) d
   where o.since <= old and coalesce(d.at, '-infinity') <= unasked
   order by o.since, o.holder
   limit wanted
$$;
alter function open_debts(int, timestamptz, timestamptz, int) owner to hub_definer;
revoke all on function open_debts(int, timestamptz, timestamptz, int) from public;
grant execute on function open_debts(int, timestamptz, timestamptz, int) to hub_app;

-- Whose the balance at the service is: the one organisation that holds money there, else who runs
-- this hub. The service's account is one, whatever platforms sell through it.
create or replace function balance_owner() returns int
language sql stable security definer set search_path = public, pg_temp as $$
  with holders as (select distinct a.tenant from ledger_account a where a.code = 'psp.cash')
  select case when (select count(*) from holders) = 1 then (select tenant from holders)
              else (select min(id) from organisation where kind = 'operator') end
$$;
alter function balance_owner() owner to hub_definer;
revoke all on function balance_owner() from public;
grant execute on function balance_owner() to hub_app;
