-- Before when nothing is erased that was wished early: the other owners have until then to stop it.
set local lock_timeout = '5s';
alter table exit add column erase_from timestamptz;
