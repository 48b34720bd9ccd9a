-- Each change of the nights costs one index entry less: the feed is read by transaction and number.
alter table index_change drop constraint index_change_pkey;
drop index index_change_by_xid;
alter table index_change add primary key (xid, seq);

-- A function, whose text is not read again with each change.
create function is_index_kind(kind text) returns boolean
language plpgsql immutable strict parallel safe as $$
begin
  return kind in ('nights', 'overlay', 'house', 'everything');
end $$;
alter table index_change
  drop constraint index_change_kind_check,
  add constraint index_change_kind_known check (is_index_kind(kind));
