-- The commune that an organisation is.
create table city_town (
  tenant     int         primary key references organisation (id),
  code       text        not null check (length(code) between 5 and 5),
  name       text        not null check (length(name) between 1 and 120),
  lat        double precision not null check (lat between -90 and 90),
  lng        double precision not null check (lng between -180 and 180),
  reach_km   double precision not null check (reach_km between 1 and 400),
  chosen_at  timestamptz not null
);

alter table city_town enable row level security;
alter table city_town force row level security;
create policy wall on city_town using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on city_town to hub_app;
