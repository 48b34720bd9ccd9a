-- Police sheets of guests who are not French (CESEDA R814-1 to R814-3). The constraints hold what
-- may stand on a sheet: no other field can be written, least of all anything of an identity
-- document. A signed sheet never changes; it is replaced by a new one that names it, and destroyed
-- with its time.

create table police_sheet (
  id           uuid        primary key,
  tenant       int         not null,
  property     int         not null,
  booking      uuid        references booking (id),
  arrival      date        not null,
  departure    date        not null check (departure >= arrival),
  content      jsonb       not null,
  made_at      timestamptz not null,
  signed_at    timestamptz,
  signed_name  text        check (length(signed_name) between 1 and 200),
  content_hash text        check (length(content_hash) = 64),
  refused_at   timestamptz,
  replaces     uuid        unique,
  foreign key (property, tenant) references property (id, tenant),
  check ((signed_at is null) = (signed_name is null)),
  check ((signed_at is null) = (content_hash is null)),
  check (signed_at is null or refused_at is null),
  check (content - array['last_name', 'first_names', 'born_on', 'birth_place', 'nationality',
                         'address', 'mobile', 'email', 'children'] = '{}'::jsonb),
  check (not jsonb_path_exists(content, '$.children[*].keyvalue() ? (
    !(@.key == "last_name" || @.key == "first_names" || @.key == "born_on"
      || @.key == "birth_place" || @.key == "nationality"))'))
);
create index police_sheet_by_arrival on police_sheet (tenant, arrival);
create index police_sheet_by_booking on police_sheet (booking);
-- `replaces` has no foreign key: the older sheet may be destroyed first.

create function keep_signed_sheet() returns trigger language plpgsql as $$
begin
  if old.signed_at is not null then
    raise exception 'a signed sheet cannot be changed' using errcode = 'P0F01';
  end if;
  return new;
end $$;
create trigger keep_signed before update on police_sheet
  for each row execute function keep_signed_sheet();

alter table police_sheet enable row level security;
alter table police_sheet force row level security;
create policy wall on police_sheet using (tenant = current_setting('app.tenant')::int);
create policy definer on police_sheet to hub_definer using (true);

grant select, insert, update, delete on police_sheet to hub_app;
grant select (tenant, arrival) on police_sheet to hub_definer;
