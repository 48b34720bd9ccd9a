-- Replaced whole when it changes. Sums over all houses, for whoever collects the tax or must report:
-- no guest's name, address or number is in any of them.

-- A stay as declarations read it: of a house that is here, or what was kept of one that has left.
create or replace function stay_to_declare(wanted uuid)
returns table (tenant int, booking uuid, property int, house text, address text, commune text,
               kind text, stars int, registration text, arrival date, departure date, version int,
               was_let boolean, adults int, minors int, room_cents bigint, beneficiaries jsonb)
language sql stable as $$
  select b.tenant, b.id, b.property, p.name, concat_ws(', ', p.address, p.postcode), p.commune_code,
         p.kind, p.stars::int, p.facts ->> 'registration_number', b.arrival, b.departure, b.version,
         b.state in ('confirmed', 'in_house', 'checked_out'),
         (select coalesce(sum(r.adults), 0)::int from reservation r
           where r.booking = b.id and r.state = 'live'),
         (select coalesce(sum(cardinality(r.child_ages)), 0)::int from reservation r
           where r.booking = b.id and r.state = 'live'),
         (select coalesce(sum(r.gross_cents), 0)::bigint from reservation r
           where r.booking = b.id and r.state = 'live'),
         (select coalesce(jsonb_object_agg(lower(x ->> 'code'), x ->> 'beneficiary'), '{}')
            from jsonb_path_query(b.document, '$.breakdown.tourist_tax[*]') x
           where x ->> 'code' is not null and x ->> 'beneficiary' is not null)
    from booking b join property p on p.id = b.property
   where b.id = wanted
  union all
  select l.tenant, l.booking, l.property, l.house, l.address, l.commune, l.kind, l.stars,
         l.registration, l.arrival, l.departure, l.version, l.was_let, l.adults, l.minors,
         l.room_cents, l.beneficiaries
    from left_stay l
   where l.booking = wanted and not exists (select from booking b where b.id = wanted)
$$;
revoke all on function stay_to_declare(uuid) from public;
grant execute on function stay_to_declare(uuid) to hub_definer;

-- The last instant at which anything of a house was booked or paid to it; not before an instant.
create or replace function declaring_last(house int, at timestamptz) returns timestamptz
language sql stable as $$
  select greatest(at,
                  (select max(t.booked_at) from ledger_transfer t
                    where house in (t.tenant, t.debit_tenant, t.credit_tenant)),
                  (select max(m.answered_at) from share_move m where m.tenant = house))
$$;
revoke all on function declaring_last(int, timestamptz) from public;

-- Before the rows of a house are erased: what declarations need of its stays, and where it was paid.
-- What is booked from then on, and the nights from that day on, are not of this hub.
drop function if exists declaring_leave(int);
drop function if exists declaring_leave(int, date);
create or replace function declaring_leave(leaving int, left_at timestamptz) returns void
language sql as $$
  insert into left_stay (tenant, booking, property, house, address, commune, kind, stars,
                         registration, arrival, departure, version, was_let, adults, minors,
                         room_cents, beneficiaries)
  select s.*
    from booking b
   cross join lateral stay_to_declare(b.id) s
   where b.tenant = leaving
     and (s.was_let
          or exists (select from stay_share h where h.booking = b.id)
          or exists (select from ledger_transfer t
                      where t.reference >= 'booking:' || b.id
                        and t.reference < 'booking:' || b.id || chr(65535)
                        and starts_with(t.reference, 'booking:' || b.id)))
  on conflict (booking) do update
     set house = excluded.house, address = excluded.address, commune = excluded.commune,
         kind = excluded.kind, stars = excluded.stars, registration = excluded.registration,
         arrival = excluded.arrival, departure = excluded.departure, version = excluded.version,
         was_let = excluded.was_let, adults = excluded.adults, minors = excluded.minors,
         room_cents = excluded.room_cents, beneficiaries = excluded.beneficiaries;
  insert into left_seller (tenant, account)
  select p.tenant, p.account from payee p where p.tenant = leaving
  on conflict (tenant) do update set account = excluded.account;
  -- Rows that were written in the very moment are erased after the others.
  update lived_elsewhere e set since = declaring_last(leaving, left_at)
   where e.tenant = leaving and e.until = 'infinity' and e.since > '-infinity';
  insert into lived_elsewhere (tenant, since, until)
  select leaving, declaring_last(leaving, left_at), 'infinity'
   where exists (select from property p where p.tenant = leaving)
     and not exists (select from lived_elsewhere e where e.tenant = leaving and e.until = 'infinity')
  on conflict (tenant, since) do update set until = excluded.until
