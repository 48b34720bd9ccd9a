-- What the law keeps of who was erased goes when its time is over.
set local lock_timeout = '5s';
alter table exit
  add column ends_on date,
  add column ended_at timestamptz;
comment on column exit.ends_on is 'From when on kept rows are looked at again; none: not looked at yet.';
comment on column exit.ended_at is 'When nothing was left that ends.';
create index exit_ending on exit (ends_on) where state = 'erased' and ended_at is null;
