-- Rooms that were promised for longer than a hold (a waiting list's offer, a house's yes) stay
-- promised when a card is declined.

alter table booking add column promised_until timestamptz;
comment on column booking.promised_until is 'Until when rooms stand aside beyond the usual hold.';
