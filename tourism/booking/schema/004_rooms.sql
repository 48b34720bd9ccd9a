-- Each room of a booking has its own state; several refunds of one booking add up.

alter table reservation add column state text not null default 'live'
  check (state in ('live', 'cancelled'));
alter table reservation add column penalty_cents int not null default 0
  check (penalty_cents between 0 and gross_cents);
alter table reservation add column cancelled_at timestamptz;
alter table reservation add constraint reservation_cancelled_known
  check ((state = 'cancelled') = (cancelled_at is not null));
alter table reservation add constraint reservation_penalty_of_cancelled
  check (state = 'cancelled' or penalty_cents = 0);
comment on column reservation.penalty_cents is 'What a cancelled room still costs.';
grant update (state, penalty_cents, cancelled_at) on reservation to hub_app;
