-- What the town invites people to, at which hours, and who comes.
create table city_event (
  id          uuid        primary key,
  tenant      int         not null references organisation (id),
  title       text        not null check (length(title) between 1 and 160),
  words       text        not null check (length(words) <= 4000),
  place       text        not null check (length(place) between 1 and 300),
  begins_at   timestamptz not null,
  ends_at     timestamptz not null,
  opens_at    timestamptz not null,
  closes_at   timestamptz not null,
  cancelled   text        not null default '' check (length(cancelled) <= 1000),
  revision    int         not null default 0 check (revision >= 0),
  written_at  timestamptz not null,
  unique (id, tenant),
  check (begins_at < ends_at),
  check (opens_at < closes_at and closes_at <= ends_at)
);
create index city_event_time on city_event (tenant, begins_at);
comment on column city_event.cancelled is 'Why it does not take place; empty while it does.';

-- An event without hours to choose from has one slot: itself.
create table city_event_slot (
  id         uuid        primary key,
  tenant     int         not null,
  event      uuid        not null,
  begins_at  timestamptz not null,
  capacity   int         not null check (capacity between 1 and 1000),
  taken      int         not null default 0,
  unique (id, tenant),
  unique (event, begins_at),
  foreign key (event, tenant) references city_event (id, tenant),
  -- Never more people than there is room for.
  check (taken between 0 and capacity)
);

create table city_registration (
  id        uuid        primary key,
  tenant    int         not null,
  event     uuid        not null,
  slot      uuid        not null,
  state     text        not null check (state in ('asked', 'registered', 'waiting', 'cancelled')),
  places    smallint    not null check (places between 1 and 10),
  name      text        not null check (length(name) <= 120),
  email     text        not null check (length(email) <= 254),
  person    int         references person (id),
  asked_at  timestamptz not null,
  since     timestamptz not null,
  foreign key (event, tenant) references city_event (id, tenant),
  foreign key (slot, tenant) references city_event_slot (id, tenant)
);
-- Once for each address: who has two asks for more places.
create unique index city_registration_once on city_registration (event, lower(email))
  where state in ('registered', 'waiting') and email <> '';
create index city_registration_slot on city_registration (slot, state, since, id);
create index city_registration_asked on city_registration (tenant, asked_at);
create index city_registration_by_email on city_registration (lower(email)) where email <> '';
create index city_registration_by_person on city_registration (person) where person is not null;
create index city_registration_named on city_registration (tenant) where name <> '';
comment on column city_registration.since is 'Since when it stands as it does: who waits longest comes first.';

alter table city_event enable row level security;
alter table city_event force row level security;
create policy wall on city_event using (tenant = current_setting('app.tenant')::int);
alter table city_event_slot enable row level security;
alter table city_event_slot force row level security;
create policy wall on city_event_slot using (tenant = current_setting('app.tenant')::int);
alter table city_registration enable row level security;
alter table city_registration force row level security;
create policy wall on city_registration using (tenant = current_setting('app.tenant')::int);
create policy definer on city_registration for select to hub_definer using (true);

grant select, insert, update on city_event, city_event_slot, city_registration to hub_app;
grant select (tenant, email, person) on city_registration to hub_definer;
