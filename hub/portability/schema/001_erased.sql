-- Who was erased from this hub, whichever way it left: what the law kept of it goes when its time is
-- over. Written and read by an administrator only.
create table erased_organisation (
  organisation  int          primary key,
  erased_on     date         not null,
  ends_on       date,
  ended_at      timestamptz
);
comment on column erased_organisation.erased_on is 'The last time; the day in Paris.';
comment on column erased_organisation.ends_on is 'From when on kept rows are looked at again; none: not looked at yet.';
comment on column erased_organisation.ended_at is 'When nothing was left that ends.';
create index erased_ending on erased_organisation (ends_on) where ended_at is null;
