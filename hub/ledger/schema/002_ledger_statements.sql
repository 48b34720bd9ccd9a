-- Statements are read newest first by who caused, paid, received, or governs: one index for each.
drop index ledger_transfer_by_tenant;
drop index ledger_transfer_by_scheme;
drop index ledger_transfer_by_debit;
drop index ledger_transfer_by_credit;
create index ledger_transfer_caused on ledger_transfer (tenant, id);
create index ledger_transfer_paid on ledger_transfer (debit_tenant, id);
create index ledger_transfer_received on ledger_transfer (credit_tenant, id);
create index ledger_transfer_shared on ledger_transfer (scheme, id) where shared;

-- Append only also means that nobody empties the table at one stroke.
create trigger kept before truncate on ledger_transfer
  for each statement execute function refuse_ledger_change();
create trigger kept before truncate on ledger_account
  for each statement execute function refuse_ledger_change();

-- ledger_post answers with ids from now on; functions.sql makes it again.
set local role hub_definer;
drop function if exists ledger_post(int, int, timestamptz, jsonb);
drop function if exists ledger_open_account(int, int, text);
reset role;
