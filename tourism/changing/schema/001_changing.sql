-- The versions of a stay that were replaced, and the changes that wait, or waited, for their payment.

create table booking_version (
  booking      uuid        not null references booking (id),
  version      int         not null,
  tenant       int         not null references organisation (id),
  document     jsonb       not null,
  replaced_at  timestamptz not null,
  primary key (booking, version)
);
create index booking_version_by_tenant on booking_version (tenant);

create table booking_change (
  id          uuid        primary key,
  tenant      int         not null references organisation (id),
  booking     uuid        not null references booking (id),
  quote       uuid        not null references quote (id),
  difference  jsonb       not null,
  state       text        not null check (state in ('paying', 'done', 'declined', 'expired')),
  begun_at    timestamptz not null,
  expires_at  timestamptz not null,
  ended_at    timestamptz,
  check ((state = 'paying') = (ended_at is null))
);
create unique index booking_change_open on booking_change (booking) where state = 'paying';
create index booking_change_by_tenant on booking_change (tenant, booking);

alter table booking_version enable row level security;
alter table booking_version force row level security;
create policy wall on booking_version using (tenant = current_setting('app.tenant')::int);
alter table booking_change enable row level security;
alter table booking_change force row level security;
create policy wall on booking_change using (tenant = current_setting('app.tenant')::int);
grant select, insert on booking_version to hub_app;
grant select, insert, update on booking_change to hub_app;
