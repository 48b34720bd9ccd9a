-- What the house itself keeps: idempotent replies, schedules, failed work, captured mail.

create table idempotent_reply (
  scope        text        not null check (length(scope) <= 200),
  key          text        not null check (length(key) between 1 and 255),
  fingerprint  bytea       not null,
  status       int         check (status between 100 and 599),
  body         bytea,
  created_at   timestamptz not null,
  primary key (scope, key)
);
create index idempotent_reply_age on idempotent_reply (created_at);
comment on table idempotent_reply is
  'The first reply to each key of a caller; the scope names the caller, so it crosses no wall.';
grant select, insert, update, delete on idempotent_reply to hub_app;

create table schedule (
  name     text        primary key,
  every    interval    not null check (every >= interval '1 second'),
  next_at  timestamptz not null,
  task     text        not null
);
comment on table schedule is 'Tasks that run at a fixed pace; rows come from the manifests.';
grant select, insert, update, delete on schedule to hub_app;

create table failed_task (
  id          uuid        primary key,
  task        text        not null,
  tenant      int,
  message     jsonb       not null,
  error       text        not null,
  attempts    int         not null,
  failed_at   timestamptz not null,
  retried_at  timestamptz
);
create index failed_task_open on failed_task (failed_at) where retried_at is null;
comment on table failed_task is
  'Work that failed after its last attempt, for the operator; messages hold ids, no personal data.';
grant select, insert, update on failed_task to hub_app;

create table mail (
  id          uuid        primary key,
  tenant      int         not null,
  recipient   text        not null check (recipient like '%_@_%' and length(recipient) <= 254),
  language    text        not null,
  subject     text        not null,
  body_text   text        not null,
  body_html   text        not null,
  calendar    text,
  created_at  timestamptz not null,
  sent_at     timestamptz
);
create index mail_by_tenant on mail (tenant, created_at desc);
alter table mail enable row level security;
alter table mail force row level security;
create policy wall on mail using (tenant = current_setting('app.tenant')::int);
create policy definer on mail to hub_definer using (true);
grant select, insert, update on mail to hub_app;
grant select on mail to hub_definer;
