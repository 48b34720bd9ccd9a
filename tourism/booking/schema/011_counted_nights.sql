-- The nights of a furnished let that was no main residence were not counted when they were booked.
-- The stays of this year on count from now on, and their bookings and open offers say so.

-- Over all tenants.
alter table booking no force row level security;
alter table quote no force row level security;
alter table property no force row level security;
alter table let_year no force row level security;

with counted as (
  update booking b
     set document = b.document || '{"night_counted": true, "night_limited": false}'
    from property p
   where p.id = b.property and p.kind = 'furnished'
     and b.departure > date_trunc('year', now())::date
     and b.state in ('requested', 'held', 'paying', 'confirmed', 'in_house', 'checked_out',
                     'no_show')
     and not b.document @> '{"night_limited": true}'
     and not b.document @> '{"night_counted": true}'
  returning b.tenant, b.property, b.arrival, b.departure, b.state,
            p.facts @> '{"main_residence": true}' as main
), let as (
  select c.tenant, c.property, c.main, y.year,
         sum(least(c.departure, make_date(y.year + 1, 1, 1))
             - greatest(c.arrival, make_date(y.year, 1, 1)))::int as nights
    from counted c
   cross join lateral generate_series(extract(year from c.arrival)::int,
                                      extract(year from c.departure - 1)::int) as y (year)
   where c.state <> 'requested'  -- counted when the house says yes
   group by c.tenant, c.property, c.main, y.year
)
insert into let_year (tenant, property, year, nights, nights_max)
select l.tenant, l.property, l.year, least(l.nights, 32000),
       case when l.main
            then least((select min(o.nights_max) from let_year o where o.property = l.property),
                       120)  -- the next stay says what its commune voted
            else 32767 end
  from let l
 order by l.property, l.year
on conflict (property, year) do update
   set nights = least(let_year.nights::int + excluded.nights, 32000);

update quote q
   set document = q.document || '{"night_counted": true, "night_limited": false}'
  from property p
 where p.id = q.property and p.kind = 'furnished'
   and not p.facts @> '{"main_residence": true}'
   and q.expires_at > now()
   and not q.document @> '{"night_limited": true}'
   and not q.document @> '{"night_counted": true}';

alter table booking force row level security;
alter table quote force row level security;
alter table property force row level security;
alter table let_year force row level security;
