-- Who is moved off a withdrawn provider, or takes everything away from it, has left another way.
set local lock_timeout = '5s';
alter table exit drop constraint exit_state_check;
alter table exit add constraint exit_state_check
  check (state in ('noticed', 'retrieval', 'erasing', 'erased', 'stayed', 'moved'));
