-- Second factors: what a person holds besides what they know. They belong to persons: no wall.

create table second_factor (
  person        int         not null references person (id) on delete cascade,
  kind          text        not null check (kind in ('code', 'passkey')),
  secret        bytea       not null check (length(secret) between 16 and 200),
  last_step     bigint      not null default 0,
  since         timestamptz not null,
  primary key (person, kind)
);
comment on column second_factor.secret is 'Sealed with a key derived from the secret key.';
comment on column second_factor.last_step is
  'The half minute of the last code that was taken: no code of it, or of an earlier one, is taken.';
grant select, insert, delete, update (last_step) on second_factor to hub_app;
grant select (person, kind) on second_factor to hub_definer;

create table second_factor_offer (
  person  int         primary key references person (id) on delete cascade,
  secret  bytea       not null check (length(secret) between 16 and 200),
  at      timestamptz not null
);
comment on table second_factor_offer is
  'A secret that is being shown to its person, who has not yet proved to hold it.';
create index second_factor_offer_age on second_factor_offer (at);
grant select, insert, delete, update (secret, at) on second_factor_offer to hub_app;

create table recovery_code (
  person   int         not null references person (id) on delete cascade,
  hash     bytea       not null check (length(hash) = 32),
  used_at  timestamptz,
  primary key (person, hash)
);
comment on table recovery_code is 'Codes for a lost telephone, each good once; hashes only.';
grant select, insert, delete, update (used_at) on recovery_code to hub_app;

alter table session add column factor_at timestamptz;
comment on column session.factor_at is 'When a second factor was last shown in this session.';
grant update (factor_at) on session to hub_app;
