-- Only the scheme says who receives its shares: without this, an organisation could name itself.
drop policy wall on beneficiary;
create policy wall on beneficiary
  using (tenant = current_setting('app.tenant')::int or scheme = current_setting('app.tenant')::int)
  with check (scheme = current_setting('app.tenant')::int);
revoke delete on beneficiary from hub_app;

-- Append only also means that nobody empties the table at one stroke.
create trigger kept before truncate on agreement_version
  for each statement execute function refuse_change();
create trigger kept before truncate on allocation
  for each statement execute function refuse_change();
create trigger kept before truncate on allocation_reversal
  for each statement execute function refuse_change();
