-- What a guest still has to pay of a booked stay: a balance, the price at the house, a penalty.

alter table booking add column owed_cents int not null default 0
  check (owed_cents between 0 and total_cents);
comment on column booking.owed_cents is
  'Not paid yet: by card on its day, at the house, or a penalty that the card could not pay.';
