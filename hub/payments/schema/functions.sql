-- Replaced whole when it changes.

-- What has waited for the payment service since before an instant, whoever it belongs to: numbers
-- only, for the sweep that asks again.
create or replace function waiting_payments(before timestamptz, wanted int)
returns table (kind text, tenant int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  (select 'charge', c.tenant, c.id from charge c
    where c.state = 'processing' and c.created_at < before order by c.created_at limit wanted)
  union all
  (select 'refund', r.tenant, r.id from refund r
    where r.state = 'processing' and r.created_at < before order by r.created_at limit wanted)
  union all
  (select 'call', p.tenant, p.id from payment_call p
    where p.state = 'waiting' and p.created_at < before order by p.created_at limit wanted)
$$;
alter function waiting_payments(timestamptz, int) owner to hub_definer;
revoke all on function waiting_payments(timestamptz, int) from public;
grant execute on function waiting_payments(timestamptz, int) to hub_app;

-- The account at the service to which an organisation's share can be moved; none while it is not
-- payable. A number that says nothing about its owner, for whoever owes it money.
create or replace function payee_account(organisation int) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select p.account from payee p where p.tenant = organisation and p.payable
$$;
alter function payee_account(int) owner to hub_definer;
revoke all on function payee_account(int) from public;
grant execute on function payee_account(int) to hub_app;
