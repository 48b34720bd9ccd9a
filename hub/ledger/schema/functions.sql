-- Replaced whole when it changes.

-- Post transfers, all or none: the one way into the ledger. `drafts` is a JSON array of
-- {reference, kind, debit: {holder, code}, credit: {holder, code}, amount_cents, settles, reverses,
-- shared}. A reference that is there already must say the same, and changes nothing.
-- Errors: P0L01 another transfer has this reference; P0L02 nothing pending to settle;
-- P0L03 a reversal beyond what remains.
create or replace function ledger_post(cause int, for_scheme int, at timestamptz, drafts jsonb)
returns int language plpgsql security definer set search_path = public, pg_temp as $$
declare
  draft jsonb;
  debit ledger_account;
  credit ledger_account;
  other ledger_transfer;
  settled bigint;
  reversed ledger_transfer;
  written int := 0;
begin
  if cause is distinct from current_setting('app.tenant')::int then
    raise exception 'a transfer is caused behind one''s own wall' using errcode = '42501';
  end if;
  for draft in select * from jsonb_array_elements(drafts) loop
    debit := ledger_open_account((draft #>> '{debit,holder}')::int, for_scheme,
                                 draft #>> '{debit,code}');
    credit := ledger_open_account((draft #>> '{credit,holder}')::int, for_scheme,
                                  draft #>> '{credit,code}');
    settled := null;
    if draft ->> 'settles' is not null then
      select t.id into settled from ledger_transfer t
       where t.reference = draft ->> 'settles' and t.kind = 'pending' and t.tenant = cause
         and t.amount_cents = (draft ->> 'amount_cents')::bigint
         and t.debit_account = debit.id and t.credit_account = credit.id;
      if settled is null then
        raise exception 'nothing pending under %', draft ->> 'settles' using errcode = 'P0L02';
      end if;
    end if;
    reversed := null;
    if draft ->> 'reverses' is not null then
      select * into reversed from ledger_transfer t
       where t.reference = draft ->> 'reverses' and t.tenant = cause
         and t.debit_account = credit.id and t.credit_account = debit.id
         for update;
      if reversed.id is null then
        raise exception 'nothing to reverse under %', draft ->> 'reverses' using errcode = 'P0L03';
      end if;
    end if;

    select * into other from ledger_transfer t where t.reference = draft ->> 'reference';
    if other.id is not null then
      if (other.tenant, other.scheme, other.kind, other.debit_account, other.credit_account,
          other.amount_cents)
         is distinct from (cause, for_scheme, draft ->> 'kind', debit.id, credit.id,
                           (draft ->> 'amount_cents')::bigint) then
        raise exception 'another transfer has the reference %', draft ->> 'reference'
          using errcode = 'P0L01';
      end if;
      continue;
    end if;

    if reversed.id is not null and (draft ->> 'amount_cents')::bigint + (
         select coalesce(sum(t.amount_cents), 0) from ledger_transfer t
          where t.reverses = reversed.id) > reversed.amount_cents then
      raise exception 'a reversal beyond what remains of %', draft ->> 'reverses'
        using errcode = 'P0L03';
    end if;

    insert into ledger_transfer (tenant, scheme, reference, kind, debit_account, credit_account,
                                 debit_tenant, credit_tenant, amount_cents, currency, settles,
                                 reverses, shared, booked_at)
    values (cause, for_scheme, draft ->> 'reference', draft ->> 'kind', debit.id, credit.id,
            debit.tenant, credit.tenant, (draft ->> 'amount_cents')::bigint, 'EUR', settled,
            reversed.id, (draft ->> 'shared')::boolean, at);
    written := written + 1;
  end loop;
  return written;
end $$;

-- The account, opened when it is not there yet.
create or replace function ledger_open_account(holder int, for_scheme int, named text)
returns ledger_account language plpgsql set search_path = public, pg_temp as $$
declare
  account ledger_account;
begin
  select * into account from ledger_account a
   where a.tenant = holder and a.scheme = for_scheme and a.code = named;
  if account.id is null then
    insert into ledger_account (tenant, scheme, code) values (holder, for_scheme, named)
    on conflict do nothing;
    select * into account from ledger_account a
     where a.tenant = holder and a.scheme = for_scheme and a.code = named;
  end if;
  return account;
end $$;

-- The balances of a scheme by account code: no figure of one lodging leaves the wall.
create or replace function ledger_trial_balance(of_scheme int)
returns table (code text, debit_cents bigint, credit_cents bigint,
               pending_debit_cents bigint, pending_credit_cents bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with open as (
    select t.*, t.kind in ('posted', 'post', 'reversal') as counts,
           t.kind = 'pending' and not exists
             (select from ledger_transfer s where s.settles = t.id) as waits
      from ledger_transfer t
     where t.scheme = of_scheme and of_scheme = current_setting('app.tenant')::int)
  select a.code,
         coalesce(sum(o.amount_cents) filter (where o.counts and o.debit_account = a.id), 0)::bigint,
         coalesce(sum(o.amount_cents) filter (where o.counts and o.credit_account = a.id), 0)::bigint,
         coalesce(sum(o.amount_cents) filter (where o.waits and o.debit_account = a.id), 0)::bigint,
         coalesce(sum(o.amount_cents) filter (where o.waits and o.credit_account = a.id), 0)::bigint
    from ledger_account a
    left join open o on a.id in (o.debit_account, o.credit_account)
   where a.scheme = of_scheme and of_scheme = current_setting('app.tenant')::int
   group by a.code
   order by a.code
$$;

alter function ledger_post(int, int, timestamptz, jsonb) owner to hub_definer;
alter function ledger_open_account(int, int, text) owner to hub_definer;
alter function ledger_trial_balance(int) owner to hub_definer;
revoke all on function ledger_post(int, int, timestamptz, jsonb) from public;
revoke all on function ledger_open_account(int, int, text) from public;
revoke all on function ledger_trial_balance(int) from public;
grant execute on function ledger_post(int, int, timestamptz, jsonb) to hub_app;
grant execute on function ledger_trial_balance(int) to hub_app;
