-- What is told of the lost demand of areas: counted once for each month that is over, under
-- statistical secrecy, and never changed. Numbers of areas only; null is withheld.

create table told_month (
  month      date        primary key check (extract(day from month) = 1),
  counted_at timestamptz not null
);

create table told_demand (
  month     date   not null references told_month (month),
  level     text   not null check (level in ('region', 'department')),
  area      text   not null check (length(area) between 1 and 3),
  found     int    check (found >= 0),
  lost      int    check (lost >= 0),
  obstacles text[] not null,
  over_half int    not null check (over_half between 0 and cardinality(obstacles)),
  primary key (month, level, area)
);
comment on column told_demand.obstacles is
  'The most frequent first; as many of them as over_half says stood in the way of more than half.';

grant select, insert on told_month, told_demand to hub_app;

-- An enterprise is known by its SIREN, which several houses may have in common.
create policy counting on billing_profile for select to hub_definer using (true);
grant select (tenant, document) on billing_profile to hub_definer;
