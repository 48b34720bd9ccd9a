-- Double entry, append only. Nobody but ledger_post (see functions.sql) writes here.

create table ledger_account (
  id        bigint generated always as identity primary key,
  tenant    int    not null references organisation (id),
  scheme    int    not null references organisation (id),
  code      text   not null check (code ~ '^[a-z_]+(\.[a-z0-9_-]+)*$'),
  currency  text   not null default 'EUR' check (currency = 'EUR'),
  unique (tenant, scheme, code, currency)
);
comment on column ledger_account.tenant is 'The organisation that holds the account.';

create table ledger_transfer (
  id              bigint      generated always as identity primary key,
  tenant          int         not null references organisation (id),
  scheme          int         not null references organisation (id),
  reference       text        not null unique,
  kind            text        not null check (kind in
    ('posted', 'pending', 'post', 'void', 'reversal')),
  debit_account   bigint      not null references ledger_account (id),
  credit_account  bigint      not null references ledger_account (id),
  debit_tenant    int         not null,
  credit_tenant   int         not null,
  amount_cents    bigint      not null check (amount_cents > 0),
  currency        text        not null check (currency = 'EUR'),
  settles         bigint      unique references ledger_transfer (id),
  reverses        bigint      references ledger_transfer (id),
  shared          boolean     not null,
  booked_at       timestamptz not null,
  check (debit_account <> credit_account),
  check ((kind in ('post', 'void')) = (settles is not null)),
  check ((kind = 'reversal') = (reverses is not null))
);
comment on column ledger_transfer.tenant is 'The organisation whose act caused the transfer.';
create index ledger_transfer_by_tenant on ledger_transfer (tenant, booked_at);
create index ledger_transfer_by_scheme on ledger_transfer (scheme, booked_at) where shared;
create index ledger_transfer_by_debit on ledger_transfer (debit_account);
create index ledger_transfer_by_credit on ledger_transfer (credit_account);
create index ledger_transfer_reversing on ledger_transfer (reverses) where reverses is not null;

alter table ledger_account enable row level security;
alter table ledger_account force row level security;
create policy wall on ledger_account using
  (tenant = current_setting('app.tenant')::int or scheme = current_setting('app.tenant')::int);
create policy definer on ledger_account to hub_definer using (true);
alter table ledger_transfer enable row level security;
alter table ledger_transfer force row level security;
-- Who caused it, who pays, who receives; the scheme only where it is a share of the agreement.
create policy wall on ledger_transfer using
  (tenant = current_setting('app.tenant')::int
   or debit_tenant = current_setting('app.tenant')::int
   or credit_tenant = current_setting('app.tenant')::int
   or (shared and scheme = current_setting('app.tenant')::int));
create policy definer on ledger_transfer to hub_definer using (true);

grant select on ledger_account, ledger_transfer to hub_app;
grant select, insert on ledger_account, ledger_transfer to hub_definer;

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append only', tg_table_name using errcode = 'P0S02';
end $$;
create trigger frozen before update or delete on ledger_transfer
  for each row execute function refuse_ledger_change();
create trigger frozen before update or delete on ledger_account
  for each row execute function refuse_ledger_change();
