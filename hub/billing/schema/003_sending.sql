-- Electronic invoices on their way through an accredited platform, with the statuses of their life
-- (AFNOR XP Z12-012): told once each, kept for ever.
create table invoice_sending (
  tenant        int         not null,
  invoice       uuid        not null,
  asked_at      timestamptz not null,
  reference     text,
  deposited_at  timestamptz,
  refusal       text,
  primary key (tenant, invoice),
  foreign key (tenant, invoice) references invoice (tenant, id),
  check ((reference is null) = (deposited_at is null)),
  check (reference is null or refusal is null)
);
comment on column invoice_sending.reference is 'What the platform calls it, once it has it.';
create index invoice_sending_open on invoice_sending (asked_at)
  where reference is null and refusal is null;

create table invoice_status (
  tenant   int         not null,
  invoice  uuid        not null,
  code     int         not null check (code between 200 and 213),
  at       timestamptz not null,
  reason   text        not null default '',
  told_by  text        not null,
  primary key (tenant, invoice, code, at),
  foreign key (tenant, invoice) references invoice (tenant, id)
);

alter table invoice_sending enable row level security;
alter table invoice_sending force row level security;
create policy wall on invoice_sending using (tenant = current_setting('app.tenant')::int);
create policy definer on invoice_sending to hub_definer using (true);
alter table invoice_status enable row level security;
alter table invoice_status force row level security;
create policy wall on invoice_status using (tenant = current_setting('app.tenant')::int);
create policy definer on invoice to hub_definer using (true);
grant select, insert, update on invoice_sending to hub_app;
grant select, insert on invoice_status to hub_app;
grant select (tenant, invoice, reference, refusal) on invoice_sending to hub_definer;
grant select (tenant, id, business, issued_at) on invoice to hub_definer;
create trigger frozen before update or delete on invoice_status
  for each row execute function refuse_change();
