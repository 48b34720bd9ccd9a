-- Replaced whole when it changes. Sums over all houses, for whoever collects the tax or must report:
-- no guest's name, address or number is in any of them.

-- The tourist tax that stands in the ledger for stays that ended before a day, by stay and code, less
-- what a collector has declared of it: what is to be declared now (below zero after a refund).
create or replace function taxes_to_declare(of_collector int, before date, wanted int)
returns table (booking uuid, code text, cents bigint, commune text, house text, address text,
               kind text, stars int, registration text, arrival date, departure date, adults int,
               minors int, room_cents bigint, beneficiary text)
language sql stable security definer set search_path = public, pg_temp as $$
  with side as (
    select split_part(t.reference, ':', 2)::uuid as booking, split_part(a.code, '.', 2) as code,
           case when t.credit_account = a.id then t.amount_cents else -t.amount_cents end as cents
      from ledger_account a
      join ledger_transfer t on a.id in (t.credit_account, t.debit_account)
     where a.tenant = of_collector and a.code like 'tourist\_tax.%'
       and t.kind in ('posted', 'post', 'reversal') and t.reference like 'booking:%'),
  held as (select s.booking, s.code, sum(s.cents) as cents from side s group by s.booking, s.code),
  told as (
    select d.booking, d.code, sum(d.cents) as cents
      from declared_tax d where d.tenant = of_collector group by d.booking, d.code)
  select b.id, h.code, (h.cents - coalesce(d.cents, 0))::bigint, p.commune_code, p.name,
         concat_ws(', ', p.address, p.postcode), p.kind, p.stars::int,
         p.facts ->> 'registration_number', b.arrival, b.departure,
         (select coalesce(sum(r.adults), 0)::int from reservation r
           where r.booking = b.id and r.state = 'live'),
         (select coalesce(sum(cardinality(r.child_ages)), 0)::int from reservation r
           where r.booking = b.id and r.state = 'live'),
         (select coalesce(sum(r.gross_cents), 0)::bigint from reservation r
           where r.booking = b.id and r.state = 'live'),
         coalesce((select x ->> 'beneficiary'
                     from jsonb_array_elements(b.document -> 'breakdown' -> 'tourist_tax') x
                    where lower(x ->> 'code') = h.code limit 1), h.code)
    from held h
    join booking b on b.id = h.booking
    join property p on p.id = b.property
    left join told d on d.booking = h.booking and d.code = h.code
   where b.departure < before and h.cents <> coalesce(d.cents, 0)
   order by p.commune_code, b.departure, b.id, h.code
   limit wanted
$$;
alter function taxes_to_declare(int, date, int) owner to hub_definer;
revoke all on function taxes_to_declare(int, date, int) from public;
grant execute on function taxes_to_declare(int, date, int) to hub_app;

-- What houses were paid in a span of days, by stay and day of payment, with the fees and taxes of
-- the stay; for the yearly report of platforms (DAC7). One house's, or all.
create or replace function payments_to_houses(since timestamptz, until timestamptz, of_seller int)
returns table (seller int, property int, house text, address text, kind text, booking uuid,
               paid_on date, cents bigint, fees_cents bigint, taxes_cents bigint, nights int)
language sql stable security definer set search_path = public, pg_temp as $$
  select m.tenant, b.property, p.name, concat_ws(', ', p.address, p.postcode), p.kind, m.booking,
         (m.asked_at at time zone 'Europe/Paris')::date,
         (select sum(part.value::bigint) from jsonb_each_text(m.parts) part)::bigint,
         coalesce((select sum(part.value::bigint) from jsonb_each_text(s.detail) part
                    where part.key <> 'lodging.payable' and part.key not like 'tourist\_tax.%'), 0)
           ::bigint,
         coalesce((select sum(part.value::bigint) from jsonb_each_text(s.detail) part
                    where part.key like 'tourist\_tax.%'), 0)::bigint,
         b.departure - b.arrival
    from share_move m
    join booking b on b.id = m.booking
    join property p on p.id = b.property
    join stay_share s on s.booking = m.booking and s.holder = m.holder
   where m.holder = m.tenant and m.state = 'done' and m.asked_at >= since and m.asked_at < until
     and (of_seller is null or m.tenant = of_seller)
   order by m.tenant, b.property, m.asked_at, m.id
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
         f.born_at, p.account,
         (select count(*)::int from seller_reminder r where r.tenant = o.id),
         (select min(r.at) from seller_reminder r where r.tenant = o.id)
    from organisation o
    left join seller_file f on f.tenant = o.id
    left join payee p on p.tenant = o.id
   where o.id = any(sellers)
   order by o.id
$$;
alter function sellers_of(int[]) owner to hub_definer;
revoke all on function sellers_of(int[]) from public;
grant execute on function sellers_of(int[]) to hub_app;

-- The nights that furnished lets have sold in a month, by day: no hotel is one (EU 2024/1028).
create or replace function short_lets(first date, until date, wanted int)
returns table (property int, house text, address text, commune text, registration text, night date,
               guests int)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, p.name, concat_ws(', ', p.address, p.postcode), p.commune_code,
         p.facts ->> 'registration_number', night::date,
         sum((select coalesce(sum(r.adults + cardinality(r.child_ages)), 0) from reservation r
               where r.booking = b.id and r.state = 'live'))::int
    from property p
    join booking b on b.property = p.id
   cross join lateral generate_series(greatest(b.arrival, first),
                                      least(b.departure, until) - 1, interval '1 day') night
   where p.kind = 'furnished' and b.arrival < until and b.departure > first
     and b.state in ('confirmed', 'in_house', 'checked_out')
   group by p.id, p.name, p.address, p.postcode, p.commune_code, p.facts, night
   order by p.commune_code, p.id, night
   limit wanted
$$;
alter function short_lets(date, date, int) owner to hub_definer;
revoke all on function short_lets(date, date, int) from public;
grant execute on function short_lets(date, date, int) to hub_app;
