-- Who receives patients, at which times, and who comes.
create extension if not exists btree_gist;

create table health_practitioner (
  id          uuid        primary key,
  tenant      int         not null references organisation (id),
  family      text        not null check (length(family) between 1 and 100),
  given       text        not null check (length(given) between 1 and 100),
  profession  text        not null check (length(profession) between 1 and 40),
  rpps        text        not null check (rpps ~ '^[0-9]{11}$'),
  active      boolean     not null default true,
  person      int         references person (id) on delete set null,
  asked       int         references person (id) on delete set null,
  person_at   timestamptz,
  added_at    timestamptz not null,
  changed_at  timestamptz not null,
  unique (id, tenant),
  unique (tenant, rpps)
);

comment on column health_practitioner.person is 'The account under which they open what is shared with them.';
comment on column health_practitioner.asked is 'Who is asked to be that account; nothing is theirs before they accept.';
comment on column health_practitioner.person_at is 'Since when another account may be theirs: what was shared before is not opened by it.';
create unique index health_practitioner_person on health_practitioner (tenant, person) where person is not null;
create index health_practitioner_by_person on health_practitioner (person) where person is not null;
create index health_practitioner_by_asked on health_practitioner (asked) where asked is not null;

create table health_slot (
  id            uuid        primary key,
  tenant        int         not null,
  practitioner  uuid        not null,
  begins_at     timestamptz not null,
  ends_at       timestamptz not null,
  modes         text[]      not null check (modes <@ array['place', 'video'] and modes <> '{}'),
  closed        boolean     not null default false,
  taken         boolean     not null default false,
  changed_at    timestamptz not null,
  unique (id, tenant),
  check (begins_at < ends_at),
  foreign key (practitioner, tenant) references health_practitioner (id, tenant),
  -- Nobody is in two places at once: times of one person never touch.
  constraint health_slot_apart exclude using gist
    (practitioner with =, tstzrange(begins_at, ends_at) with &&) where (not closed)
);
create index health_slot_time on health_slot (tenant, begins_at, id);
create index health_slot_free on health_slot (practitioner, begins_at) where not taken and not closed;

create table health_appointment (
  id            uuid        primary key,
  tenant        int         not null,
  slot          uuid        not null,
  practitioner  uuid        not null,
  patient       uuid        not null,
  mode          text        not null check (mode in ('place', 'video')),
  state         text        not null check (state in ('booked', 'cancelled')),
  begins_at     timestamptz not null,
  ends_at       timestamptz not null,
  by_practice   boolean     not null default false,
  booked_at     timestamptz not null,
  changed_at    timestamptz not null,
  unique (id, tenant),
  check (begins_at < ends_at),
  foreign key (slot, tenant) references health_slot (id, tenant),
  foreign key (practitioner, tenant) references health_practitioner (id, tenant),
  foreign key (patient, tenant) references health_patient (id, tenant),
  -- Nor is a patient.
  constraint health_appointment_apart exclude using gist
    (patient with =, tstzrange(begins_at, ends_at) with &&) where (state = 'booked')
);
comment on column health_appointment.by_practice is 'Whether the practice cancelled it, and not the patient.';
-- One time is one patient's.
create unique index health_appointment_slot on health_appointment (slot) where state = 'booked';
create index health_appointment_time on health_appointment (tenant, begins_at, id);
create index health_appointment_practitioner on health_appointment (practitioner, begins_at);
create index health_appointment_patient on health_appointment (patient, begins_at);

alter table health_practitioner enable row level security;
alter table health_practitioner force row level security;
create policy wall on health_practitioner using (tenant = current_setting('app.tenant')::int);
create policy definer on health_practitioner for select to hub_definer using (true);
alter table health_slot enable row level security;
alter table health_slot force row level security;
create policy wall on health_slot using (tenant = current_setting('app.tenant')::int);
alter table health_appointment enable row level security;
alter table health_appointment force row level security;
create policy wall on health_appointment using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on health_practitioner, health_slot, health_appointment to hub_app;
grant select (tenant, person, asked) on health_practitioner to hub_definer;