$$;
revoke all on function declaring_leave(int, timestamptz) from public;

-- After the rows of a house have arrived: what they hold was collected elsewhere, until an instant
-- from which on it lives here; without one they are a copy. Said again, the later instant counts.
drop function if exists declaring_arrive(int);
create or replace function declaring_settle(arrived int, lives_at timestamptz) returns void
language sql as $$
  insert into lived_elsewhere (tenant, since, until)
  select arrived, '-infinity', 'infinity'
   where exists (select from property p where p.tenant = arrived)
     and not exists (select from lived_elsewhere e where e.tenant = arrived)
     and not exists (select from left_stay l where l.tenant = arrived)
     and not exists (select from left_seller l where l.tenant = arrived);
  update lived_elsewhere e
     set until = case when lives_at is null then 'infinity'
                      when e.until = 'infinity' then greatest(e.since, l.last)
                      else greatest(e.until, l.last) end
    from (select declaring_last(arrived, lives_at) as last) l
   where e.tenant = arrived
     and e.since = (select max(o.since) from lived_elsewhere o where o.tenant = arrived)
$$;
revoke all on function declaring_settle(int, timestamptz) from public;

-- The tourist tax that stands in the ledger for stays that ended before a day, by stay and code, less
-- what a collector has declared of it: what is to be declared now (below zero after a refund).
create or replace function taxes_to_declare(of_collector int, before date, wanted int)
returns table (booking uuid, code text, cents bigint, commune text, house text, address text,
               kind text, stars int, registration text, arrival date, departure date, adults int,
               minors int, room_cents bigint, beneficiary text)
language sql stable security definer set search_path = public, pg_temp as $$
  with away as (
    select b.id as booking, e.since, e.until
      from lived_elsewhere e join booking b on b.tenant = e.tenant
    union all
    select l.booking, e.since, e.until
      from lived_elsewhere e join left_stay l on l.tenant = e.tenant),
  side as (
    select split_part(t.reference, ':', 2)::uuid as booking, split_part(a.code, '.', 2) as code,
           case when t.credit_account = a.id then t.amount_cents else -t.amount_cents end as cents
      from ledger_account a
      join ledger_transfer t on a.id in (t.credit_account, t.debit_account)
     where a.tenant = of_collector and a.code like 'tourist\_tax.%'
       and t.kind in ('posted', 'post', 'reversal') and t.reference like 'booking:%'
       and not exists (
         select from away w
          where w.booking = split_part(t.reference, ':', 2)::uuid
            and t.booked_at > w.since and t.booked_at <= w.until)),
  held as (select s.booking, s.code, sum(s.cents) as cents from side s group by s.booking, s.code),
  told as (
    select d.booking, d.code, sum(d.cents) as cents
      from declared_tax d where d.tenant = of_collector group by d.booking, d.code)
  select h.booking, h.code, (h.cents - coalesce(d.cents, 0))::bigint, s.commune, s.house, s.address,
         s.kind, s.stars, s.registration, s.arrival, s.departure, s.adults, s.minors, s.room_cents,
         coalesce(s.beneficiaries ->> h.code, h.code)
    from held h
    left join told d on d.booking = h.booking and d.code = h.code
   cross join lateral stay_to_declare(h.booking) s
   where s.departure < before and h.cents <> coalesce(d.cents, 0)
   order by s.commune, s.departure, h.booking, h.code
   limit wanted
$$;
alter function taxes_to_declare(int, date, int) owner to hub_definer;
revoke all on function taxes_to_declare(int, date, int) from public;
grant execute on function taxes_to_declare(int, date, int) to hub_app;

