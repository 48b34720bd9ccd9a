-- The minutes of a counted vote are signed once, and kept as the bytes that were signed.
create table assembly_minutes (
  tenant          int         not null,
  proposal        uuid        not null,
  minutes_hash    text        not null check (length(minutes_hash) = 64),
  signed_name     text        not null check (length(signed_name) between 1 and 200),
  signed_quality  text        not null check (length(signed_quality) between 1 and 100),
  signed_by       text        not null,
  signed_at       timestamptz not null,
  document        bytea       not null check (length(document) between 1 and 20000000),
  document_hash   text        not null check (document_hash = encode(sha256(document), 'hex')),
  primary key (tenant, proposal),
  foreign key (tenant, proposal) references proposal (tenant, id)
);
comment on table assembly_minutes is 'The signed minutes of a counted vote, as the PDF that was signed.';
alter table assembly_minutes enable row level security;
alter table assembly_minutes force row level security;
create policy wall on assembly_minutes using (tenant = current_setting('app.tenant')::int);
grant select, insert on assembly_minutes to hub_app;
create trigger frozen before update or delete on assembly_minutes
  for each row execute function refuse_change();
create trigger kept before truncate on assembly_minutes
  for each statement execute function refuse_change();
