-- The parts of a transfer that no house has written down are told again, by a sweep over all tenants.

create policy definer on debt_received to hub_definer using (true);
grant select (tenant, id, noted_at, taken_back_at) on debt_received to hub_definer;
create index debt_received_taken_back on debt_received (taken_back_at)
  where taken_back_at is not null;
