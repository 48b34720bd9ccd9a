-- What the house's desk keeps beside the bookings: messages, and decisions on guests who did not
-- come.

create index booking_by_held on booking (tenant, held_at);
create index reservation_by_type on reservation (tenant, room_type, booking);

create table stay_message (
  id            uuid        primary key,
  tenant        int         not null,
  booking       uuid        not null references booking (id),
  sender        text        not null check (sender in ('guest', 'house')),
  author        text        not null,
  body          text        not null check (char_length(body) between 1 and 2000),
  at            timestamptz not null,
  seen_at       timestamptz,
  announced_at  timestamptz
);
create index stay_message_by_booking on stay_message (tenant, booking, at);
create index stay_message_unseen on stay_message (tenant, booking)
  where sender = 'guest' and seen_at is null;

create table no_show (
  booking       uuid        primary key references booking (id),
  tenant        int         not null,
  marked_at     timestamptz not null,
  decision      text        check (decision in ('kept', 'waived')),
  decided_at    timestamptz,
  penalty_cents int         check (penalty_cents >= 0),
  check ((decision is null) = (decided_at is null)),
  check ((decision is null) = (penalty_cents is null))
);
create index no_show_by_tenant on no_show (tenant, booking) where decision is null;

alter table stay_message enable row level security;
alter table stay_message force row level security;
create policy wall on stay_message using (tenant = current_setting('app.tenant')::int);
alter table no_show enable row level security;
alter table no_show force row level security;
create policy wall on no_show using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on stay_message, no_show to hub_app;
