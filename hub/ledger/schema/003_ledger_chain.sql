-- Pending transfers that expire, bounded overdrafts by class of account, balances that are folded in
-- the background, and a chain of hashes over every transfer.

alter table ledger_transfer drop constraint ledger_transfer_kind_check;
alter table ledger_transfer drop constraint ledger_transfer_check1;
alter table ledger_transfer
  add column expires_at timestamptz,
  add constraint ledger_transfer_kind_check
    check (kind in ('posted', 'pending', 'post', 'void', 'expire', 'reversal')),
  add constraint ledger_transfer_settles
    check ((kind in ('post', 'void', 'expire')) = (settles is not null)),
  add constraint ledger_transfer_expires check (expires_at is null or kind = 'pending');
comment on column ledger_transfer.expires_at is 'When a pending transfer ends by itself, if it does.';
create index ledger_transfer_expiring on ledger_transfer (expires_at) where expires_at is not null;

create table ledger_class (
  code         text   primary key,
  floor_cents  bigint not null check (floor_cents <= 0)
);
comment on table ledger_class is
  'How far below zero the accounts of a code may go by what is not a reversal; without a row, freely.';
-- The mutual reserve gives what it has; who receives shares may owe up to 5,000 euros after a refund.
insert into ledger_class (code, floor_cents) values
  ('reserve.share', 0), ('federation.share', -500000), ('office.share', -500000),
  ('region.share', -500000), ('project.share', 0);

create table ledger_waiting (
  transfer  bigint primary key references ledger_transfer (id)
);
comment on table ledger_waiting is 'Transfers that are not yet in the chain and in the balances.';

create table ledger_link (
  seq            bigint primary key check (seq > 0),
  transfer       bigint not null unique references ledger_transfer (id),
  hash           bytea  not null check (length(hash) = 32),
  previous_hash  bytea  not null check (length(previous_hash) = 32)
);
comment on table ledger_link is 'The chain over the transfers of all organisations; hashes tell nothing.';

create table ledger_balance (
  account               bigint primary key references ledger_account (id),
  tenant                int    not null,
  scheme                int    not null,
  debit_cents           bigint not null,
  credit_cents          bigint not null,
  pending_debit_cents   bigint not null,
  pending_credit_cents  bigint not null
);
comment on table ledger_balance is 'What every transfer in the chain comes to, account by account.';

create table ledger_check (
  at          timestamptz primary key,
  accounts    int         not null,
  differing   int         not null,
  links       bigint      not null,
  head        text        not null,
  broken_at   bigint
);
comment on table ledger_check is
  'Each day: the balances counted again from every transfer, and the chain walked from its beginning.';

alter table ledger_balance enable row level security;
alter table ledger_balance force row level security;
create policy wall on ledger_balance using
  (tenant = current_setting('app.tenant')::int or scheme = current_setting('app.tenant')::int);
create policy definer on ledger_balance to hub_definer using (true);

grant select on ledger_balance, ledger_link, ledger_check to hub_app;
grant select, insert on ledger_link, ledger_check to hub_definer;
grant select, insert, update on ledger_balance to hub_definer;
grant select, insert, delete on ledger_waiting to hub_definer;
grant select on ledger_class to hub_definer;

create trigger frozen before update or delete on ledger_link
  for each row execute function refuse_ledger_change();
create trigger kept before truncate on ledger_link
  for each statement execute function refuse_ledger_change();

-- What was posted before the chain waits for it.
set role hub_definer;
insert into ledger_waiting (transfer) select id from ledger_transfer;
reset role;
