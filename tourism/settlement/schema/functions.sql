-- Replaced whole when it changes.

-- The stays whose shares can be moved now, whoever's they are: begun before the day that it is at
-- their house (or cancelled), and either changed since they were last looked at, or with something
-- still due to somebody who can be paid: who cannot keeps nobody else waiting. Numbers only. Those
-- that are taken go to the end of the line, so that stays which can never be settled do not stand
-- before the others for ever. A way back that was refused is asked for again once a day, and so is
-- a stay looked at that was cancelled and has no share. Of stays that have begun longer ago than a year or so, only those are read of which something is still due.
drop function if exists stays_to_settle(date, int);
drop function if exists take_stays_to_settle(date, timestamptz, int);
create or replace function take_stays_to_settle(at timestamptz, wanted int)
returns table (tenant int, booking uuid)
language sql volatile security definer set search_path = public, pg_temp as $$
  with due as (
    select o.booking as id
      from stay_share o
      left join stay_swept w on w.booking = o.booking
     where o.held not in ('', 'sandbox')
       and (o.held <> 'refused' or o.moved_cents <= o.earned_cents
            or w.swept_at is null or w.swept_at <= at - interval '1 day')
       and (o.held <> 'not_payable' or o.moved_cents > o.earned_cents
            or payee_account(o.holder) is not null)),
  begun as (
    select b.id
      from booking b
      left join stay_share s on s.booking = b.id and s.holder = b.tenant
     where b.state in ('confirmed', 'in_house', 'checked_out', 'no_show')
       and b.document ->> 'channel' is distinct from 'desk'
       and b.arrival between (at - interval '400 days')::date and (at + interval '1 day')::date
       and (s.booking is null or s.revision < b.revision)),
  gone as (
    select b.id
      from booking b
      left join stay_share s on s.booking = b.id and s.holder = b.tenant
      left join stay_swept w on w.booking = b.id
     where b.state = 'cancelled'
       and b.document ->> 'channel' is distinct from 'desk'
       and b.arrival >= (at - interval '400 days')::date
       and (s.revision < b.revision
            or s.booking is null and (w.swept_at is null or w.swept_at <= b.cancelled_at
                                      or w.swept_at <= at - interval '1 day')))
  insert into stay_swept (tenant, booking, swept_at)
  select b.tenant, b.id, at
    from (select id from due union select id from begun union select id from gone) found
    join booking b on b.id = found.id
    join property p on p.id = b.property
    left join stay_swept w on w.booking = b.id
   where (b.state = 'cancelled' or b.arrival < (at at time zone p.zone)::date)
     and b.state in ('confirmed', 'in_house', 'checked_out', 'no_show', 'cancelled')
     and b.document ->> 'channel' is distinct from 'desk'
   order by w.swept_at nulls first, b.arrival, b.id
   limit wanted
      on conflict on constraint stay_swept_pkey do update set swept_at = excluded.swept_at
  returning stay_swept.tenant, stay_swept.booking
$$;
alter function take_stays_to_settle(timestamptz, int) owner to hub_definer;
revoke all on function take_stays_to_settle(timestamptz, int) from public;
grant execute on function take_stays_to_settle(timestamptz, int) to hub_app;

-- The movements that the service has answered before an instant and that nobody has finished since,
-- whoever's they are: numbers only, for the sweep that tells it again.
create or replace function moves_to_finish(before timestamptz, wanted int)
returns table (tenant int, call uuid, subject text)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.tenant, c.id, c.subject
    from share_move m join payment_call c on c.id = m.id
   where m.state = 'asked' and c.state <> 'waiting' and c.settled_at < before
   order by c.settled_at, c.id
   limit wanted
$$;
alter function moves_to_finish(timestamptz, int) owner to hub_definer;
revoke all on function moves_to_finish(timestamptz, int) from public;
grant execute on function moves_to_finish(timestamptz, int) to hub_app;

