-- How far the chain was verified: to its newest link, and on the pass that goes over the whole of it
-- again, some links each night.

create table audit_walk (
  one          boolean     primary key default true check (one),
  newest_seq   bigint      not null check (newest_seq >= 0),
  newest_hash  bytea       not null check (length(newest_hash) = 32),
  whole_seq    bigint      not null check (whole_seq between 0 and newest_seq),
  whole_hash   bytea       not null check (length(whole_hash) = 32),
  whole_at     timestamptz,
  walked_at    timestamptz not null
);
comment on column audit_walk.whole_at is 'When a pass over the whole came to its end last.';
grant select, insert, update on audit_walk to hub_app;
