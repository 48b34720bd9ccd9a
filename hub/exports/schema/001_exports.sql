-- Everything that an organisation has, asked for whenever it wants: made by an administrator's
-- process, kept some days as a file of the zone.

create table organisation_export (
  tenant      int         not null references organisation (id),
  id          uuid        not null,
  state       text        not null check (state in ('waiting', 'building', 'ready', 'failed')),
  asked_by    text        not null,
  asked_at    timestamptz not null,
  done        int         not null default 0 check (done >= 0),
  parts       int         not null default 0 check (parts >= 0),
  tries       smallint    not null default 0,
  ready_at    timestamptz,
  expires_at  timestamptz not null,
  bytes       bigint,
  sha256      text        check (length(sha256) = 64),
  rows        int,
  fetched_at  timestamptz,
  primary key (tenant, id),
  check ((state = 'ready') = (num_nulls(ready_at, bytes, sha256, rows) = 0)),
  check (num_nulls(ready_at, bytes, sha256, rows) in (0, 4)),
  check (expires_at > asked_at)
);
create index organisation_export_newest on organisation_export (tenant, asked_at desc);
create index organisation_export_waiting on organisation_export (asked_at)
  where state in ('waiting', 'building');
create index organisation_export_over on organisation_export (expires_at);
create index organisation_export_id on organisation_export (id);
-- One at a time for each organisation.
create unique index organisation_export_underway on organisation_export (tenant)
  where state in ('waiting', 'building');
comment on column organisation_export.tries is 'How often it was begun: what fails thrice is told.';

alter table organisation_export enable row level security;
alter table organisation_export force row level security;
create policy wall on organisation_export using (tenant = current_setting('app.tenant')::int);
create policy definer on organisation_export to hub_definer using (true);

grant select, insert, update, delete on organisation_export to hub_app;
grant select (tenant, id, state, asked_at, expires_at) on organisation_export to hub_definer;
