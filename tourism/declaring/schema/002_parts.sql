-- The further files of a declaration, such as the XML messages of the yearly report: kept as made.
create table declaration_part (
  tenant       int    not null,
  declaration  uuid   not null,
  place        int    not null check (place > 0),
  file_name    text   not null,
  file         bytea  not null,
  sha256       text   not null check (sha256 = encode(sha256(file), 'hex')),
  primary key (tenant, declaration, place),
  foreign key (declaration, tenant) references declaration (id, tenant)
);
create index declaration_part_of on declaration_part (declaration, tenant);

alter table declaration_part enable row level security;
alter table declaration_part force row level security;
create policy wall on declaration_part using (tenant = current_setting('app.tenant')::int);
grant select, insert on declaration_part to hub_app;
