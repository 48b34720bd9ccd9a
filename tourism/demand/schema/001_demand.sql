-- Searches by what became of them for a house: a day, an outcome, the nights asked for, what the
-- house demands, the month of arrival. Numbers only: nothing of who searched.

create table lost_search (
  tenant      int      not null,
  property    int      not null,
  searched_on date     not null,
  outcome     text     not null check (length(outcome) between 1 and 40),
  nights      smallint not null check (nights between 1 and 14),
  needed      smallint not null check (needed >= 0),
  month       date     not null check (extract(day from month) = 1),
  searches    int      not null check (searches > 0),
  primary key (property, searched_on, outcome, nights, needed, month),
  foreign key (property, tenant) references property (id, tenant)
);
create index lost_search_by_tenant on lost_search (tenant);
create index lost_search_by_day on lost_search (searched_on);

alter table lost_search enable row level security;
alter table lost_search force row level security;
create policy wall on lost_search using (tenant = current_setting('app.tenant')::int);
create policy definer on lost_search to hub_definer using (true);
grant select on lost_search to hub_app;
grant select, insert, update, delete on lost_search to hub_definer;
