-- A replay counts what remains of an allocation after its reversals.
create policy definer on allocation_reversal for select to hub_definer using (true);
grant select on allocation_reversal to hub_definer;
