-- Whether services answered, what did not work, what was announced; and each client's months.

create table service_pulse (
  service  text        not null references trust_service (code),
  minute   timestamptz not null check (date_trunc('minute', minute, 'UTC') = minute),
  ok       boolean     not null,
  ms       int         not null check (ms >= 0),
  primary key (service, minute)
);
comment on table service_pulse is
  'One question a minute by the public address. Of two answers in a minute the bad one stays.';

create table service_incident (
  id             uuid        primary key,
  service        text        not null references trust_service (code),
  began_at       timestamptz not null,
  found_at       timestamptz not null check (found_at >= began_at),
  told_at        timestamptz not null check (told_at >= found_at),
  ended_at       timestamptz check (ended_at > began_at),
  tenants        int[]       not null default '{}' check (cardinality(tenants) <= 1000),
  words          text        not null check (length(words) between 1 and 2000),
  cause          text        not null default '' check (length(cause) <= 4000),
  cause_told_at  timestamptz,
  check ((cause = '') = (cause_told_at is null))
);
create index service_incident_by_time on service_incident (service, began_at desc);

create table service_work (
  id            uuid        primary key,
  service       text        not null references trust_service (code),
  begins_at     timestamptz not null,
  ends_at       timestamptz not null check (ends_at > begins_at),
  announced_at  timestamptz not null,
  words         text        not null check (length(words) between 1 and 2000)
);
create index service_work_by_time on service_work (service, begins_at desc);

create table service_month (
  tenant         int         not null references organisation (id),
  service        text        not null,
  month          date        not null,
  client         int         not null,
  counted        int         not null check (counted >= 0),
  up             int         not null check (up between 0 and counted),
  target_ppm     int         not null,
  percent        int         not null check (percent between 0 and 100),
  base_cents     bigint      not null check (base_cents >= 0),
  credit_cents   bigint      not null check (credit_cents between 0 and base_cents),
  credit_number  text,
  closed_at      timestamptz not null,
  primary key (tenant, service, month, client)
);
comment on column service_month.tenant is 'The operator, who issues the credit note.';

alter table service_month enable row level security;
alter table service_month force row level security;
create policy wall on service_month
  using (tenant = current_setting('app.tenant')::int or client = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int);

grant select, insert on service_pulse to hub_app;
grant update (ok, ms) on service_pulse to hub_app;
grant select, insert on service_incident to hub_app;
grant update (ended_at, cause, cause_told_at) on service_incident to hub_app;
grant select, insert on service_work to hub_app;
grant select, insert on service_month to hub_app;
