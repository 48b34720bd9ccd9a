-- Why the clock did not go on with a way out, until it does.
set local lock_timeout = '5s';
alter table exit add column stalled text not null default '' check (length(stalled) <= 2000);
