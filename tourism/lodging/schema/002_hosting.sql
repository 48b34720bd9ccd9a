-- What a hotelier says of the house. A claimed house leaves the search (draft) until it is
-- published under a mandate.

alter table property drop constraint property_listing_check;
alter table property add constraint property_listing_check
  check (listing in ('registry', 'demo', 'draft', 'published'));

alter table room_type
  add column retired    boolean not null default false,
  add column beds       jsonb   not null default '[]',
  add column children_max smallint not null default 0,
  add column on_request boolean not null default false,
  add column area_m2    smallint check (area_m2 > 0),
  add column amenities  text[]  not null default '{}',
  add column description jsonb  not null default '{}';
