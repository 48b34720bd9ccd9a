-- What a guest still has to pay by card, one row a reason; and when the card that was left is let go.

create table stay_due (
  id            uuid        primary key,
  tenant        int         not null references organisation (id),
  booking       uuid        not null references booking (id),
  kind          text        not null check (kind in ('balance', 'penalty', 'release')),
  amount_cents  int         not null check (amount_cents >= 0),
  due_on        date        not null,
  state         text        not null check (state in
    ('waiting', 'asked', 'unpaid', 'paid', 'dropped', 'lapsed')),
  tries         smallint    not null default 0,
  letters       smallint    not null default 0,
  refusal       text,
  next_at       timestamptz,
  opened_at     timestamptz not null,
  closed_at     timestamptz,
  check ((kind = 'release') = (amount_cents = 0)),
  check ((state in ('paid', 'dropped', 'lapsed')) = (closed_at is not null)),
  check (closed_at is null or next_at is null)
);
comment on column stay_due.next_at is 'When something is done next; none: nothing more by itself.';
create unique index stay_due_open on stay_due (booking, kind) where closed_at is null;
create index stay_due_by_tenant on stay_due (tenant, booking);
create index stay_due_next on stay_due (next_at) where next_at is not null;

alter table stay_due enable row level security;
alter table stay_due force row level security;
create policy wall on stay_due using (tenant = current_setting('app.tenant')::int);
create policy definer on stay_due to hub_definer using (true);
grant select, insert, update on stay_due to hub_app;
grant select on stay_due to hub_definer;
