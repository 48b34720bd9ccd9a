-- Replaced whole when it changes. The functions that look over the walls of spaces.

-- The spaces that somebody is in, over all organisations.
create or replace function spaces_of_person(wanted int, most int)
returns table (tenant int, id uuid, name text, about text, organisation text, role text,
               closed boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.tenant, s.id, s.name, s.about, o.name, m.role, s.closed_at is not null
    from space_member m
    join community_space s on s.tenant = m.tenant and s.id = m.space
    join organisation o on o.id = s.tenant
   where m.person = wanted
   order by s.closed_at is not null, s.name, s.id
   limit most
$$;
alter function spaces_of_person(int, int) owner to hub_definer;
revoke all on function spaces_of_person(int, int) from public;
grant execute on function spaces_of_person(int, int) to hub_app;

-- Whether somebody belongs to an organisation's community: to itself, or to one of its services.
create or replace function is_of_community(organisation int, wanted int) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from membership m where m.tenant = organisation and m.person = wanted)
      or exists (select from service_space p join membership m on m.tenant = p.space
                  where p.tenant = organisation and p.closed_at is null and m.person = wanted)
$$;
alter function is_of_community(int, int) owner to hub_definer;
revoke all on function is_of_community(int, int) from public;
grant execute on function is_of_community(int, int) to hub_app;

-- The open spaces of the communities that somebody belongs to, which they are not in yet.
create or replace function spaces_to_enter(wanted int, most int)
returns table (tenant int, id uuid, name text, about text, organisation text, role text,
               closed boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  with mine (tenant) as (
    select m.tenant from membership m where m.person = wanted
    union
    select p.tenant from membership m join service_space p on p.space = m.tenant
     where m.person = wanted and p.closed_at is null)
  select s.tenant, s.id, s.name, s.about, o.name, null::text, false
    from mine
    join community_space s on s.tenant = mine.tenant
    join organisation o on o.id = s.tenant
   where s.closed_at is null
     and (s.admits = 'community'
          or exists (select from membership m where m.tenant = s.tenant and m.person = wanted
                      and m.role in ('owner', 'manager')))
     and not exists (select from space_member i
                      where i.tenant = s.tenant and i.space = s.id and i.person = wanted)
   order by s.name, s.id
   limit most
$$;
alter function spaces_to_enter(int, int) owner to hub_definer;
revoke all on function spaces_to_enter(int, int) from public;
grant execute on function spaces_to_enter(int, int) to hub_app;

-- The organisations in whose spaces something is about a person.
create or replace function tenants_of_space_person(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select m.tenant from space_member m where m.person = tenants_of_space_person.person
  union
  select p.tenant from space_post p where p.author = tenants_of_space_person.person
  union
  select r.tenant from space_report r where r.reporter = tenants_of_space_person.person
$$;
alter function tenants_of_space_person(int, text[]) owner to hub_definer;
revoke all on function tenants_of_space_person(int, text[]) from public;
grant execute on function tenants_of_space_person(int, text[]) to hub_app;

-- The organisations whose spaces hold decisions or reports that are old, those after one of them; but
-- where an order keeps what an organisation has.
drop function if exists tenants_with_old_decisions(timestamptz, int);
create or replace function tenants_with_old_decisions(before timestamptz, after int, most int)
returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select found.tenant
    from (select d.tenant from space_decision d where d.decided_at <= before
          union
          select r.tenant from space_report r where r.closed_at <= before) as found
   where found.tenant > after and not legal_hold_on(array[found.tenant])
   order by found.tenant
   limit most
$$;
alter function tenants_with_old_decisions(timestamptz, int, int) owner to hub_definer;
revoke all on function tenants_with_old_decisions(timestamptz, int, int) from public;
grant execute on function tenants_with_old_decisions(timestamptz, int, int) to hub_app;

-- What somebody wrote in the spaces behind this wall goes with them; answers of others stay.
create or replace function forget_in_spaces(who int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  update space_decision d set appeal = '-'
    from space_post p
   where p.tenant = d.tenant and p.id = d.post and p.author = who and d.appeal is not null;
  update space_report set reporter = null, words = '-' where reporter = who;
  update space_report r set outcome = 'taken_back', closed_at = greatest(at, r.reported_at)
    from space_post p
   where p.tenant = r.tenant and p.id = r.post and p.author = who and r.outcome is null;
  update space_post set author = null, title = '', body = '', state = 'taken_back'
   where author = who;
  delete from space_member where person = who;
$$;
revoke all on function forget_in_spaces(int, text[], timestamptz) from public;
grant execute on function forget_in_spaces(int, text[], timestamptz) to hub_app;
