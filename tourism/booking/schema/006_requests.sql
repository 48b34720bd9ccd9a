-- A stay may be asked of its house first: nothing is taken and nothing is paid before it accepts.

alter table booking drop constraint booking_state_check;
alter table booking add constraint booking_state_check check (state in
  ('requested', 'held', 'paying', 'confirmed', 'in_house', 'checked_out', 'no_show', 'cancelled',
   'expired', 'released', 'paid_after_expiry', 'declined', 'lapsed'));
alter table booking add constraint booking_asker_known check
  (state not in ('requested', 'declined', 'lapsed') or guest is not null);

drop index booking_held;
create index booking_held on booking (expires_at) where state in ('requested', 'held', 'paying');
