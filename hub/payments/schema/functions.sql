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
-- payable, or its shares are withheld. A number that says nothing about its owner, for whoever owes it money.
create or replace function payee_account(organisation int) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select p.account from payee p
   where p.tenant = organisation and p.payable and p.withheld is null
$$;
alter function payee_account(int) owner to hub_definer;
revoke all on function payee_account(int) from public;
grant execute on function payee_account(int) to hub_app;

-- For functions of other slices that move a subject and its charge in one message, behind the
-- caller's wall: write down that a subject is to be paid; false when the id is known, or the subject
-- has a charge that is under way or has succeeded.
create or replace function charge_begin(of_tenant int, id uuid, subject text, amount_cents int,
                                        method text, page jsonb, at timestamptz)
returns boolean language plpgsql set search_path = public, pg_temp as $$
begin
  insert into charge (id, tenant, subject, amount_cents, currency, method, page, state, created_at)
  values (id, of_tenant, subject, amount_cents, 'EUR', method, page, 'processing', at)
  on conflict do nothing;
  return found;
end $$;
revoke all on function charge_begin(int, uuid, text, int, text, jsonb, timestamptz) from public;
grant execute on function charge_begin(int, uuid, text, int, text, jsonb, timestamptz) to hub_app;

-- The same: a charge has succeeded; true for the one call that settles it.
create or replace function charge_succeed(of_charge uuid, of_reference text, at timestamptz)
returns boolean language plpgsql set search_path = public, pg_temp as $$
begin
  update charge set state = 'succeeded', reference = of_reference, settled_at = at
   where id = of_charge and state = 'processing';
  return found;
end $$;
revoke all on function charge_succeed(uuid, text, timestamptz) from public;
grant execute on function charge_succeed(uuid, text, timestamptz) to hub_app;

-- Charges that were settled before the service knew its cost, whoever they belong to: numbers only.
create or replace function charges_without_fee(before timestamptz, wanted int)
returns table (tenant int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.tenant, c.id from charge c
   where c.fee_awaited and c.state = 'succeeded' and c.settled_at < before
   order by c.settled_at, c.id limit wanted
$$;
alter function charges_without_fee(timestamptz, int) owner to hub_definer;
revoke all on function charges_without_fee(timestamptz, int) from public;
grant execute on function charges_without_fee(timestamptz, int) to hub_app;

-- Every account at the service, for the nightly catching up: numbers that say nothing of an owner.
create or replace function payee_accounts() returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
  select p.account from payee p order by p.account limit 100000
$$;
alter function payee_accounts() owner to hub_definer;
revoke all on function payee_accounts() from public;
grant execute on function payee_accounts() to hub_app;
