-- Replaced whole when it changes. The functions that look over the walls of spaces.

-- The open spaces in which something is new since an instant, or waits for a moderator: ids only,
-- those after one of them.
create or replace function spaces_with_news(since timestamptz, after_tenant int, after_space uuid,
                                            most int)
returns table (tenant int, space uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  with found (tenant, space) as (
    select p.tenant, p.space from space_post p where p.shown_at > since and p.state = 'shown'
    union
    select p.tenant, p.space from space_post p where p.state = 'waiting'
    union
    select p.tenant, p.space
      from space_report r join space_post p on p.tenant = r.tenant and p.id = r.post
     where r.outcome is null and p.state = 'shown'
    union
    select p.tenant, p.space
      from space_decision d join space_post p on p.tenant = d.tenant and p.id = d.post
     where d.appealed_at is not null and d.outcome is null and p.state in ('refused', 'removed'))
  select f.tenant, f.space
    from found f join community_space s on s.tenant = f.tenant and s.id = f.space
   where s.closed_at is null and (f.tenant, f.space) > (after_tenant, after_space)
   order by f.tenant, f.space
   limit most
$$;
alter function spaces_with_news(timestamptz, int, uuid, int) owner to hub_definer;
revoke all on function spaces_with_news(timestamptz, int, uuid, int) from public;
grant execute on function spaces_with_news(timestamptz, int, uuid, int) to hub_app;

-- The organisations in whose spaces somebody chose what they are told.
create or replace function tenants_of_space_notice(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct n.tenant from space_notice n where n.person = tenants_of_space_notice.person
$$;
alter function tenants_of_space_notice(int, text[]) owner to hub_definer;
revoke all on function tenants_of_space_notice(int, text[]) from public;
grant execute on function tenants_of_space_notice(int, text[]) to hub_app;

-- What somebody chose goes with them.
create or replace function forget_space_notices(who int, addresses text[], at timestamptz)
returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  delete from space_notice n where n.person = who
$$;
revoke all on function forget_space_notices(int, text[], timestamptz) from public;
grant execute on function forget_space_notices(int, text[], timestamptz) to hub_app;
