-- Entries that never came into the chain are looked for by their ids, some each night.

alter table audit_walk add column sought bigint not null default 0 check (sought >= 0);
comment on column audit_walk.sought is
  'The last entry that was looked for in the chain; 0 when the next night begins again.';
