-- When one that did not go on was last tried: it rests for an hour, and slows no other.
set local lock_timeout = '5s';
alter table exit
  add column stalled_at timestamptz,
  add column fault_at timestamptz;
comment on column exit.stalled_at is 'When the clock last failed on it; none while it goes on.';
comment on column exit.fault_at is 'When its archive or erasure last failed, from the second time in a row on.';
