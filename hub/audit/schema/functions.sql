-- Replaced whole when it changes. The functions that look over the walls at the audit record.

-- An entry written by another definer function, for a tenant that did not exist a moment ago.
create or replace function record_audit(
  tenant int, at timestamptz, actor text, action text, subject text, detail jsonb
) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  insert into audit_entry (tenant, at, actor, action, subject, detail)
  values (tenant, at, actor, action, subject, detail)
$$;
alter function record_audit(int, timestamptz, text, text, text, jsonb) owner to hub_definer;
revoke all on function record_audit(int, timestamptz, text, text, text, jsonb) from public;

-- The oldest entries that wait for their link, over all tenants.
create or replace function waiting_audit_entries(wanted int) returns setof audit_entry
language sql stable security definer set search_path = public, pg_temp as $$
  select e.* from audit_waiting w join audit_entry e on e.id = w.entry order by e.id limit wanted
$$;
alter function waiting_audit_entries(int) owner to hub_definer;
revoke all on function waiting_audit_entries(int) from public;
grant execute on function waiting_audit_entries(int) to hub_app;

-- Links in order, each with its entry as it reads today.
create or replace function linked_audit_entries(after_seq bigint, wanted int)
returns table (
  seq bigint, entry bigint, hash bytea, previous_hash bytea,
  id bigint, tenant int, at timestamptz, actor text, action text, subject text, reason text,
  detail jsonb
)
language sql stable security definer set search_path = public, pg_temp as $$
  select l.seq, l.entry, l.hash, l.previous_hash,
         e.id, e.tenant, e.at, e.actor, e.action, e.subject, e.reason, e.detail
    from audit_link l left join audit_entry e on e.id = l.entry
   where l.seq > after_seq
   order by l.seq
   limit wanted
$$;
alter function linked_audit_entries(bigint, int) owner to hub_definer;
revoke all on function linked_audit_entries(bigint, int) from public;
grant execute on function linked_audit_entries(bigint, int) to hub_app;

-- Of the next entries by their ids: the last, and the first that is neither linked nor waiting, when
-- somebody emptied the waiting list. Each is looked up by itself: a join may go over the whole chain.
drop function if exists forgotten_audit_entry();
create or replace function forgotten_audit_entry(after_id bigint, wanted int)
returns table (last bigint, forgotten bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select max(e.id), min(e.id) filter (
           where (select l.entry from audit_link l where l.entry = e.id) is null
             and (select w.entry from audit_waiting w where w.entry = e.id) is null)
    from (select id from audit_entry where id > after_id order by id limit wanted) e
$$;
alter function forgotten_audit_entry(bigint, int) owner to hub_definer;
revoke all on function forgotten_audit_entry(bigint, int) from public;
grant execute on function forgotten_audit_entry(bigint, int) to hub_app;

-- The newest entries over all tenants: for the operator, who is checked at the route.
create or replace function audit_entries_of_all(before_id bigint, wanted int)
returns setof audit_entry
language sql stable security definer set search_path = public, pg_temp as $$
  select * from audit_entry where id < before_id order by id desc limit wanted
$$;
alter function audit_entries_of_all(bigint, int) owner to hub_definer;
revoke all on function audit_entries_of_all(bigint, int) from public;
grant execute on function audit_entries_of_all(bigint, int) to hub_app;

-- The tenants for which a person did something. Only their ids leave the walls.
create or replace function tenants_of_actor(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct e.tenant from audit_entry e
   where e.actor = 'person:' || person and e.actor like 'person:%'
$$;
alter function tenants_of_actor(int, text[]) owner to hub_definer;
revoke all on function tenants_of_actor(int, text[]) from public;
grant execute on function tenants_of_actor(int, text[]) to hub_app;

-- Put the hub's next links into the own chain of whoever's act each seals, in their order; how many.
-- Called by the linker, who holds the lock of the chain.
create or replace function append_own_links(wanted int) returns int
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  one record;
  done int := 0;
begin
  for one in
    select l.seq, l.hash, e.tenant
      from audit_link l join audit_entry e on e.id = l.entry
     where l.seq > coalesce((select max(o.seq) from audit_own_link o), 0)
     order by l.seq
     limit wanted
  loop
    insert into audit_own_link (tenant, number, seq, hash)
    select one.tenant, coalesce(head.number, 0) + 1, one.seq,
           sha256(coalesce(head.hash, decode(repeat('00', 32), 'hex')) || one.hash)
      from (values (1)) as once (it)
      left join lateral (select o.number, o.hash from audit_own_link o
                          where o.tenant = one.tenant order by o.number desc limit 1) as head on true;
    done := done + 1;
  end loop;
  return done;
end $$;
alter function append_own_links(int) owner to hub_definer;
revoke all on function append_own_links(int) from public;
grant execute on function append_own_links(int) to hub_app;

-- The first of some of the hub's links that does not stand in its organisation's own chain as it must.
-- Links that were not put there yet are no fault.
create or replace function broken_own_link(after_seq bigint, until_seq bigint)
returns table (seq bigint, entry bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select l.seq, l.entry
    from audit_link l
    join audit_entry e on e.id = l.entry
    left join audit_own_link o on o.seq = l.seq
    left join audit_own_link p on p.tenant = o.tenant and p.number = o.number - 1
   where l.seq > after_seq
     and l.seq <= least(until_seq, coalesce((select max(n.seq) from audit_own_link n), 0))
     and (o.seq is null or o.tenant <> e.tenant or (o.number = 1) <> (p.seq is null)
          or coalesce(p.seq, 0) >= o.seq
          or o.hash <> sha256(coalesce(p.hash, decode(repeat('00', 32), 'hex')) || l.hash))
   order by l.seq
   limit 1
$$;
alter function broken_own_link(bigint, bigint) owner to hub_definer;
revoke all on function broken_own_link(bigint, bigint) from public;
grant execute on function broken_own_link(bigint, bigint) to hub_app;
