-- What a hotelier says of the house beside the registry, and the nights that a main residence was
-- let in each calendar year (code du tourisme L324-1-1).

alter table property add column facts jsonb not null default '{}';

create table let_year (
  tenant      int      not null,
  property    int      not null,
  year        smallint not null,
  nights      smallint not null check (nights >= 0),
  nights_max  smallint not null check (nights_max > 0),
  primary key (property, year),
  foreign key (property, tenant) references property (id, tenant)
);
create index let_year_by_tenant on let_year (tenant);

alter table let_year enable row level security;
alter table let_year force row level security;
create policy wall on let_year using (tenant = current_setting('app.tenant')::int);
create policy listing on let_year for select to hub_index using (true);
grant select, insert, update on let_year to hub_app;
grant select on let_year to hub_index;
