-- A zone of a withdrawn provider that does not answer: since when, and how often it was asked.

create table zone_silence (
  tenant      int         not null,
  withdrawal  uuid        not null,
  zone        text        not null,
  since       timestamptz not null,
  tries       int         not null check (tries > 0),
  primary key (tenant, withdrawal, zone),
  foreign key (tenant, withdrawal) references withdrawal (tenant, id)
);
comment on table zone_silence is 'Until the zone answers; after a time it is not waited for.';

alter table zone_silence enable row level security;
alter table zone_silence force row level security;
create policy wall on zone_silence using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete on zone_silence to hub_app;
