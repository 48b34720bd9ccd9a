-- Marks that come from a tool: a column of a class, and what each pupil has in it.

create table school_column (
  id         uuid             primary key,
  tenant     int              not null,
  classroom  uuid             not null,
  title      text             not null check (length(title) between 1 and 200),
  out_of     double precision not null check (out_of > 0 and out_of <= 1000000),
  made_at    timestamptz      not null,
  unique (id, tenant),
  foreign key (classroom, tenant) references school_class (id, tenant) on delete cascade
);
create index school_column_newest on school_column (classroom, made_at desc, id);

create table school_mark (
  tenant    int              not null,
  part      uuid             not null,
  member    uuid             not null,
  given     double precision check (given >= 0 and given <= 1000000000),
  given_of  double precision check (given_of > 0 and given_of <= 1000000000),
  comment   text             not null default '' check (length(comment) <= 5000),
  activity  text             not null,
  grading   text             not null,
  told_at   timestamptz      not null,
  primary key (part, member),
  foreign key (part, tenant) references school_column (id, tenant) on delete cascade,
  foreign key (member, tenant) references school_member (id, tenant) on delete cascade,
  check ((given is null) = (given_of is null))
);
comment on column school_mark.part is 'The column that it stands in.';
comment on column school_mark.given is 'Points out of given_of, as they were told.';
comment on column school_mark.told_at is 'When it was given, as the tool tells it: an older one changes nothing.';
create index school_mark_of_member on school_mark (member, told_at desc);

alter table school_column enable row level security;
alter table school_column force row level security;
create policy wall on school_column using (tenant = current_setting('app.tenant')::int);
alter table school_mark enable row level security;
alter table school_mark force row level security;
create policy wall on school_mark using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete on school_column, school_mark to hub_app;
