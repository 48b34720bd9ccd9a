-- A link to somebody's own page: only the hash of its secret is kept, for a year. A session opened by
-- it names the door, and ends with it.

alter table school_member
  add column link_hash  text check (link_hash ~ '^[0-9a-f]{64}$'),
  add column linked_at  timestamptz,
  add check ((link_hash is null) = (linked_at is null));
create unique index school_member_by_link on school_member (tenant, link_hash)
 where link_hash is not null;

comment on column school_member.door is 'What an open page of theirs names; another one closes it.';
comment on column school_member.link_hash is 'SHA-256 of the secret of the link that opens their page.';
