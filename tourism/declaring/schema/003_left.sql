-- What declarations need of a house that has left: its stays without their guests, and the account to
-- which it was paid. Written when it is erased; empty while a house is here.
create table left_stay (
  tenant         int     not null references organisation (id),
  booking        uuid    primary key,
  property       int     not null,
  house          text    not null,
  address        text    not null,
  commune        text    not null,
  kind           text    not null,
  stars          int,
  registration   text,
  arrival        date    not null,
  departure      date    not null check (departure > arrival),
  version        int     not null check (version > 0),
  was_let        boolean not null,
  adults         int     not null check (adults >= 0),
  minors         int     not null check (minors >= 0),
  room_cents     bigint  not null check (room_cents >= 0),
  beneficiaries  jsonb   not null check (jsonb_typeof(beneficiaries) = 'object')
);
comment on column left_stay.version is 'How often the stay was changed, as its postings are numbered.';
comment on column left_stay.beneficiaries is 'Who receives each code of its tourist tax.';
create index left_stay_of on left_stay (tenant);
create index left_stay_let on left_stay (departure, arrival) where was_let and kind = 'furnished';

create table left_seller (
  tenant   int   primary key references organisation (id),
  account  text  not null
);
comment on column left_seller.account is 'Where it was paid, at the payment service.';

alter table left_stay enable row level security;
alter table left_stay force row level security;
create policy wall on left_stay using (tenant = current_setting('app.tenant')::int);
create policy definer on left_stay to hub_definer using (true);
alter table left_seller enable row level security;
alter table left_seller force row level security;
create policy wall on left_seller using (tenant = current_setting('app.tenant')::int);
create policy definer on left_seller to hub_definer using (true);

grant select on left_stay, left_seller to hub_app, hub_definer;
