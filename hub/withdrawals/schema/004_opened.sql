-- Since when an organisation lives where it chose while its provider is away: what that provider holds
-- is erased later, and it was left then.
set local lock_timeout = '5s';
alter table departure add column opened_at timestamptz;
comment on column departure.opened_at is 'Since when it lives where it chose, while its provider is away.';
