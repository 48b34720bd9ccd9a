-- An incident is public as it is reported; it is told when the letters about it are written to
-- everybody whom it concerns.

alter table service_incident add column reported_at timestamptz;
update service_incident set reported_at = told_at;
alter table service_incident
  alter column reported_at set not null,
  alter column told_at drop not null;
grant update (told_at) on service_incident to hub_app;

create table service_told (
  tenant   int         not null references organisation (id),
  about    uuid        not null,
  told_at  timestamptz not null,
  primary key (tenant, about)
);
comment on table service_told is 'The incidents and works of which an organisation has its letters.';
alter table service_told enable row level security;
alter table service_told force row level security;
create policy wall on service_told using (tenant = current_setting('app.tenant')::int);
grant select, insert on service_told to hub_app;
