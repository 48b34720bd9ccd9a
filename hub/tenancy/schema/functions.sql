-- Replaced whole when it changes. The functions that look over the walls of organisations.

-- A new organisation with its first owner, and the act written down. A function, because the
-- tenant behind whose wall these rows belong does not exist yet when the transaction begins.
create or replace function open_organisation(
  kind text, name text, territory_kind text, territory_code text,
  owner int, actor text, at timestamptz
) returns int
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  opened int;
begin
  insert into organisation (kind, name, territory_kind, territory_code, created_at)
  values (kind, name, territory_kind, territory_code, at)
  returning id into opened;
  if owner is not null then
    insert into membership (tenant, person, role, since) values (opened, owner, 'owner', at);
  end if;
  perform record_audit(opened, at, actor, 'organisation.opened', 'organisation:' || opened,
                       jsonb_build_object('kind', kind, 'owner', owner));
  return opened;
end $$;
alter function open_organisation(text, text, text, text, int, text, timestamptz)
  owner to hub_definer;
revoke all on function open_organisation(text, text, text, text, int, text, timestamptz)
  from public;
grant execute on function open_organisation(text, text, text, text, int, text, timestamptz)
  to hub_app;

-- Many at once, for a seed or an import: their ids in the order given. The ids are drawn first,
-- because the order of an insert's RETURNING is not promised.
create or replace function open_organisations(
  names text[], kinds text[], territory_kinds text[], territory_codes text[], at timestamptz
) returns setof int
language sql volatile security definer set search_path = public, pg_temp as $$
  with given as materialized (
    select nextval('organisation_id_seq')::int as id, n, kind, name, territory_kind, territory_code
      from unnest(names, kinds, territory_kinds, territory_codes)
             with ordinality as g (name, kind, territory_kind, territory_code, n)
  ), opened as (
    insert into organisation (id, kind, name, territory_kind, territory_code, created_at)
    overriding system value
    select id, kind, name, territory_kind, territory_code, at from given
  )
  select id from given order by n
$$;
alter function open_organisations(text[], text[], text[], text[], timestamptz)
  owner to hub_definer;
revoke all on function open_organisations(text[], text[], text[], text[], timestamptz) from public;
grant execute on function open_organisations(text[], text[], text[], text[], timestamptz)
  to hub_app;

-- The organisations a person may act for: asked at sign-in, before any wall is entered.
create or replace function memberships_of(wanted int)
returns table (tenant int, kind text, name text, role text)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, o.kind, o.name, m.role
    from membership m join organisation o on o.id = m.tenant
   where m.person = wanted
   order by o.name, o.id
$$;
alter function memberships_of(int) owner to hub_definer;
revoke all on function memberships_of(int) from public;
grant execute on function memberships_of(int) to hub_app;

-- Who holds a session, and for which organisation they act: one statement for each request that
-- carries the cookie. The session is touched at most every `touch_every`, so that reading pages
-- writes almost nothing.
drop function if exists session_caller(bytea, timestamptz, interval, interval);
create function session_caller(
  wanted bytea, at timestamptz, idle interval, touch_every interval
)
returns table (person int, name text, email text, tenant int, organisation text,
               organisation_kind text, role text, has_factor boolean, factor_at timestamptz)
language sql volatile security definer set search_path = public, pg_temp as $$
  with live as (
    select s.token, s.person, s.organisation, s.factor_at
      from session s
     where s.token = wanted and s.expires_at > at and s.last_seen_at > at - idle
  ), touched as (
    update session s set last_seen_at = at
      from live
     where s.token = live.token and s.last_seen_at <= at - touch_every
  )
  select p.id, p.name, p.email, o.id, o.name, o.kind, m.role,
         exists (select from second_factor f where f.person = live.person), live.factor_at
    from live
    join person p on p.id = live.person
    left join membership m on m.person = live.person and m.tenant = live.organisation
    left join organisation o on o.id = m.tenant
$$;
alter function session_caller(bytea, timestamptz, interval, interval) owner to hub_definer;
revoke all on function session_caller(bytea, timestamptz, interval, interval) from public;
grant execute on function session_caller(bytea, timestamptz, interval, interval) to hub_app;

-- The organisations that a person belongs to, for whoever looks for what is theirs.
create or replace function tenants_of_member(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select m.tenant from membership m where m.person = tenants_of_member.person
$$;
alter function tenants_of_member(int, text[]) owner to hub_definer;
revoke all on function tenants_of_member(int, text[]) from public;
grant execute on function tenants_of_member(int, text[]) to hub_app;

-- The organisations of which a person is the only owner who stays: they cannot leave them so.
drop function if exists sole_ownerships(int);
create or replace function sole_ownerships(wanted int, at timestamptz)
returns table (id int, name text)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, o.name
    from membership m join organisation o on o.id = m.tenant
   where m.person = wanted and m.role = 'owner'
     and not exists (select from membership x
                      where x.tenant = m.tenant and x.role = 'owner' and x.person <> wanted
                        and not exists (select from leaving_owner l
                                         where l.person = x.person and l.until > at))
   order by o.name, o.id
   limit 100
$$;
alter function sole_ownerships(int, timestamptz) owner to hub_definer;
revoke all on function sole_ownerships(int, timestamptz) from public;
grant execute on function sole_ownerships(int, timestamptz) to hub_app;

-- The same for whoever is about to go, and nobody decides about the members of these organisations
-- meanwhile. Who is the only owner of none is leaving from here on, so that of two owners who go at
-- once the second is told that they are the last before anything of theirs is gone.
drop function if exists lock_ownerships(int);
create or replace function lock_ownerships(wanted int, at timestamptz, leaves_until timestamptz)
returns table (id int, name text)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform from organisation o join membership m on m.tenant = o.id
    where m.person = wanted and m.role = 'owner'
    order by o.id for no key update of o;
  return query select s.id, s.name from sole_ownerships(wanted, at) s;
  if not found then
    insert into leaving_owner (person, until) values (wanted, leaves_until)
    on conflict (person) do update set until = excluded.until;
  end if;
end $$;
alter function lock_ownerships(int, timestamptz, timestamptz) owner to hub_definer;
revoke all on function lock_ownerships(int, timestamptz, timestamptz) from public;
grant execute on function lock_ownerships(int, timestamptz, timestamptz) to hub_app;

-- Members of this organisation who are being erased.
create or replace function leaving_members(at timestamptz) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select m.person from membership m join leaving_owner l on l.person = m.person
   where m.tenant = current_setting('app.tenant')::int and l.until > at
$$;
alter function leaving_members(timestamptz) owner to hub_definer;
revoke all on function leaving_members(timestamptz) from public;
grant execute on function leaving_members(timestamptz) to hub_app;

-- Who runs this hub: letters to persons about their accounts are kept behind its wall.
create or replace function operator_of_hub() returns int
language sql stable security definer set search_path = public, pg_temp as $$
  select min(id) from organisation where kind = 'operator'
$$;
alter function operator_of_hub() owner to hub_definer;
revoke all on function operator_of_hub() from public;
grant execute on function operator_of_hub() to hub_app;
