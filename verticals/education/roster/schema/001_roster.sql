-- A school's roster, in the words of OneRoster: schools, terms and courses as they are told, classes
-- and people with an id of their own, and who is in which class.

create table school_entry (
  tenant       int         not null references organisation (id),
  file         text        not null check (file in ('orgs', 'academicSessions', 'courses')),
  sourced_id   text        not null check (length(sourced_id) between 1 and 120),
  cells        jsonb       not null,
  modified_at  timestamptz,
  primary key (tenant, file, sourced_id)
);

create table school_class (
  id           uuid        primary key,
  tenant       int         not null references organisation (id),
  sourced_id   text        not null check (length(sourced_id) between 1 and 120),
  title        text        not null check (length(title) between 1 and 500),
  cells        jsonb       not null,
  modified_at  timestamptz,
  closed_at    timestamptz,
  unique (tenant, sourced_id),
  unique (id, tenant)
);

create table school_member (
  id           uuid        primary key,
  tenant       int         not null references organisation (id),
  sourced_id   text        not null check (length(sourced_id) between 1 and 120),
  given_name   text        not null check (length(given_name) between 1 and 500),
  family_name  text        not null check (length(family_name) between 1 and 500),
  username     text        not null,
  email        text        not null,
  enabled      text        not null,
  roles        text[]      not null,
  orgs         text[]      not null,
  agents       text[]      not null,
  door         uuid        not null unique,
  modified_at  timestamptz,
  left_at      timestamptz,
  unique (tenant, sourced_id),
  unique (id, tenant)
);
comment on column school_member.door is 'What the link to their own page names; another one closes it.';
comment on column school_member.agents is 'Of a pupil: who answers for them; of a parent: the children.';
create index school_member_by_email on school_member (lower(email)) where email <> '';
create index school_member_left on school_member (left_at) where left_at is not null;

create table school_seat (
  id           uuid        primary key,
  tenant       int         not null,
  sourced_id   text        not null check (length(sourced_id) between 1 and 120),
  class        uuid        not null,
  member       uuid        not null,
  role         text        not null check (role in ('teacher', 'student')),
  cells        jsonb       not null,
  begins_on    date,
  ends_on      date,
  modified_at  timestamptz,
  unique (tenant, sourced_id),
  foreign key (class, tenant) references school_class (id, tenant) on delete cascade,
  foreign key (member, tenant) references school_member (id, tenant) on delete cascade
);
create index school_seat_of_class on school_seat (class);
create index school_seat_of_member on school_seat (member);

-- One that waits for a yes; the next takes its place.
create table school_upload (
  tenant   int         primary key references organisation (id),
  bundle   text        not null,
  print    text        not null,
  name     text        not null check (length(name) <= 200),
  sent_at  timestamptz not null
);

alter table school_entry enable row level security;
alter table school_entry force row level security;
create policy wall on school_entry using (tenant = current_setting('app.tenant')::int);
alter table school_class enable row level security;
alter table school_class force row level security;
create policy wall on school_class using (tenant = current_setting('app.tenant')::int);
alter table school_member enable row level security;
alter table school_member force row level security;
create policy wall on school_member using (tenant = current_setting('app.tenant')::int);
create policy definer on school_member for select to hub_definer using (true);
alter table school_seat enable row level security;
alter table school_seat force row level security;
create policy wall on school_seat using (tenant = current_setting('app.tenant')::int);
alter table school_upload enable row level security;
alter table school_upload force row level security;
create policy wall on school_upload using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete
  on school_entry, school_class, school_member, school_seat, school_upload to hub_app;
grant select (tenant, email, left_at) on school_member to hub_definer;
