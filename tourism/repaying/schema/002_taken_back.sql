-- A transfer that the bank took back, or that was noted by mistake, counts no more: what it paid is
-- owed again, and its reference may be noted anew.

alter table debt_received
  add column taken_back_at timestamptz,
  add column taken_back_by text,
  add column why text not null default '' check (length(why) <= 500),
  add check ((taken_back_at is null) = (taken_back_by is null)),
  add check ((taken_back_at is null) = (why = ''));
alter table debt_received_line add column taken_back_at timestamptz;
drop index debt_received_once;
create unique index debt_received_once on debt_received (tenant, lower(reference))
  where taken_back_at is null;
