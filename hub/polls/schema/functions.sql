-- Replaced whole when it changes. The functions that look over the walls of questions.

-- The organisations in whose spaces somebody has voted.
create or replace function tenants_of_space_voter(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct v.tenant from space_voter v where v.person = tenants_of_space_voter.person
$$;
alter function tenants_of_space_voter(int, text[]) owner to hub_definer;
revoke all on function tenants_of_space_voter(int, text[]) from public;
grant execute on function tenants_of_space_voter(int, text[]) to hub_app;

-- Their name goes from the votes; what was counted stays counted.
create or replace function forget_space_votes(who int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  delete from space_voter v where v.person = who
$$;
revoke all on function forget_space_votes(int, text[], timestamptz) from public;
grant execute on function forget_space_votes(int, text[], timestamptz) to hub_app;
