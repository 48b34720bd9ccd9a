-- Replaced whole when it changes.

-- Post transfers, all or none: the one way into the ledger. `drafts` is a JSON array of
-- {reference, kind, debit: {holder, code}, credit: {holder, code}, amount_cents, settles, reverses,
-- shared, expires_at}. The ids of the transfers, in the order given. A reference that is there already must say
-- the same, changes nothing and gives its id again, also when two post it at the same moment.
-- Errors: P0L01 another transfer has this reference; P0L02 nothing pending to settle;
-- P0L03 a reversal beyond what remains; P0L04 nothing to reverse; P0L05 below an account's floor.
create or replace function ledger_post(cause int, for_scheme int, at timestamptz, drafts jsonb)
returns bigint[] language plpgsql security definer set search_path = public, pg_temp as $$
declare
  draft jsonb;
  ids bigint[] := '{}';
begin
  if cause is distinct from current_setting('app.tenant')::int then
    raise exception 'a transfer is caused behind one''s own wall' using errcode = '42501';
  end if;
  perform ledger_open_accounts(for_scheme, drafts);
  ids := ledger_post_new(cause, for_scheme, at, drafts);
  if ids is not null then
    return ids;
  end if;
  ids := '{}';
  for draft in select * from jsonb_array_elements(drafts) loop
    ids := ids || ledger_post_one(cause, for_scheme, at, draft);
  end loop;
  return ids;
end $$;

-- Open the accounts that are not there yet, in one order for everybody, so that two who open the
-- same ones wait for each other and never in a circle.
create or replace function ledger_open_accounts(for_scheme int, drafts jsonb)
returns void language sql set search_path = public, pg_temp as $$
  insert into ledger_account (tenant, scheme, code)
  select distinct (side ->> 'holder')::int, for_scheme, side ->> 'code'
    from jsonb_array_elements(drafts) draft,
         lateral (values (draft -> 'debit'), (draft -> 'credit')) sides (side)
   where not exists (select from ledger_account a
                      where a.tenant = (side ->> 'holder')::int and a.scheme = for_scheme
                        and a.code = side ->> 'code' and a.currency = 'EUR')
   order by 1, 3
  on conflict do nothing
$$;

-- The common case in one statement: every transfer is new, none reverses another, expires, or debits
-- an account that has a floor. Null when one is
-- not inserted (it is there already, somebody else is posting it, or what it settles is not
-- pending): one by one they are then found, or refused by name.
create or replace function ledger_post_new(cause int, for_scheme int, at timestamptz, drafts jsonb)
returns bigint[] language plpgsql set search_path = public, pg_temp as $$
declare
  ids bigint[];
  inserted int;
