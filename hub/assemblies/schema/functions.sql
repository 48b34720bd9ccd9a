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

-- What begins or ends by its date, over all federations, and was not told yet: ids and days only.
-- A week back, so that a worker that slept tells what it missed.
create or replace function agreement_turns(today date, wanted int)
returns table (tenant int, kind text, subject text, day date)
language sql stable security definer set search_path = public, pg_temp as $$
  with turn (tenant, kind, subject, day) as (
    select v.tenant, 'version', v.id::text, v.effective_on from agreement_version v
     where v.ratified_at < v.effective_on
    union all
    select s.tenant, 'suspended', s.version::text, s.from_on from agreement_suspension s
    union all
    select s.tenant, 'resumed', s.version::text, s.until_on from agreement_suspension s
    union all
    select d.tenant, 'derogation', d.id::text, d.until from derogation d where d.ended_on is null)
  select t.tenant, t.kind, t.subject, t.day from turn t
   where t.day between today - 7 and today
     and not exists (select from assembly_told a
                      where a.tenant = t.tenant
                        and a.what = t.kind || ':' || t.subject || ':' || t.day)
   order by t.day, t.tenant, t.kind, t.subject limit wanted
$$;
alter function agreement_turns(date, int) owner to hub_definer;
revoke all on function agreement_turns(date, int) from public;
grant execute on function agreement_turns(date, int) to hub_app;
