-- The timetable of the town's network, as its GTFS feed says it, and what disturbs it.
create table city_feed (
  tenant     int         primary key references organisation (id),
  agency     text        not null,
  zone       text        not null,
  first_day  date        not null,
  last_day   date        not null,
  stops      int         not null,
  trips      int         not null,
  loaded_at  timestamptz not null
);

create table city_stop (
  tenant  int  not null,
  code    text not null,
  name    text not null,
  lat     double precision not null,
  lng     double precision not null,
  parent  text not null,
  primary key (tenant, code)
);
create index city_stop_parent on city_stop (tenant, parent);

create table city_route (
  tenant     int  not null,
  code       text not null,
  name       text not null,
  long_name  text not null,
  primary key (tenant, code)
);

create table city_service_day (
  tenant   int  not null,
  service  text not null,
  on_day   date not null,
  primary key (tenant, on_day, service)
);

-- A trip leaves a stop, so many seconds after noon minus 12 hours of its service day.
create table city_call (
  tenant    int  not null,
  trip      text not null,
  sequence  int  not null,
  stop      text not null,
  seconds   int  not null check (seconds between 0 and 400000),
  route     text not null,
  service   text not null,
  headsign  text not null,
  primary key (tenant, trip, sequence)
);
create index city_call_at on city_call (tenant, stop, seconds);

create table city_disruption (
  id         uuid        primary key,
  tenant     int         not null references organisation (id),
  stop       text        not null,
  route      text        not null,
  headline   text        not null check (length(headline) between 1 and 160),
  body       text        not null check (length(body) <= 2000),
  begins_at  timestamptz not null,
  ends_at    timestamptz not null,
  unique (id, tenant)
);
create index city_disruption_end on city_disruption (tenant, ends_at);

alter table city_feed enable row level security;
alter table city_feed force row level security;
create policy wall on city_feed using (tenant = current_setting('app.tenant')::int);
alter table city_stop enable row level security;
alter table city_stop force row level security;
create policy wall on city_stop using (tenant = current_setting('app.tenant')::int);
alter table city_route enable row level security;
alter table city_route force row level security;
create policy wall on city_route using (tenant = current_setting('app.tenant')::int);
alter table city_service_day enable row level security;
alter table city_service_day force row level security;
create policy wall on city_service_day using (tenant = current_setting('app.tenant')::int);
alter table city_call enable row level security;
alter table city_call force row level security;
create policy wall on city_call using (tenant = current_setting('app.tenant')::int);
alter table city_disruption enable row level security;
alter table city_disruption force row level security;
create policy wall on city_disruption using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete on city_feed to hub_app;
grant select, insert, delete on city_stop, city_route, city_service_day, city_call to hub_app;
grant select, insert, update on city_disruption to hub_app;
