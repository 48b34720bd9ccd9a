-- Short courses of a school: as they are written, as they were published, who follows them, and what
-- they did.

create table school_course_rules (
  tenant   int          primary key references organisation (id),
  hosts    text[]       not null check (cardinality(hosts) <= 20),
  opens    boolean      not null,
  said_at  timestamptz  not null
);
comment on column school_course_rules.hosts is 'Where videos of courses may be.';

create table school_course (
  id          uuid         primary key,
  tenant      int          not null references organisation (id),
  author      uuid,
  draft       jsonb        not null,
  version     int          not null default 0 check (version >= 0),
  opened      boolean      not null,
  written_at  timestamptz  not null,
  closed_at   timestamptz,
  unique (id, tenant),
  foreign key (author, tenant) references school_member (id, tenant) on delete set null (author)
);
comment on column school_course.version is 'The one that is given to who begins; 0 before the first.';
comment on column school_course.opened is 'Whether everybody who has its link may follow it.';
create index school_course_newest on school_course (tenant, written_at desc, id);
create index school_course_of_author on school_course (author) where author is not null;

create table school_course_version (
  tenant        int          not null,
  course        uuid         not null,
  version       int          not null check (version > 0),
  content       jsonb        not null,
  published_at  timestamptz  not null,
  primary key (course, version),
  unique (course, version, tenant),
  foreign key (course, tenant) references school_course (id, tenant) on delete cascade
);

create table school_course_class (
  tenant     int   not null,
  course     uuid  not null,
  classroom  uuid  not null,
  primary key (course, classroom),
  foreign key (course, tenant) references school_course (id, tenant) on delete cascade,
  foreign key (classroom, tenant) references school_class (id, tenant) on delete cascade
);
create index school_course_of_class on school_course_class (classroom);

create table school_enrolment (
  id           uuid         primary key,
  tenant       int          not null,
  course       uuid         not null,
  version      int          not null,
  member       uuid,
  name         text         not null check (length(name) <= 120),
  extra_tries  int          not null default 0 check (extra_tries between 0 and 5),
  began_at     timestamptz  not null,
  seen_at      timestamptz  not null,
  finished_at  timestamptz,
  unique (id, tenant),
  unique (course, member),
  foreign key (course, version, tenant)
    references school_course_version (course, version, tenant) on delete cascade,
  foreign key (member, tenant) references school_member (id, tenant) on delete cascade,
  check ((member is null) = (name <> ''))
);
comment on column school_enrolment.name is 'Of who came by an open link; those of the school have theirs.';
create index school_enrolment_of_member on school_enrolment (member, began_at desc)
 where member is not null;
create index school_enrolment_of_visitor on school_enrolment (seen_at) where member is null;

create table school_course_done (
  tenant     int          not null,
  enrolment  uuid         not null,
  step       uuid         not null,
  done_at    timestamptz  not null,
  primary key (enrolment, step),
  foreign key (enrolment, tenant) references school_enrolment (id, tenant) on delete cascade
);

create table school_course_try (
  id         uuid         primary key,
  tenant     int          not null,
  enrolment  uuid         not null,
  step       uuid         not null,
  number     int          not null check (number > 0),
  answers    jsonb        not null,
  passed     boolean      not null,
  tried_at   timestamptz  not null,
  unique (enrolment, step, number),
  foreign key (enrolment, tenant) references school_enrolment (id, tenant) on delete cascade
);

alter table school_course_rules enable row level security;
alter table school_course_rules force row level security;
create policy wall on school_course_rules using (tenant = current_setting('app.tenant')::int);
alter table school_course enable row level security;
alter table school_course force row level security;
create policy wall on school_course using (tenant = current_setting('app.tenant')::int);
alter table school_course_version enable row level security;
alter table school_course_version force row level security;
create policy wall on school_course_version using (tenant = current_setting('app.tenant')::int);
alter table school_course_class enable row level security;
alter table school_course_class force row level security;
create policy wall on school_course_class using (tenant = current_setting('app.tenant')::int);
alter table school_enrolment enable row level security;
alter table school_enrolment force row level security;
create policy wall on school_enrolment using (tenant = current_setting('app.tenant')::int);
create policy definer on school_enrolment for select to hub_definer using (true);
alter table school_course_done enable row level security;
alter table school_course_done force row level security;
create policy wall on school_course_done using (tenant = current_setting('app.tenant')::int);
alter table school_course_try enable row level security;
alter table school_course_try force row level security;
create policy wall on school_course_try using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete
  on school_course_rules, school_course, school_course_version, school_course_class,
     school_enrolment, school_course_done, school_course_try to hub_app;
grant select (tenant, member, seen_at) on school_enrolment to hub_definer;
