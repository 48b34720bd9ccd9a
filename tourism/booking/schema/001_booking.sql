-- Quotes, bookings with their rooms, and every change of a booking as a numbered revision.

create table quote (
  id           uuid        primary key,
  tenant       int         not null references organisation (id),
  property     int         not null,
  arrival      date        not null,
  departure    date        not null check (departure > arrival),
  total_cents  int         not null check (total_cents > 0),
  document     jsonb       not null,
  made_at      timestamptz not null,
  expires_at   timestamptz not null check (expires_at > made_at),
  foreign key (property, tenant) references property (id, tenant)
);
create index quote_by_tenant on quote (tenant, made_at);

create table booking (
  id            uuid        primary key,
  tenant        int         not null references organisation (id),
  property      int         not null,
  quote         uuid        not null unique references quote (id),
  reference     text        not null unique,
  state         text        not null check (state in
    ('held', 'paying', 'confirmed', 'cancelled', 'expired')),
  revision      int         not null check (revision > 0),
  arrival       date        not null,
  departure     date        not null check (departure > arrival),
  total_cents   int         not null check (total_cents > 0),
  refund_cents  int         not null default 0 check (refund_cents between 0 and total_cents),
  document      jsonb       not null,
  guest         jsonb,
  held_at       timestamptz not null,
  expires_at    timestamptz,
  confirmed_at  timestamptz,
  cancelled_at  timestamptz,
  foreign key (property, tenant) references property (id, tenant),
  check (state not in ('confirmed', 'cancelled') or guest is not null)
);
create index booking_by_arrival on booking (tenant, arrival);
create index booking_by_departure on booking (tenant, departure);
create index booking_held on booking (expires_at) where state = 'held';

create table reservation (
  booking      uuid     not null references booking (id),
  number       smallint not null check (number > 0),
  tenant       int      not null,
  room_type    int      not null,
  rate_plan    int      not null,
  adults       smallint not null check (adults > 0),
  child_ages   int2[]   not null,
  gross_cents  int      not null,
  primary key (booking, number),
  foreign key (room_type, tenant) references room_type (id, tenant),
  foreign key (rate_plan, tenant) references rate_plan (id, tenant)
);
create index reservation_by_tenant on reservation (tenant);

create table booking_revision (
  booking   uuid        not null references booking (id),
  revision  int         not null,
  tenant    int         not null,
  state     text        not null,
  reason    text        not null,
  actor     text        not null,
  at        timestamptz not null,
  primary key (booking, revision)
);
create index booking_revision_by_tenant on booking_revision (tenant);

create table letter (
  booking  uuid        not null references booking (id),
  kind     text        not null,
  tenant   int         not null,
  at       timestamptz not null,
  primary key (booking, kind)
);
create index letter_by_tenant on letter (tenant);

alter table quote enable row level security;
alter table quote force row level security;
create policy wall on quote using (tenant = current_setting('app.tenant')::int);
alter table booking enable row level security;
alter table booking force row level security;
create policy wall on booking using (tenant = current_setting('app.tenant')::int);
create policy definer on booking to hub_definer using (true);
alter table reservation enable row level security;
alter table reservation force row level security;
create policy wall on reservation using (tenant = current_setting('app.tenant')::int);
alter table booking_revision enable row level security;
alter table booking_revision force row level security;
create policy wall on booking_revision using (tenant = current_setting('app.tenant')::int);
alter table letter enable row level security;
alter table letter force row level security;
create policy wall on letter using (tenant = current_setting('app.tenant')::int);

grant select, insert on quote, reservation, booking_revision, letter to hub_app;
grant select, insert, update on booking to hub_app;
grant select on booking to hub_definer;
