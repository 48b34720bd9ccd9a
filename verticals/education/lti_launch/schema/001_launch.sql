-- Where tools are placed, and under which name each of them knows each person.

create table school_lti_person (
  tenant  int  not null,
  tool    uuid not null,
  member  uuid not null,
  sub     uuid not null,
  primary key (tool, member),
  unique (tool, sub),
  foreign key (tool, tenant) references school_lti_tool (id, tenant) on delete cascade,
  foreign key (member, tenant) references school_member (id, tenant) on delete cascade
);
comment on column school_lti_person.sub is 'Theirs for this tool only.';
create index school_lti_person_of_member on school_lti_person (member);

create table school_lti_link (
  id             uuid        primary key,
  tenant         int         not null,
  tool           uuid        not null,
  classroom      uuid        not null,
  title          text        not null check (length(title) between 1 and 200),
  body           text        not null check (length(body) <= 2000),
  url            text        not null check (length(url) <= 500),
  custom         jsonb       not null,
  placed_at      timestamptz not null,
  taken_back_at  timestamptz,
  unique (id, tenant),
  foreign key (tool, tenant) references school_lti_tool (id, tenant) on delete cascade,
  foreign key (classroom, tenant) references school_class (id, tenant) on delete cascade
);
create index school_lti_link_newest on school_lti_link (classroom, placed_at desc, id);

-- A column of marks that a tool keeps; `link` without an activity that it belongs to.
create table school_lti_line (
  id           uuid        primary key,
  tenant       int         not null,
  tool         uuid        not null,
  link         uuid,
  resource_id  text        not null check (length(resource_id) <= 256),
  tag          text        not null check (length(tag) <= 256),
  starts_at    timestamptz,
  ends_at      timestamptz,
  foreign key (id, tenant) references school_column (id, tenant) on delete cascade,
  foreign key (tool, tenant) references school_lti_tool (id, tenant) on delete cascade,
  foreign key (link, tenant) references school_lti_link (id, tenant) on delete cascade
);
create index school_lti_line_of_tool on school_lti_line (tool, id);
create index school_lti_line_of_link on school_lti_line (link) where link is not null;

-- A teacher who was sent to a tool to choose; answered once. The next one takes away those that are
-- over.
create table school_lti_choice (
  id           uuid        primary key,
  tenant       int         not null,
  tool         uuid        not null,
  classroom    uuid        not null,
  member       uuid        not null,
  ends_at      timestamptz not null,
  answered_at  timestamptz,
  foreign key (tool, tenant) references school_lti_tool (id, tenant) on delete cascade,
  foreign key (classroom, tenant) references school_class (id, tenant) on delete cascade,
  foreign key (member, tenant) references school_member (id, tenant) on delete cascade
);
create index school_lti_choice_over on school_lti_choice (tenant, ends_at);

alter table school_lti_person enable row level security;
alter table school_lti_person force row level security;
create policy wall on school_lti_person using (tenant = current_setting('app.tenant')::int);
alter table school_lti_link enable row level security;
alter table school_lti_link force row level security;
create policy wall on school_lti_link using (tenant = current_setting('app.tenant')::int);
alter table school_lti_line enable row level security;
alter table school_lti_line force row level security;
create policy wall on school_lti_line using (tenant = current_setting('app.tenant')::int);
alter table school_lti_choice enable row level security;
alter table school_lti_choice force row level security;
create policy wall on school_lti_choice using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete
  on school_lti_person, school_lti_link, school_lti_line, school_lti_choice to hub_app;
