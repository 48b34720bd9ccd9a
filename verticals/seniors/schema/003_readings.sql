-- Who opened a person's page, or saw what the person shares: a row for each reader and day, shown to
-- the person, gone after a year.
create table senior_reading (
  tenant   int         not null,
  senior   uuid        not null,
  on_day   date        not null,
  reader   text        not null check (reader ~ '^(person:[0-9]+|contact:[0-9a-f-]{36})$'),
  times    int         not null default 1 check (times > 0),
  last_at  timestamptz not null,
  primary key (senior, on_day, reader),
  foreign key (senior, tenant) references senior (id, tenant)
);
create index senior_reading_age on senior_reading (tenant, on_day);

alter table senior_reading enable row level security;
alter table senior_reading force row level security;
create policy wall on senior_reading using (tenant = current_setting('app.tenant')::int);
create policy definer on senior_reading for select to hub_definer using (true);

grant select, insert, delete, update (times, last_at) on senior_reading to hub_app;
grant select (tenant, on_day) on senior_reading to hub_definer;
