-- Spaces of an organisation's community: who is in one, what is written there, and what was decided
-- about it.

create table community_space (
  tenant      int         not null references organisation (id),
  id          uuid        not null,
  name        text        not null check (length(name) between 1 and 120),
  about       text        not null check (length(about) <= 1000),
  rules       text        not null check (length(rules) <= 8000),
  moderation  text        not null check (moderation in ('before', 'after')),
  admits      text        not null check (admits in ('invited', 'community')),
  revision    int         not null default 1 check (revision > 0),
  opened_at   timestamptz not null,
  closed_at   timestamptz check (closed_at >= opened_at),
  primary key (tenant, id)
);
comment on column community_space.moderation is 'Whether a message is looked at before it is shown.';
comment on column community_space.admits is
  'community: whoever belongs to the organisation or to one of its services may enter by themselves.';

create table space_member (
  tenant  int         not null,
  space   uuid        not null,
  person  int         not null references person (id) on delete cascade,
  role    text        not null check (role in ('moderator', 'member')),
  since   timestamptz not null,
  primary key (tenant, space, person),
  foreign key (tenant, space) references community_space (tenant, id)
);
create index space_member_of on space_member (person);

create table space_post (
  tenant     int         not null,
  id         uuid        not null,
  space      uuid        not null,
  answers    uuid,
  author     int         references person (id) on delete set null,
  attached   text        not null check (attached in ('nothing', 'document', 'event', 'poll')),
  title      text        not null check (length(title) <= 160),
  body       text        not null check (length(body) <= 8000),
  state      text        not null check (state in ('waiting', 'shown', 'refused', 'removed',
                         'taken_back')),
  revision   int         not null default 1 check (revision > 0),
  posted_at  timestamptz not null,
  edited_at  timestamptz check (edited_at >= posted_at),
  primary key (tenant, id),
  foreign key (tenant, space) references community_space (tenant, id),
  foreign key (tenant, answers) references space_post (tenant, id),
  check (state not in ('waiting', 'shown') or body <> ''),
  check (answers is null or title = ''),
  check (answers is null or attached = 'nothing')
);
comment on column space_post.attached is 'What it came with, which is kept beside it.';
comment on column space_post.body is 'Empty once it was taken back, or nobody may contest any more.';
create index space_post_newest on space_post (tenant, space, posted_at desc, id)
  where answers is null;
create index space_post_answers on space_post (tenant, answers, posted_at, id)
  where answers is not null;
create index space_post_waiting on space_post (tenant, space, posted_at, id) where state = 'waiting';
create index space_post_of on space_post (author);

create table space_decision (
  tenant       int         not null,
  id           uuid        not null,
  post         uuid        not null,
  kind         text        not null check (kind in ('refused', 'removed', 'kept')),
  ground       text        check (ground in ('illegal', 'personal', 'insult', 'advertising',
                           'off_topic', 'rules')),
  words        text        not null check (length(words) <= 2000),
  reported     boolean     not null,
  decided_by   text        not null,
  decided_at   timestamptz not null,
  appeal       text        check (length(appeal) between 1 and 2000),
  appealed_at  timestamptz check (appealed_at >= decided_at),
  outcome      text        check (outcome in ('upheld', 'reversed')),
  answer       text        check (length(answer) between 1 and 2000),
  answered_by  text,
  answered_at  timestamptz check (answered_at >= appealed_at),
  primary key (tenant, id),
  foreign key (tenant, post) references space_post (tenant, id),
  check ((kind = 'kept') = (ground is null)),
  check ((appeal is null) = (appealed_at is null)),
  check (kind <> 'kept' or appeal is null),
  check ((outcome is null) = (answered_at is null)),
  check ((outcome is null) = (answer is null)),
  check ((outcome is null) = (answered_by is null))
);
comment on table space_decision is
  'A statement of reasons (regulation 2022/2065, art. 17) with its complaint and answer (art. 20).';
create index space_decision_of on space_decision (tenant, post, decided_at desc);
create index space_decision_open on space_decision (tenant, appealed_at)
  where appealed_at is not null and outcome is null;
create index space_decision_old on space_decision (decided_at);

create table space_report (
  tenant       int         not null,
  id           uuid        not null,
  post         uuid        not null,
  reporter     int         references person (id) on delete set null,
  ground       text        not null check (ground in ('illegal', 'personal', 'insult',
                           'advertising', 'off_topic', 'rules')),
  words        text        not null check (length(words) between 1 and 2000),
  reported_at  timestamptz not null,
  outcome      text        check (outcome in ('kept', 'removed', 'taken_back')),
  closed_at    timestamptz check (closed_at >= reported_at),
  primary key (tenant, id),
  foreign key (tenant, post) references space_post (tenant, id),
  check ((outcome is null) = (closed_at is null))
);
comment on table space_report is 'What somebody said is wrong with a post (regulation 2022/2065, art. 16).';
create unique index space_report_once on space_report (tenant, post, reporter)
  where outcome is null and reporter is not null;
create index space_report_open on space_report (tenant, reported_at) where outcome is null;
create index space_report_by on space_report (reporter);
create index space_report_old on space_report (closed_at);

alter table community_space enable row level security;
alter table community_space force row level security;
create policy wall on community_space using (tenant = current_setting('app.tenant')::int);
create policy definer on community_space for select to hub_definer using (true);
alter table space_member enable row level security;
alter table space_member force row level security;
create policy wall on space_member using (tenant = current_setting('app.tenant')::int);
create policy definer on space_member for select to hub_definer using (true);
alter table space_post enable row level security;
alter table space_post force row level security;
create policy wall on space_post using (tenant = current_setting('app.tenant')::int);
create policy definer on space_post for select to hub_definer using (true);
alter table space_decision enable row level security;
alter table space_decision force row level security;
create policy wall on space_decision using (tenant = current_setting('app.tenant')::int);
create policy definer on space_decision for select to hub_definer using (true);
alter table space_report enable row level security;
alter table space_report force row level security;
create policy wall on space_report using (tenant = current_setting('app.tenant')::int);
create policy definer on space_report for select to hub_definer using (true);

grant select, insert, update (name, about, rules, moderation, admits, revision, closed_at)
  on community_space to hub_app;
grant select, insert, delete, update (role) on space_member to hub_app;
grant select, insert, update (author, title, body, state, revision, edited_at) on space_post to hub_app;
grant select, insert, delete, update (words, appeal, appealed_at, outcome, answer, answered_by,
                                      answered_at) on space_decision to hub_app;
grant select, insert, delete, update (reporter, words, outcome, closed_at) on space_report to hub_app;
grant select on community_space, space_member, space_post, space_decision, space_report
  to hub_definer;
