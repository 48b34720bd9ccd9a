-- Past allocations are replayed in the order of their making.
create index allocation_by_scheme on allocation (scheme, made_at, id);
create policy definer on allocation for select to hub_definer using (true);
grant select on allocation to hub_definer;