begin
  if jsonb_path_exists(drafts, '$[*] ? (@.reverses != null || @.expires_at != null)')
     or exists (select from jsonb_array_elements(drafts) d, ledger_class c
                 where c.code = d #>> '{debit,code}') then
    return null;
  end if;
  with wanted as materialized (
    select d.n, d.draft ->> 'reference' as reference, d.draft ->> 'kind' as kind,
           (d.draft ->> 'amount_cents')::bigint as amount_cents,
           (d.draft ->> 'shared')::boolean as shared, d.draft ->> 'settles' as settles,
           debit.id as debit_account, debit.tenant as debit_tenant,
           credit.id as credit_account, credit.tenant as credit_tenant
      from jsonb_array_elements(drafts) with ordinality as d (draft, n)
      join ledger_account debit
        on debit.tenant = (d.draft #>> '{debit,holder}')::int and debit.scheme = for_scheme
       and debit.code = d.draft #>> '{debit,code}' and debit.currency = 'EUR'
      join ledger_account credit
        on credit.tenant = (d.draft #>> '{credit,holder}')::int and credit.scheme = for_scheme
       and credit.code = d.draft #>> '{credit,code}' and credit.currency = 'EUR'
  ), posted as (
    insert into ledger_transfer (tenant, scheme, reference, kind, debit_account, credit_account,
                                 debit_tenant, credit_tenant, amount_cents, currency, settles,
                                 shared, booked_at)
    select cause, for_scheme, w.reference, w.kind, w.debit_account, w.credit_account,
           w.debit_tenant, w.credit_tenant, w.amount_cents, 'EUR', p.id, w.shared, at
      from wanted w
      left join ledger_transfer p
        on p.reference = w.settles and p.kind = 'pending' and p.tenant = cause
       and p.amount_cents = w.amount_cents
       and p.debit_account = w.debit_account and p.credit_account = w.credit_account
     where w.settles is null or p.id is not null
     order by w.n
    on conflict do nothing
    returning id, reference
  ), waits as (insert into ledger_waiting (transfer) select id from posted)
  select array_agg(posted.id order by w.n), (select count(*) from posted) into ids, inserted
    from wanted w join posted on posted.reference = w.reference;
  return case when inserted = jsonb_array_length(drafts) then ids end;
end $$;

-- The row that a draft asks for, its accounts and the transfer it settles or reverses found.
create or replace function ledger_read_draft(cause int, for_scheme int, draft jsonb)
returns ledger_transfer language plpgsql set search_path = public, pg_temp as $$
declare
  wanted ledger_transfer;
begin
  wanted.tenant := cause;
  wanted.scheme := for_scheme;
  wanted.reference := draft ->> 'reference';
  wanted.kind := draft ->> 'kind';
  wanted.amount_cents := (draft ->> 'amount_cents')::bigint;
  wanted.currency := 'EUR';
  wanted.shared := (draft ->> 'shared')::boolean;
  wanted.debit_tenant := (draft #>> '{debit,holder}')::int;
  wanted.credit_tenant := (draft #>> '{credit,holder}')::int;
  wanted.debit_account := (
    select a.id from ledger_account a
     where a.tenant = wanted.debit_tenant and a.scheme = for_scheme
       and a.code = draft #>> '{debit,code}' and a.currency = 'EUR');
  wanted.credit_account := (
    select a.id from ledger_account a
     where a.tenant = wanted.credit_tenant and a.scheme = for_scheme
       and a.code = draft #>> '{credit,code}' and a.currency = 'EUR');
  wanted.expires_at := (draft ->> 'expires_at')::timestamptz;
  if draft ->> 'settles' is not null then
    -- A part of what was pending may be posted: the rest is let go.
    select t.id into wanted.settles from ledger_transfer t
     where t.reference = draft ->> 'settles' and t.kind = 'pending' and t.tenant = cause
       and (t.amount_cents = wanted.amount_cents
            or (wanted.kind = 'post' and t.amount_cents > wanted.amount_cents))
       and t.debit_account = wanted.debit_account and t.credit_account = wanted.credit_account;
    if wanted.settles is null then
      raise exception 'nothing pending under %', draft ->> 'settles' using errcode = 'P0L02';
    end if;
  end if;
  if draft ->> 'reverses' is not null then
    select t.id into wanted.reverses from ledger_transfer t
     where t.reference = draft ->> 'reverses' and t.kind in ('posted', 'post') and t.tenant = cause
       and t.debit_account = wanted.credit_account and t.credit_account = wanted.debit_account;
    if wanted.reverses is null then
      raise exception 'nothing to reverse under %', draft ->> 'reverses' using errcode = 'P0L04';
    end if;
  end if;
  return wanted;
end $$;

-- Post one transfer, or find it posted.
create or replace function ledger_post_one(cause int, for_scheme int, at timestamptz, draft jsonb)
returns bigint language plpgsql set search_path = public, pg_temp as $$
declare
  wanted ledger_transfer := ledger_read_draft(cause, for_scheme, draft);
  posted bigint;
begin
  if wanted.reverses is not null then
    -- Reversals of one transfer wait for each other: what remains must not change under our eyes.
    -- An advisory lock, because locking the row would need the right to update it.
    perform pg_advisory_xact_lock(hashtextextended('ledger_transfer ' || wanted.reverses, 0));
  end if;
  posted := ledger_find_posted(wanted);
  if posted is not null then
    return posted;
  end if;
  if wanted.reverses is not null then
    perform ledger_check_reversal(wanted);
  elsif wanted.kind in ('posted', 'pending') and wanted.reference not like 'settle:%' then
    perform ledger_check_floor(wanted, draft #>> '{debit,code}');
  end if;
  insert into ledger_transfer (tenant, scheme, reference, kind, debit_account, credit_account,
                               debit_tenant, credit_tenant, amount_cents, currency, settles,
                               reverses, shared, booked_at, expires_at)
  values (cause, for_scheme, wanted.reference, wanted.kind, wanted.debit_account,
          wanted.credit_account, wanted.debit_tenant, wanted.credit_tenant, wanted.amount_cents,
          wanted.currency, wanted.settles, wanted.reverses, wanted.shared, at, wanted.expires_at)
  on conflict do nothing
  returning id into posted;
  if posted is not null then
    insert into ledger_waiting (transfer) values (posted);
  else
    -- Somebody else was quicker: with this reference, or in settling the same pending transfer.
    posted := ledger_find_posted(wanted);
  end if;
  if posted is null then
    raise exception '% is settled already', draft ->> 'settles' using errcode = 'P0L02';
  end if;
  return posted;
end $$;

-- The transfer that has the wanted reference, which must say the same.
create or replace function ledger_find_posted(wanted ledger_transfer)
returns bigint language plpgsql set search_path = public, pg_temp as $$
declare
  other ledger_transfer;
begin
  select * into other from ledger_transfer t where t.reference = wanted.reference;
  if other.id is not null
     and (other.tenant, other.scheme, other.kind, other.debit_account, other.credit_account,
          other.amount_cents, other.settles, other.reverses, other.shared, other.expires_at)
         is distinct from
         (wanted.tenant, wanted.scheme, wanted.kind, wanted.debit_account, wanted.credit_account,
          wanted.amount_cents, wanted.settles, wanted.reverses, wanted.shared, wanted.expires_at)
  then
    raise exception 'another transfer has the reference %', wanted.reference
      using errcode = 'P0L01';
  end if;
  return other.id;
end $$;

-- All reversals of a transfer together never exceed it.
create or replace function ledger_check_reversal(wanted ledger_transfer)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  remaining bigint := (
    select t.amount_cents - coalesce((select sum(r.amount_cents) from ledger_transfer r
                                       where r.reverses = t.id), 0)
      from ledger_transfer t where t.id = wanted.reverses);
begin
  if wanted.amount_cents > remaining then
    raise exception '% cents cannot be reversed: % remain', wanted.amount_cents, remaining
      using errcode = 'P0L03', detail = remaining::text;
  end if;
end $$;

-- What a transfer does to its two accounts; a settlement takes the whole pending amount back.
create or replace function ledger_effects(t ledger_transfer)
returns table (account bigint, debit bigint, credit bigint, pending_debit bigint, pending_credit bigint)
language sql stable set search_path = public, pg_temp as $$
  with moved (cents, waits) as (
    select case when t.kind in ('posted', 'post', 'reversal') then t.amount_cents else 0 end,
           case when t.kind = 'pending' then t.amount_cents
                when t.settles is not null
                then -(select p.amount_cents from ledger_transfer p where p.id = t.settles)
                else 0 end)
  select t.debit_account, cents, 0::bigint, waits, 0::bigint from moved
  union all
  select t.credit_account, 0::bigint, cents, 0::bigint, waits from moved
$$;

-- An account of a class that has a floor is not debited below it: what it has, less what waits to
-- leave it. Debits of one such account wait for each other. What was pending was looked at when it
-- began, and a reversal gives back what was had: a debt that it leaves is seen in the balance. Nor is
-- a movement refused that the payment service has made ('settle:'): it is written down as it was.
create or replace function ledger_check_floor(wanted ledger_transfer, code text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  lowest bigint := (select c.floor_cents from ledger_class c where c.code = ledger_check_floor.code);
  has bigint;
begin
  if lowest is null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('ledger_account ' || wanted.debit_account, 0));
  select coalesce((select b.credit_cents - b.debit_cents - b.pending_debit_cents
                     from ledger_balance b where b.account = wanted.debit_account), 0)
         + coalesce((select sum(e.credit - e.debit - e.pending_debit)
                       from ledger_waiting w
                       join ledger_transfer t on t.id = w.transfer
                        and wanted.debit_account in (t.debit_account, t.credit_account)
                      cross join lateral ledger_effects(t) e
                      where e.account = wanted.debit_account), 0)
    into has;
  if has - wanted.amount_cents < lowest then
    raise exception '% cents would leave %', wanted.amount_cents, has using errcode = 'P0L05';
  end if;
end $$;

-- Pending transfers whose time is over end by themselves, of whatever organisation; how many.
create or replace function ledger_expire(at timestamptz, wanted int)
returns int language plpgsql security definer set search_path = public, pg_temp as $$
declare
  ended int;
begin
  with over as (
    select p.* from ledger_transfer p
     where p.expires_at <= at
       and not exists (select from ledger_transfer e where e.settles = p.id)
     order by p.expires_at limit wanted
  ), made as (
    insert into ledger_transfer (tenant, scheme, reference, kind, debit_account, credit_account,
                                 debit_tenant, credit_tenant, amount_cents, currency, settles,
                                 shared, booked_at)
    select o.tenant, o.scheme, left(o.reference, 190) || ':expire', 'expire', o.debit_account,
           o.credit_account, o.debit_tenant, o.credit_tenant, o.amount_cents, o.currency, o.id,
           o.shared, at
      from over o
    on conflict do nothing
    returning id
  ), waits as (insert into ledger_waiting (transfer) select id from made returning transfer)
  select count(*) into ended from waits;
  return ended;
end $$;

-- The oldest transfers that wait for the chain.
create or replace function ledger_waiting_transfers(wanted int) returns setof ledger_transfer
language sql stable security definer set search_path = public, pg_temp as $$
  select t.* from ledger_waiting w join ledger_transfer t on t.id = w.transfer
   order by t.id limit wanted
$$;

-- Links in order, each with its transfer as it reads today.
create or replace function ledger_linked_transfers(after_seq bigint, wanted int)
returns table (seq bigint, link_hash bytea, previous_hash bytea, of_transfer bigint, transfer jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select l.seq, l.hash, l.previous_hash, l.transfer, to_jsonb(t)
    from ledger_link l left join ledger_transfer t on t.id = l.transfer
   where l.seq > after_seq order by l.seq limit wanted
$$;

-- Append links, and fold what they link into the balances.
create or replace function ledger_append(
  seqs bigint[], transfers bigint[], hashes bytea[], previous bytea[]
) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into ledger_link (seq, transfer, hash, previous_hash)
  select * from unnest(seqs, transfers, hashes, previous);
  insert into ledger_balance as b (account, tenant, scheme, debit_cents, credit_cents,
                                   pending_debit_cents, pending_credit_cents)
  select a.id, a.tenant, a.scheme, sum(e.debit), sum(e.credit), sum(e.pending_debit),
         sum(e.pending_credit)
    from ledger_waiting w
    join ledger_transfer t on t.id = w.transfer
   cross join lateral ledger_effects(t) e
    join ledger_account a on a.id = e.account
   where w.transfer = any(transfers)
   group by a.id
  on conflict (account) do update
     set debit_cents = b.debit_cents + excluded.debit_cents,
         credit_cents = b.credit_cents + excluded.credit_cents,
         pending_debit_cents = b.pending_debit_cents + excluded.pending_debit_cents,
         pending_credit_cents = b.pending_credit_cents + excluded.pending_credit_cents;
  delete from ledger_waiting w where w.transfer = any(transfers);
end $$;

-- The balances counted again from every transfer in the chain: accounts, and those that differ; and
-- a transfer that is neither in the chain nor waiting for it.
create or replace function ledger_recount()
returns table (accounts int, differing int, forgotten bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with again as (
    select e.account, sum(e.debit) as debit, sum(e.credit) as credit,
           sum(e.pending_debit) as pending_debit, sum(e.pending_credit) as pending_credit
      from ledger_transfer t cross join lateral ledger_effects(t) e
     where not exists (select from ledger_waiting w where w.transfer = t.id)
     group by e.account)
  select count(*)::int,
         count(*) filter (where (b.debit_cents, b.credit_cents, b.pending_debit_cents,
                                 b.pending_credit_cents)
                                is distinct from (again.debit, again.credit, again.pending_debit,
                                                  again.pending_credit))::int,
         (select min(t.id) from ledger_transfer t
           where not exists (select from ledger_link l where l.transfer = t.id)
             and not exists (select from ledger_waiting w where w.transfer = t.id))
    from again full join ledger_balance b on b.account = again.account
$$;

create or replace function ledger_keep_check(
  at timestamptz, accounts int, differing int, links bigint, head text, broken_at bigint
) returns void language sql security definer set search_path = public, pg_temp as $$
  insert into ledger_check (at, accounts, differing, links, head, broken_at)
  values (at, accounts, differing, links, head, broken_at) on conflict do nothing
$$;

-- The code of an account. It names a purpose and no holder, so whoever may see a transfer may read
-- the codes of both its sides, though the other side's account is behind another wall.
create or replace function ledger_account_code(account bigint)
returns text language sql stable security definer set search_path = public, pg_temp as $$
  select a.code from ledger_account a where a.id = account
$$;

-- The balances of a scheme by account code: no figure of one lodging leaves the wall.
create or replace function ledger_trial_balance(of_scheme int)
returns table (code text, debit_cents bigint, credit_cents bigint,
               pending_debit_cents bigint, pending_credit_cents bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with side as (
    select b.account, b.debit_cents as debit, b.credit_cents as credit,
           b.pending_debit_cents as pending_debit, b.pending_credit_cents as pending_credit
      from ledger_balance b
     where b.scheme = of_scheme and of_scheme = current_setting('app.tenant')::int
    union all
    select e.account, e.debit, e.credit, e.pending_debit, e.pending_credit
      from ledger_waiting w
      join ledger_transfer t on t.id = w.transfer
     cross join lateral ledger_effects(t) e
     where t.scheme = of_scheme and of_scheme = current_setting('app.tenant')::int)
  select a.code, sum(side.debit)::bigint, sum(side.credit)::bigint,
         sum(side.pending_debit)::bigint, sum(side.pending_credit)::bigint
    from side
    join ledger_account a on a.id = side.account
   group by a.code
   order by a.code
$$;

alter function ledger_post(int, int, timestamptz, jsonb) owner to hub_definer;
alter function ledger_open_accounts(int, jsonb) owner to hub_definer;
alter function ledger_post_new(int, int, timestamptz, jsonb) owner to hub_definer;
alter function ledger_read_draft(int, int, jsonb) owner to hub_definer;
alter function ledger_post_one(int, int, timestamptz, jsonb) owner to hub_definer;
alter function ledger_find_posted(ledger_transfer) owner to hub_definer;
alter function ledger_check_reversal(ledger_transfer) owner to hub_definer;
alter function ledger_account_code(bigint) owner to hub_definer;
alter function ledger_trial_balance(int) owner to hub_definer;
revoke all on function ledger_post(int, int, timestamptz, jsonb) from public;
revoke all on function ledger_open_accounts(int, jsonb) from public;
revoke all on function ledger_post_new(int, int, timestamptz, jsonb) from public;
revoke all on function ledger_read_draft(int, int, jsonb) from public;
revoke all on function ledger_post_one(int, int, timestamptz, jsonb) from public;
revoke all on function ledger_find_posted(ledger_transfer) from public;
revoke all on function ledger_check_reversal(ledger_transfer) from public;
revoke all on function ledger_account_code(bigint) from public;
revoke all on function ledger_trial_balance(int) from public;
grant execute on function ledger_post(int, int, timestamptz, jsonb) to hub_app;
grant execute on function ledger_account_code(bigint) to hub_app;
grant execute on function ledger_trial_balance(int) to hub_app;

alter function ledger_effects(ledger_transfer) owner to hub_definer;
alter function ledger_check_floor(ledger_transfer, text) owner to hub_definer;
alter function ledger_expire(timestamptz, int) owner to hub_definer;
alter function ledger_waiting_transfers(int) owner to hub_definer;
alter function ledger_linked_transfers(bigint, int) owner to hub_definer;
alter function ledger_append(bigint[], bigint[], bytea[], bytea[]) owner to hub_definer;
alter function ledger_recount() owner to hub_definer;
alter function ledger_keep_check(timestamptz, int, int, bigint, text, bigint) owner to hub_definer;
revoke all on function ledger_effects(ledger_transfer) from public;
revoke all on function ledger_check_floor(ledger_transfer, text) from public;
revoke all on function ledger_expire(timestamptz, int) from public;
revoke all on function ledger_waiting_transfers(int) from public;
revoke all on function ledger_linked_transfers(bigint, int) from public;
revoke all on function ledger_append(bigint[], bigint[], bytea[], bytea[]) from public;
revoke all on function ledger_recount() from public;
revoke all on function ledger_keep_check(timestamptz, int, int, bigint, text, bigint) from public;
grant execute on function ledger_expire(timestamptz, int) to hub_app;
grant execute on function ledger_waiting_transfers(int) to hub_app;
grant execute on function ledger_linked_transfers(bigint, int) to hub_app;
grant execute on function ledger_append(bigint[], bigint[], bytea[], bytea[]) to hub_app;
grant execute on function ledger_recount() to hub_app;
grant execute on function ledger_keep_check(timestamptz, int, int, bigint, text, bigint) to hub_app;

-- Transfers that arrived with a tenant wait for the chain like new ones.
create or replace function ledger_arrive(arrived int) returns void language sql as $$
  insert into ledger_waiting (transfer)
  select t.id from ledger_transfer t
   where arrived in (t.tenant, t.debit_tenant, t.credit_tenant)
     and not exists (select from ledger_link l where l.transfer = t.id)
     and not exists (select from ledger_waiting w where w.transfer = t.id)
$$;
revoke all on function ledger_arrive(int) from public;