-- What a fund of a scheme (a role's shares that stay with the platform) still has, and what it has
-- borne since an instant for a cause. Who looks in order to use it waits for who looked before.
create or replace function fund_of(of_scheme int, of_holder int, of_role text, of_cause text,
                                   since timestamptz)
returns table (left_cents bigint, borne_cents bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('fund ' || of_scheme || ' ' || of_role, of_holder));
  return query
    with side as (
      select t.reference, t.booked_at, a.code,
             case when t.credit_account = a.id then t.amount_cents else -t.amount_cents end as cents
        from ledger_account a
        join ledger_transfer t on a.id in (t.credit_account, t.debit_account)
       where a.tenant = of_holder and a.scheme = of_scheme
         and a.code in (of_role || '.share', of_role || '.absorbed')
         and t.kind in ('posted', 'post', 'reversal'))
    select coalesce(sum(s.cents), 0)::bigint,
           coalesce(-sum(s.cents) filter (
             where s.code = of_role || '.absorbed' and s.booked_at >= since
               and (of_cause = '' or strpos(s.reference, ':absorbed:' || of_cause) > 0)), 0)::bigint
      from side s;
end $$;
alter function fund_of(int, int, text, text, timestamptz) owner to hub_definer;
revoke all on function fund_of(int, int, text, text, timestamptz) from public;
grant execute on function fund_of(int, int, text, text, timestamptz) to hub_app;

-- The losses of a scheme's stays since an instant: lost disputes, and what houses owe or were freed
-- of. Numbers only, for who votes on what a fund shall bear.
create or replace function scheme_losses(of_scheme int, since timestamptz, at timestamptz, wanted int)
returns table (cause text, cents bigint, begun_at timestamptz, days int)
language sql stable security definer set search_path = public, pg_temp as $$
  (select 'lost_dispute', d.amount_cents::bigint, d.opened_at, 0
     from dispute d
     join charge c on c.id = d.charge
     join booking b on b.id = split_part(c.subject, ':', 2)::uuid
    where d.state = 'lost' and d.opened_at >= since and c.subject like 'booking:%'
      and (b.document #>> '{split,scheme}')::int = of_scheme)
  union all
  (select 'house_debt', s.moved_cents - s.earned_cents, s.due_since,
          extract(day from at - s.due_since)::int
     from stay_share s join booking b on b.id = s.booking
    where s.holder = s.tenant and s.moved_cents > s.earned_cents
      and s.held in ('refused', 'owes') and s.due_since >= since
      and (b.document #>> '{split,scheme}')::int = of_scheme)
  union all
  (select 'house_debt', t.amount_cents::bigint, t.booked_at, 365
     from ledger_transfer t
    where t.scheme = of_scheme and t.booked_at >= since
      and strpos(t.reference, ':absorbed:house_debt') > 0)
  order by 3, 1, 2
  limit wanted
$$;
alter function scheme_losses(int, timestamptz, timestamptz, int) owner to hub_definer;
revoke all on function scheme_losses(int, timestamptz, timestamptz, int) from public;
grant execute on function scheme_losses(int, timestamptz, timestamptz, int) to hub_app;

-- What a house still has to get of its stays, or to give back.
create or replace function duty_of_shares(tenant int, today date)
returns table (many int, cents bigint, until date)
language sql stable security invoker set search_path = public, pg_temp as $$
  select count(*)::int, coalesce(sum(abs(s.moved_cents - s.earned_cents)), 0)::bigint, null::date
    from stay_share s
   where s.holder = $1 and s.moved_cents <> s.earned_cents and s.held <> 'sandbox'
$$;
revoke all on function duty_of_shares(int, date) from public;
grant execute on function duty_of_shares(int, date) to hub_app;

-- What others still have to get of a house's stays, or to give back: its rows are all that says so.
create or replace function duty_of_others_shares(tenant int, today date)
returns table (many int, cents bigint, until date)
language sql stable security invoker set search_path = public, pg_temp as $$
  select count(*)::int, coalesce(sum(abs(s.moved_cents - s.earned_cents)), 0)::bigint, null::date
    from stay_share s
   where s.tenant = $1 and s.holder <> $1 and s.moved_cents <> s.earned_cents
     and s.held <> 'sandbox'
$$;
revoke all on function duty_of_others_shares(int, date) from public;
grant execute on function duty_of_others_shares(int, date) to hub_app;
