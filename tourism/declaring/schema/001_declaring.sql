-- Declarations of the booking centre: each file as it was made, with the record of its sending; and
-- what a house says of itself for the tax authority (DAC7).

create table declaration (
  id         uuid        primary key,
  tenant     int         not null references organisation (id),
  kind       text        not null check (kind in ('tourist_tax', 'dac7', 'short_term')),
  period     text        not null,
  scope      text        not null default '',
  number     int         not null check (number > 0),
  facts      jsonb       not null,
  file_name  text        not null,
  file       bytea       not null,
  sha256     text        not null check (sha256 = encode(sha256(file), 'hex')),
  made_at    timestamptz not null,
  made_by    text        not null,
  sent_at    timestamptz,
  sent_to    text        check (length(sent_to) between 2 and 200),
  receipt    text        check (length(receipt) <= 200),
  sent_by    text,
  unique (tenant, kind, period, scope, number),
  unique (id, tenant),
  check ((sent_at is null) = (sent_to is null)),
  check ((sent_at is null) = (sent_by is null))
);
comment on column declaration.scope is 'The commune of a tourist tax; else empty.';
create index declaration_by_tenant on declaration (tenant, made_at);

create table declared_tax (
  declaration  uuid    not null,
  tenant       int     not null,
  booking      uuid    not null,
  code         text    not null,
  cents        bigint  not null check (cents <> 0),
  primary key (declaration, booking, code),
  foreign key (declaration, tenant) references declaration (id, tenant)
);
create index declared_tax_by_booking on declared_tax (tenant, booking, code);

create table seller_file (
  tenant      int         primary key references organisation (id),
  person      boolean     not null,
  name        text        not null check (length(name) between 2 and 200),
  address     text        not null check (length(address) between 5 and 300),
  country     text        not null check (country ~ '^[A-Z]{2}$'),
  tax_number  text        not null default '',
  vat_number  text        not null default '',
  born_on     date,
  born_at     text        not null default '',
  updated_at  timestamptz not null,
  check (not person or born_on is not null)
);

create table seller_reminder (
  tenant  int         not null references organisation (id),
  number  int         not null check (number > 0),
  at      timestamptz not null,
  primary key (tenant, number)
);

alter table declaration enable row level security;
alter table declaration force row level security;
create policy wall on declaration using (tenant = current_setting('app.tenant')::int);
alter table declared_tax enable row level security;
alter table declared_tax force row level security;
create policy wall on declared_tax using (tenant = current_setting('app.tenant')::int);
create policy definer on declared_tax to hub_definer using (true);
alter table seller_file enable row level security;
alter table seller_file force row level security;
create policy wall on seller_file using (tenant = current_setting('app.tenant')::int);
create policy definer on seller_file to hub_definer using (true);
alter table seller_reminder enable row level security;
alter table seller_reminder force row level security;
create policy wall on seller_reminder using (tenant = current_setting('app.tenant')::int);
create policy definer on seller_reminder to hub_definer using (true);

grant select, insert on declaration, declared_tax, seller_reminder to hub_app;
grant update (sent_at, sent_to, receipt, sent_by) on declaration to hub_app;
grant select, insert, update on seller_file to hub_app;
grant select on declared_tax, seller_file, seller_reminder, reservation, organisation to hub_definer;
create policy declaring on reservation to hub_definer using (true);

create function refuse_declaration_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.sent_at is not null then
    raise exception 'a declaration is kept as it was made and sent' using errcode = 'P0S02';
  end if;
  return new;
end $$;
create trigger kept before update or delete on declaration
  for each row execute function refuse_declaration_change();
