-- What a class is given, and the work that its pupils hand in.

create table school_post (
  id         uuid        primary key,
  tenant     int         not null,
  classroom  uuid        not null,
  kind       text        not null check (kind in ('resource', 'assignment')),
  title      text        not null check (length(title) between 1 and 120),
  body       text        not null check (length(body) <= 20000),
  link       text        not null check (length(link) <= 500),
  due_at     timestamptz,
  out_of     int         check (out_of between 1 and 100),
  posted_at  timestamptz not null,
  unique (id, tenant),
  foreign key (classroom, tenant) references school_class (id, tenant) on delete cascade,
  check ((kind = 'assignment') = (due_at is not null)),
  check ((kind = 'assignment') = (out_of is not null))
);
create index school_post_newest on school_post (classroom, posted_at desc, id);

create table school_work (
  tenant       int         not null,
  post         uuid        not null,
  member       uuid        not null,
  body         text        not null check (length(body) between 1 and 20000),
  handed_at    timestamptz not null,
  late         boolean     not null,
  score        int         check (score between 0 and 10000),
  comment      text        not null default '' check (length(comment) <= 2000),
  returned_at  timestamptz,
  primary key (post, member),
  foreign key (post, tenant) references school_post (id, tenant) on delete cascade,
  foreign key (member, tenant) references school_member (id, tenant) on delete cascade,
  check ((score is null) = (returned_at is null))
);
comment on column school_work.score is 'In hundredths of a point.';
create index school_work_of_member on school_work (member, handed_at desc);

alter table school_post enable row level security;
alter table school_post force row level security;
create policy wall on school_post using (tenant = current_setting('app.tenant')::int);
alter table school_work enable row level security;
alter table school_work force row level security;
create policy wall on school_work using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete on school_post, school_work to hub_app;
