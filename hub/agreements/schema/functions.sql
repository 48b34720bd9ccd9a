-- Replaced whole when it changes. The functions that look over the walls of agreements.

-- What was shared under the caller's own scheme, in order, for a replay under other rules. What a
-- house earned leaves its wall here: only a simulation asks, which publishes sums and ratios. Of
-- what went back, each base has lost its part; a booking that was cancelled whole has none left.
create or replace function allocations_of_scheme(
  of_scheme int, since timestamptz, until timestamptz, after_at timestamptz, after_id uuid, wanted int
) returns table (id uuid, member int, made_at timestamptz, facts text, bases text)
language sql stable security definer set search_path = public, pg_temp as $$
  select a.id, a.tenant, a.made_at, (a.document -> 'facts')::text,
         case when gone.back is null then (a.document -> 'bases')::text
              else (select jsonb_object_agg(b.k, b.v::bigint - b.v::bigint * gone.back / whole.total)
                      from jsonb_each_text(a.document -> 'bases') as b (k, v),
                           (select greatest(sum(w.v::bigint), 1) as total
                              from jsonb_each_text(a.document -> 'bases') as w (k, v)) whole)::text
          end
    from allocation a
    left join lateral (select sum(r.amount_cents) as back
                         from allocation_reversal r where r.allocation = a.id) gone on true
   where a.scheme = of_scheme and of_scheme = current_setting('app.tenant')::int
     and a.made_at >= since and a.made_at < until
     and (a.made_at, a.id) > (after_at, after_id)
   order by a.made_at, a.id
   limit wanted
$$;
alter function allocations_of_scheme(int, timestamptz, timestamptz, timestamptz, uuid, int)
  owner to hub_definer;
revoke all on function allocations_of_scheme(int, timestamptz, timestamptz, timestamptz, uuid, int)
  from public;
grant execute on function
  allocations_of_scheme(int, timestamptz, timestamptz, timestamptz, uuid, int) to hub_app;

create or replace function count_allocations_of_scheme(
  of_scheme int, since timestamptz, until timestamptz
) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select count(*) from allocation a
   where a.scheme = of_scheme and of_scheme = current_setting('app.tenant')::int
     and a.made_at >= since and a.made_at < until
$$;
alter function count_allocations_of_scheme(int, timestamptz, timestamptz) owner to hub_definer;
revoke all on function count_allocations_of_scheme(int, timestamptz, timestamptz) from public;
grant execute on function count_allocations_of_scheme(int, timestamptz, timestamptz) to hub_app;

-- Freeze the shares of a subject in another slice's own transaction; the same again changes
-- nothing, other shares are an error (P0A01).
create or replace function allocation_freeze(of_tenant int, new_id uuid, of_scheme int,
                                             of_subject text, shares jsonb, at timestamptz)
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  insert into allocation (id, tenant, scheme, subject, document, made_at)
  values (new_id, of_tenant, of_scheme, of_subject, shares, at)
  on conflict (tenant, subject) do nothing;
  if not found and (select a.document from allocation a where a.subject = of_subject) <> shares then
    raise exception 'other shares are frozen on %', of_subject using errcode = 'P0A01';
  end if;
end $$;
revoke all on function allocation_freeze(int, uuid, int, text, jsonb, timestamptz) from public;
grant execute on function allocation_freeze(int, uuid, int, text, jsonb, timestamptz) to hub_app;
