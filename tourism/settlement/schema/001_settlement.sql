-- Shares of stays and their movements. Rows belong to the house whose stay it is; whoever holds the
-- share sees them as well.

create table share_move (
  id         uuid        primary key,
  tenant     int         not null references organisation (id),
  booking    uuid        not null references booking (id),
  holder     int         not null references organisation (id),
  parts      jsonb       not null,
  reverses   uuid        references share_move (id),
  state      text        not null check (state in ('asked', 'done', 'refused')),
  reference  text,
  refusal    text,
  asked_at   timestamptz not null,
  check ((state = 'done') = (reference is not null)),
  check ((state = 'refused') = (refusal is not null))
);
comment on column share_move.parts is 'Cents by account code; together above zero, or below for a way back.';
create index share_move_by_booking on share_move (tenant, booking);
create index share_move_by_holder on share_move (holder, asked_at);
create unique index share_move_asked on share_move (booking, holder, coalesce(reverses, id))
  where state = 'asked';

create table stay_share (
  booking       uuid        not null references booking (id),
  holder        int         not null references organisation (id),
  tenant        int         not null references organisation (id),
  revision      int         not null,
  reference     text        not null,
  house         text        not null,
  arrival       date        not null,
  departure     date        not null,
  detail        jsonb       not null,
  earned_cents  bigint      not null,
  moved_cents   bigint      not null,
  held          text        not null,
  due_since     timestamptz,
  primary key (booking, holder)
);
create index stay_share_by_tenant on stay_share (tenant);
create index stay_share_by_holder on stay_share (holder, arrival);
create index stay_share_open on stay_share (booking) where held not in ('', 'sandbox');

alter table share_move enable row level security;
alter table share_move force row level security;
create policy wall on share_move
  using (tenant = current_setting('app.tenant')::int or holder = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int);
alter table stay_share enable row level security;
alter table stay_share force row level security;
create policy wall on stay_share
  using (tenant = current_setting('app.tenant')::int or holder = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int);
create policy definer on stay_share to hub_definer using (true);
grant select, insert, update on share_move, stay_share to hub_app;
grant select on stay_share to hub_definer;
