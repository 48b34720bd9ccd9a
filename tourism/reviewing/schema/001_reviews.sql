-- What guests said of a house after their stay, one review a booking; the reports about it; and
-- when a review was asked for. The public reads what is published, and nothing else: the policies
-- say it, so that no statement can forget it.

create table review (
  id            uuid        primary key,
  tenant        int         not null references organisation (id),
  property      int         not null,
  booking       uuid        not null unique references booking (id),
  author        text        not null check (length(author) between 1 and 120),
  email         text        not null,
  language      text        not null,
  score         smallint    not null check (score between 1 and 5),
  text          text        not null check (length(text) between 1 and 4000),
  stayed_from   date        not null,
  stayed_until  date        not null check (stayed_until > stayed_from),
  state         text        not null check (state in ('published', 'removed', 'withdrawn')),
  published_at  timestamptz not null,
  closed_at     timestamptz,
  reason        text,
  words         text,
  reply         text        check (length(reply) between 1 and 2000),
  replied_at    timestamptz,
  foreign key (property, tenant) references property (id, tenant),
  unique (id, tenant),
  constraint review_closed_known check ((state = 'published') = (closed_at is null)),
  constraint review_removed_with_reason check (state <> 'removed' or reason is not null),
  constraint review_reply_dated check ((reply is null) = (replied_at is null))
);
create index review_by_property on review (property, published_at desc) where state = 'published';
create index review_by_tenant on review (tenant, published_at desc);
create index review_age on review (published_at);
comment on column review.email is 'Where a decision is told; never shown.';

create table review_report (
  id           uuid        primary key,
  tenant       int         not null,
  review       uuid        not null,
  by_house     boolean     not null,
  reason       text        not null,
  words        text        not null check (length(words) between 1 and 2000),
  reported_at  timestamptz not null,
  decision     text        check (decision in ('kept', 'removed')),
  decided_at   timestamptz,
  foreign key (review, tenant) references review (id, tenant) on delete cascade,
  constraint review_report_decided check ((decision is null) = (decided_at is null))
);
create index review_report_by_review on review_report (review);
create index review_report_by_tenant on review_report (tenant);
create index review_report_open on review_report (reported_at) where decision is null;

alter table review enable row level security;
alter table review force row level security;
create policy wall on review using (tenant = current_setting('app.tenant')::int);
create policy listing on review for select to hub_index using (true);
create policy shown on review as restrictive for select to hub_index using (state = 'published');
create policy definer on review to hub_definer using (true);
alter table review_report enable row level security;
alter table review_report force row level security;
create policy wall on review_report using (tenant = current_setting('app.tenant')::int);
create policy definer on review_report to hub_definer using (true);

grant select, insert, update, delete on review, review_report to hub_app;
grant select (id, tenant, property, author, language, score, text, stayed_from, stayed_until, state,
              published_at, reply, replied_at) on review to hub_index;
grant select on review, review_report to hub_definer;

-- Which stays were asked already.
create policy definer on letter to hub_definer using (true);
grant select (booking, kind) on letter to hub_definer;