-- What houses were paid in a span of days, by stay and day of payment, with the fees and taxes of
-- the stay; for the yearly report of platforms (DAC7). One house's, or all. What a stay has brought
-- to its house is what was moved to it and what its guest has paid at the house, less the fees that
-- the house owes of that; it is never below zero. So neither the amends of a stay that was paid back
-- nor what pays those fees lowers it a second time; a debt that was given up lowers nothing. The
-- first payment of a stay, in whichever span, is the one with which the stay itself is counted.
-- What was paid while the house lived in another hub is told there.
drop function if exists payments_to_houses(timestamptz, timestamptz, int);
create or replace function payments_to_houses(since timestamptz, until timestamptz, of_seller int)
returns table (seller int, property int, house text, address text, kind text, booking uuid,
               paid_on date, cents bigint, fees_cents bigint, taxes_cents bigint, nights int,
               is_first boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  with stay as (
    select s.tenant, s.booking, s.detail, 'booking:' || s.booking as subject,
           coalesce(b.property, l.property) as property,
           coalesce(b.departure - b.arrival, l.departure - l.arrival) as nights,
           coalesce(b.version, l.version) as version
      from stay_share s
      left join booking b on b.id = s.booking
      left join left_stay l on l.booking = s.booking
     where s.holder = s.tenant and s.held <> 'sandbox'
       and (b.id is not null or l.booking is not null)
       and (of_seller is null or s.tenant = of_seller)
       and (s.arrival between (since - interval '400 days')::date and until::date
            or s.booking in (
              select m.booking from share_move m
               where m.holder = m.tenant and m.state = 'done'
                 and (of_seller is null or m.holder = of_seller)
                 and m.answered_at >= since and m.answered_at < until))),
  at_house as (
    select s.booking, paid.id, paid.booked_at, paid.amount_cents
             - coalesce((select sum(tax.amount_cents) from ledger_transfer tax
                          where tax.reference >= paid.reference || ':tax:'
                            and tax.reference < paid.reference || ':tax:' || chr(65535)
                            and starts_with(tax.reference, paid.reference || ':tax:')), 0) as cents,
           least(0, (select sum(case when t.credit_account = a.id
                                     then t.amount_cents else -t.amount_cents end)
                       from ledger_transfer t
                       join ledger_account a on a.id in (t.credit_account, t.debit_account)
                      where t.reference >= s.subject and t.reference < s.subject || chr(65535)
                        and starts_with(t.reference, s.subject)
                        and t.kind in ('posted', 'post', 'reversal')
                        and t.booked_at <= paid.booked_at
                        and a.tenant = s.tenant and a.code = 'lodging.payable')) as left_cents
      from stay s
     cross join lateral generate_series(1, s.version) v
      join ledger_transfer paid
        on paid.reference = s.subject || case when v = 1 then '' else ':' || v end || ':house'),
  step as (
    select s.booking, m.answered_at as at, m.id::text as id, 0::numeric as paid_cents,
           0::numeric as owed_cents,
           (select sum(part.value::bigint) from jsonb_each_text(m.parts) part) as moved_cents
      from stay s
      join share_move m on m.tenant = s.tenant and m.booking = s.booking and m.holder = s.tenant
     where m.state = 'done' and not starts_with(m.reference, 'debt:writeoff:')
    union all
    select h.booking, h.booked_at, h.id::text, h.cents,
           h.left_cents - lag(h.left_cents, 1, 0::numeric)
                            over (partition by h.booking order by h.booked_at, h.id), 0
      from at_house h),
  sums as (
    select step.booking, step.at, step.id, sum(step.paid_cents) over so_far as paid,
           sum(step.owed_cents) over so_far as owed, sum(step.moved_cents) over so_far as moved
      from step
    window so_far as (partition by step.booking order by step.at, step.id rows unbounded preceding)),
  brought as (
    select sums.booking, sums.at, sums.id,
           greatest(0, sums.paid + case when sums.owed < 0 then least(sums.moved, sums.owed)
                                        else sums.moved end) as cents
      from sums),
  change as (
    select brought.booking, brought.at, brought.id,
           brought.cents - lag(brought.cents, 1, 0::numeric)
             over (partition by brought.booking order by brought.at, brought.id) as cents
      from brought),
  payment as (
    select change.*, row_number() over (
             partition by change.booking order by change.at, change.id) = 1 as is_first
      from change where change.cents <> 0)
  select s.tenant, s.property, coalesce(p.name, l.house),
         case when p.id is null then l.address else concat_ws(', ', p.address, p.postcode) end,
         coalesce(p.kind, l.kind), s.booking,
         (paid.at at time zone 'Europe/Paris')::date, paid.cents::bigint,
         coalesce((select sum(part.value::bigint) from jsonb_each_text(s.detail) part
                    where part.key <> 'lodging.payable' and part.key not like 'tourist\_tax.%'), 0)
           ::bigint,
         coalesce((select sum(part.value::bigint) from jsonb_each_text(s.detail) part
                    where part.key like 'tourist\_tax.%'), 0)::bigint,
         s.nights, paid.is_first
    from payment paid
    join stay s on s.booking = paid.booking
    left join property p on p.id = s.property
    left join left_stay l on l.booking = s.booking
   where paid.at >= since and paid.at < until
     and not exists (
       select from lived_elsewhere e
        where e.tenant = s.tenant and paid.at > e.since and paid.at <= e.until)
   order by s.tenant, s.property, paid.at, paid.id
   limit 2000000
$$;
alter function payments_to_houses(timestamptz, timestamptz, int) owner to hub_definer;
revoke all on function payments_to_houses(timestamptz, timestamptz, int) from public;
grant execute on function payments_to_houses(timestamptz, timestamptz, int) to hub_app;

-- Sellers of a span, each with its file, its account at the payment service, and the lettings of each
-- of its listings.
create or replace function sellers_of(sellers int[])
returns table (seller int, organisation text, person boolean, name text, address text, country text,
               tax_number text, vat_number text, born_on date, born_at text, account text,
               reminders int, first_reminder timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, o.name, f.person, f.name, f.address, f.country, f.tax_number, f.vat_number, f.born_on,
         f.born_at, coalesce(p.account, l.account),
         (select count(*)::int from seller_reminder r where r.tenant = o.id),
         (select min(r.at) from seller_reminder r where r.tenant = o.id)
    from organisation o
    left join seller_file f on f.tenant = o.id
    left join payee p on p.tenant = o.id
    left join left_seller l on l.tenant = o.id
   where o.id = any(sellers)
   order by o.id
$$;
alter function sellers_of(int[]) owner to hub_definer;
revoke all on function sellers_of(int[]) from public;
grant execute on function sellers_of(int[]) to hub_app;

-- The nights that furnished lets have sold in a month, by day: no hotel is one (EU 2024/1028). Each
-- night is told by the hub in which the house lived at its end.
create or replace function short_lets(first date, until date, wanted int)
returns table (property int, house text, address text, commune text, registration text, night date,
               guests int)
language sql stable security definer set search_path = public, pg_temp as $$
  with stay as (
    select b.id
      from property p join booking b on b.property = p.id
     where p.kind = 'furnished' and b.arrival < until and b.departure > first
       and b.state in ('confirmed', 'in_house', 'checked_out')
    union
    select l.booking
      from left_stay l
     where l.kind = 'furnished' and l.arrival < until and l.departure > first and l.was_let
       and not exists (select from booking b where b.id = l.booking))
  select s.property, s.house, s.address, s.commune, s.registration, night::date,
         sum(s.adults + s.minors)::int
    from stay
   cross join lateral stay_to_declare(stay.id) s
   cross join lateral generate_series(greatest(s.arrival, first),
                                      least(s.departure, until) - 1, interval '1 day') night
   where not exists (
     select from lived_elsewhere e
      where e.tenant = s.tenant and night::date >= (e.since at time zone 'Europe/Paris')::date
        and night::date < (e.until at time zone 'Europe/Paris')::date)
   group by s.property, s.house, s.address, s.commune, s.registration, night
   order by s.commune, s.property, night
   limit wanted
$$;
alter function short_lets(date, date, int) owner to hub_definer;
revoke all on function short_lets(date, date, int) from public;
grant execute on function short_lets(date, date, int) to hub_app;
