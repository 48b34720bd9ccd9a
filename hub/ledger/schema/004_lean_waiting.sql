-- Only ledger_post adds to this list, in the statement that adds the transfer, and transfers are never
-- taken away: asking each time whether the transfer is there costs as much as adding it.
alter table ledger_waiting drop constraint ledger_waiting_transfer_fkey;
