-- The whole life: holds that are given back, payments that come after their hold was over, and the
-- event that made each revision.

alter table booking drop constraint booking_state_check;
alter table booking add constraint booking_state_check check (state in
  ('held', 'paying', 'confirmed', 'in_house', 'checked_out', 'no_show', 'cancelled', 'expired',
   'released', 'paid_after_expiry'));
alter table booking add constraint booking_payer_known check
  (state not in ('paying', 'paid_after_expiry') or guest is not null);

drop index booking_held;
create index booking_held on booking (expires_at) where state in ('held', 'paying');

alter table booking_revision add column event text;
comment on column booking_revision.event is 'See docs/booking-states.md; unknown before it was kept.';
