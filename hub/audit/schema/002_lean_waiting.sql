-- Only the trigger of audit_entry adds to this list, in the statement that adds the entry, and entries
-- are never taken away: asking each time whether the entry is there costs as much as adding it.
alter table audit_waiting drop constraint audit_waiting_entry_fkey;
