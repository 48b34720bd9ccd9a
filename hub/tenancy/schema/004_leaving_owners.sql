-- An owner who is being erased answers for no organisation any more, from before the first of their
-- rows goes: somebody else who goes at the same moment is the last one. The mark ends with the
-- account; one of an erasure that was cut off counts until its time is over.
create table leaving_owner (
  person  int         primary key references person (id) on delete cascade,
  until   timestamptz not null
);
grant select, insert, update on leaving_owner to hub_definer;
