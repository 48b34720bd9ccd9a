-- Invoices and credit notes, and the journal that chains them with the payments (CGI 286 I 3° bis).
-- What was issued or recorded never changes: there is no grant to do so, and a trigger says so to
-- whoever owns the table. Rows belong to the seller; whoever bought sees its own documents as well.

create table billing_profile (
  tenant      int         primary key references organisation (id),
  document    jsonb       not null,
  changed_at  timestamptz not null
);
comment on table billing_profile is 'Who an organisation is on its invoices.';

-- One row an issuer: whoever issues or records takes it first, so numbers follow each other without
-- a gap and a transaction that fails gives its number back.
create table billing_head (
  tenant  int   primary key references organisation (id),
  seq     int   not null check (seq >= 0),
  hash    bytea not null check (length(hash) = 32),
  on_day  date  not null
);

create table billing_series (
  tenant   int  not null references organisation (id),
  series   text not null check (series ~ '^[A-Z]{1,8}$'),
  year     int  not null check (year between 2000 and 2099),
  last     int  not null check (last > 0),
  last_on  date not null,
  primary key (tenant, series, year)
);

create table invoice (
  id                  uuid        primary key,
  tenant              int         not null references organisation (id),
  buyer_organisation  int         references organisation (id),
  kind                text        not null check (kind in ('invoice', 'credit_note')),
  series              text        not null,
  year                int         not null,
  sequence            int         not null check (sequence > 0),
  seq                 int         not null check (seq > 0),
  number              text        not null check (number ~ '^[A-Za-z0-9+_/-]{1,35}$'),
  issued_on           date        not null,
  issued_at           timestamptz not null,
  source              text        not null check (length(source) between 1 and 200),
  subject             text        not null,
  matter              text        not null,
  buyer_name          text        not null,
  business            boolean     not null,
  net_cents           bigint      not null check (net_cents >= 0),
  vat_cents           bigint      not null check (vat_cents >= 0),
  gross_cents         bigint      not null check (gross_cents = net_cents + vat_cents),
  cancels             uuid        unique,
  content             text        not null,
  unique (tenant, id),
  unique (tenant, number),
  unique (tenant, series, year, sequence),
  unique (tenant, source),
  unique (tenant, seq),
  foreign key (tenant, cancels) references invoice (tenant, id),
  check (cancels is null or kind = 'credit_note')
);
comment on column invoice.seq is 'Its place in the journal, which is the order of everything issued.';
comment on column invoice.content is 'The document as JSON, byte for byte as it was issued and hashed.';
create index invoice_by_day on invoice (tenant, issued_on, number);
create index invoice_by_subject on invoice (tenant, subject);
create index invoice_by_buyer on invoice (buyer_organisation, issued_on)
  where buyer_organisation is not null;

create table invoice_vat (
  tenant     int    not null,
  invoice    uuid   not null,
  category   text   not null check (category in ('S', 'E', 'AE')),
  rate_bps   int    not null check (rate_bps >= 0),
  net_cents  bigint not null,
  vat_cents  bigint not null,
  primary key (tenant, invoice, category, rate_bps),
  foreign key (tenant, invoice) references invoice (tenant, id)
);
comment on table invoice_vat is 'The VAT of each document by category and rate; below zero for a credit note.';

create table billing_record (
  tenant         int         not null references organisation (id),
  seq            int         not null check (seq > 0),
  at             timestamptz not null,
  on_day         date        not null,
  kind           text        not null check (kind in ('invoice', 'credit_note', 'receipt', 'refund')),
  source         text        not null,
  amount_cents   bigint      not null check (amount_cents >= 0),
  parts          jsonb       not null,
  content_hash   bytea       not null check (length(content_hash) = 32),
  previous_hash  bytea       not null check (length(previous_hash) = 32),
  hash           bytea       not null check (length(hash) = 32),
  primary key (tenant, seq),
  unique (tenant, kind, source)
);
comment on table billing_record is 'The journal: every document and every payment, each with the hash of the one before.';
create index billing_record_by_day on billing_record (tenant, on_day);

alter table billing_profile enable row level security;
alter table billing_profile force row level security;
create policy wall on billing_profile using (tenant = current_setting('app.tenant')::int);
alter table billing_head enable row level security;
alter table billing_head force row level security;
create policy wall on billing_head using (tenant = current_setting('app.tenant')::int);
alter table billing_series enable row level security;
alter table billing_series force row level security;
create policy wall on billing_series using (tenant = current_setting('app.tenant')::int);
alter table invoice enable row level security;
alter table invoice force row level security;
create policy wall on invoice
  using (tenant = current_setting('app.tenant')::int
         or buyer_organisation = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int);
alter table invoice_vat enable row level security;
alter table invoice_vat force row level security;
create policy wall on invoice_vat using (tenant = current_setting('app.tenant')::int);
alter table billing_record enable row level security;
alter table billing_record force row level security;
create policy wall on billing_record using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on billing_profile, billing_head, billing_series to hub_app;
grant select, insert on invoice, invoice_vat, billing_record to hub_app;

create trigger frozen before update or delete on invoice
  for each row execute function refuse_change();
create trigger kept before truncate on invoice
  for each statement execute function refuse_change();
create trigger frozen before update or delete on invoice_vat
  for each row execute function refuse_change();
create trigger kept before truncate on invoice_vat
  for each statement execute function refuse_change();
create trigger frozen before update or delete on billing_record
  for each row execute function refuse_change();
create trigger kept before truncate on billing_record
  for each statement execute function refuse_change();
