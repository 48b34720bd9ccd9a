-- Replaced whole when it changes. The functions that look over the walls of assemblies.

-- The votes that shall open or close, over all federations: ids only.
create or replace function proposals_due(at timestamptz, wanted int)
returns table (tenant int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.tenant, p.id from proposal p
   where (p.state in ('announced', 'recalled') and p.opens_at <= at)
      or (p.state in ('open', 'second') and p.closes_at <= at)
   order by p.closes_at limit wanted
$$;
alter function proposals_due(timestamptz, int) owner to hub_definer;
revoke all on function proposals_due(timestamptz, int) from public;
grant execute on function proposals_due(timestamptz, int) to hub_app;
