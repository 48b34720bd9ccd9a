-- Whom a practice knows, and how far their identity has been checked.

create table health_patient (
  id            uuid        primary key,
  tenant        int         not null references organisation (id),
  person        int         references person (id) on delete set null,
  birth_name    text        not null check (length(birth_name) between 1 and 100),
  first_names   text        not null check (length(first_names) between 1 and 100),
  used_name     text        not null default '' check (length(used_name) <= 100),
  plain_name    text        not null,
  plain_used    text        not null,
  plain_given   text        not null,
  born_on       date        not null,
  sex           text        not null check (sex in ('female', 'male', 'unknown')),
  birthplace    text        not null default '' check (length(birthplace) in (0, 5)),
  email         text        not null default '' check (length(email) <= 254),
  phone         text        not null default '' check (length(phone) <= 25),
  paper         text        not null default ''
                check (paper in ('', 'identity-card', 'passport', 'residence-permit', 'family-book')),
  retrieved_at  timestamptz,
  ins_sealed    bytea,
  ins_mark      bytea,
  merged_into   uuid,
  revision      int         not null default 0 check (revision >= 0),
  added_at      timestamptz not null,
  changed_at    timestamptz not null,
  unique (id, tenant),
  -- A record that arrives from another hub may come before the one that it was merged into.
  foreign key (merged_into, tenant) references health_patient (id, tenant)
    deferrable initially deferred,
  check (merged_into <> id),
  check (merged_into is null or (person is null and ins_sealed is null)),
  check ((retrieved_at is null) = (ins_sealed is null)),
  check ((retrieved_at is null) = (ins_mark is null))
);
comment on column health_patient.plain_name is 'In capitals without diacritics, as RNIV compares.';
comment on column health_patient.merged_into is 'The same person, who is known there from then on.';
comment on column health_patient.ins_sealed is 'The matricule and its OID, readable with the practice''s key only.';
comment on column health_patient.ins_mark is 'A keyed hash of the matricule: equal ones are found, none is read.';
-- Two identities of a practice never have one matricule.
create unique index health_patient_ins on health_patient (tenant, ins_mark) where ins_mark is not null;
create unique index health_patient_person on health_patient (tenant, person) where person is not null;
create index health_patient_by_person on health_patient (person) where person is not null;
create index health_patient_by_email on health_patient (lower(email)) where email <> '';
create index health_patient_born on health_patient (tenant, born_on, plain_name, id);
create index health_patient_name on health_patient (tenant, plain_name, plain_given, id);

-- Who looked at what of a patient, a row a day: the patient reads it. Each look by itself is in the
-- record of acts.
create table health_look (
  id         uuid        primary key,
  tenant     int         not null,
  patient    uuid        not null,
  person     int         references person (id) on delete set null,
  what       text        not null check (what in ('record', 'agenda', 'visits', 'documents')),
  looked_on  date        not null,
  times      int         not null check (times > 0),
  last_at    timestamptz not null,
  foreign key (patient, tenant) references health_patient (id, tenant)
);
comment on column health_look.person is 'Under whose account.';
create unique index health_look_day on health_look (person, patient, what, looked_on);
create index health_look_newest on health_look (patient, last_at desc, id);

-- The key under which a practice's matricules are sealed, itself sealed by the house's. Once it is
-- gone nothing of them can be read any more, wherever a copy lies.
create table health_key (
  tenant       int         primary key references organisation (id),
  sealed       bytea,
  mark         bytea       not null check (length(mark) = 32),
  made_at      timestamptz not null,
  shredded_at  timestamptz,
  check ((sealed is null) = (shredded_at is not null))
);
comment on column health_key.shredded_at is 'Since when it is given up: no other one is made, nor is this one taken back.';
comment on column health_key.mark is 'A hash of the key: whether one that is handed over is this one.';

alter table health_patient enable row level security;
alter table health_patient force row level security;
create policy wall on health_patient using (tenant = current_setting('app.tenant')::int);
create policy definer on health_patient for select to hub_definer using (true);
alter table health_look enable row level security;
alter table health_look force row level security;
create policy wall on health_look using (tenant = current_setting('app.tenant')::int);
alter table health_key enable row level security;
alter table health_key force row level security;
create policy wall on health_key using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on health_patient to hub_app;
grant select, insert, update (patient, times, last_at) on health_look to hub_app;
grant select, insert, update (sealed, shredded_at) on health_key to hub_app;
grant select (tenant, email, person) on health_patient to hub_definer;
