-- When kept rows end stands in the list of all who were erased.
set local lock_timeout = '5s';
drop index exit_ending;
alter table exit drop column ends_on, drop column ended_at;
