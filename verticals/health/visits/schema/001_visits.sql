-- Where visits by video take place, the links that open a room once, and the notes that stay.

create table health_video (
  tenant    int         primary key references organisation (id),
  provider  text        not null check (length(provider) between 1 and 300),
  set_at    timestamptz not null
);

create table health_room (
  appointment  uuid        primary key,
  tenant       int         not null,
  name_sealed  bytea       not null,
  opened_at    timestamptz not null,
  closed_at    timestamptz,
  unique (appointment, tenant),
  foreign key (appointment, tenant) references health_appointment (id, tenant)
);
comment on column health_room.name_sealed is 'Whoever knows it may enter; readable with the practice''s key only.';

create table health_ticket (
  id           uuid        primary key,
  tenant       int         not null,
  appointment  uuid        not null,
  role         text        not null check (role in ('patient', 'practitioner')),
  made_at      timestamptz not null,
  until_at     timestamptz not null,
  used_at      timestamptz,
  check (made_at < until_at),
  check (used_at < until_at),
  foreign key (appointment, tenant) references health_room (appointment, tenant)
);
create index health_ticket_room on health_ticket (appointment, made_at);

create table health_note (
  id            uuid        primary key,
  tenant        int         not null,
  appointment   uuid        not null,
  practitioner  uuid        not null,
  words_sealed  bytea       not null,
  written_at    timestamptz not null,
  foreign key (appointment, tenant) references health_appointment (id, tenant),
  foreign key (practitioner, tenant) references health_practitioner (id, tenant)
);
create index health_note_of on health_note (appointment, written_at, id);

alter table health_video enable row level security;
alter table health_video force row level security;
create policy wall on health_video using (tenant = current_setting('app.tenant')::int);
alter table health_room enable row level security;
alter table health_room force row level security;
create policy wall on health_room using (tenant = current_setting('app.tenant')::int);
alter table health_ticket enable row level security;
alter table health_ticket force row level security;
create policy wall on health_ticket using (tenant = current_setting('app.tenant')::int);
alter table health_note enable row level security;
alter table health_note force row level security;
create policy wall on health_note using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete on health_video to hub_app;
grant select, insert, update on health_room, health_ticket to hub_app;
grant select, insert on health_note to hub_app;
