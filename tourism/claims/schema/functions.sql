-- Replaced whole when it changes. The functions that look at claims over the walls of houses.

-- The claims of a person, who belongs to none of these houses yet.
drop function if exists claims_of(int);
create or replace function claims_of(wanted int)
returns table (id uuid, tenant int, property int, house text, commune text, state text,
               codes_sent smallint, codes_on date, confirms boolean, made_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.tenant, c.property, p.name, m.name, c.state, c.codes_sent, c.codes_on, c.confirms,
         c.made_at
    from house_claim c
    join property p on p.id = c.property
    join commune m on m.code = p.commune_code
   where c.person = wanted
   order by c.made_at desc
   limit 50
$$;
alter function claims_of(int) owner to hub_definer;
revoke all on function claims_of(int) from public;
grant execute on function claims_of(int) to hub_app;

-- The organisations that decide about a house: the tourist offices of its territory, the nearest
-- first; without any, the operators.
create or replace function deciders_of(house int)
returns table (tenant int, name text, kind text)
language sql stable security definer set search_path = public, pg_temp as $$
  with office as (
    select o.id, o.name, o.kind,
           array_position(array['commune', 'department', 'region', 'country'], o.territory_kind) as far
      from property p
      join organisation o on o.kind = 'office'
       and ((o.territory_kind = 'commune'
             and (o.territory_code = p.commune_code
                  or o.territory_code = (select c.parent from commune c where c.code = p.commune_code)))
         or (o.territory_kind = 'department' and o.territory_code = p.department_code)
         or (o.territory_kind = 'region' and o.territory_code = p.region_code)
         or o.territory_kind = 'country')
     where p.id = house
  ), near as (
    select id, name, kind from office where far = (select min(far) from office)
  )
  select id, name, kind from near
  union all
  select o.id, o.name, o.kind from organisation o
   where o.kind = 'operator' and not exists (select from near)
$$;
alter function deciders_of(int) owner to hub_definer;
revoke all on function deciders_of(int) from public;
grant execute on function deciders_of(int) to hub_app;

-- The claims that wait for the organisation behind whose wall the transaction stands, and only
-- those: an operator decides about all of them.
drop function if exists claims_to_decide(int);
create or replace function claims_to_decide(wanted int)
returns table (id uuid, tenant int, property int, house text, kind text, address text, commune text,
               siret text, quality text, phone text, statement text, claimant text,
               claimant_email text, proven_email text, members text[], confirms boolean,
               made_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.tenant, c.property, p.name, p.kind, p.address, m.name,
         c.siret, c.quality, c.phone, c.statement, who.name, who.email,
         case when c.proven_at is not null then c.email end,
         coalesce((select array_agg(other.name || ' (' || other.email || ')' order by other.name)
                     from membership b join person other on other.id = b.person
                    where b.tenant = c.tenant), '{}'),
         c.confirms, c.made_at
    from house_claim c
    join property p on p.id = c.property
    join commune m on m.code = p.commune_code
    join person who on who.id = c.person
    join organisation me on me.id = current_setting('app.tenant')::int
   where c.state = 'asked'
     -- Who has left the house confirms nothing of it any more; one that has moved is asked about
     -- where it stands now.
     and (not c.confirms
          or (c.commune_code = p.commune_code
              and exists (select from membership b
                           where b.tenant = c.tenant and b.person = c.person)))
     and (me.kind = 'operator'
          or (me.kind = 'office'
              and exists (select from deciders_of(p.id) d where d.tenant = me.id)))
   order by c.made_at
   limit wanted
$$;
alter function claims_to_decide(int) owner to hub_definer;
revoke all on function claims_to_decide(int) from public;
grant execute on function claims_to_decide(int) to hub_app;

-- The houses that a person claimed.
create or replace function tenants_of_claimant(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct c.tenant from house_claim c where c.person = tenants_of_claimant.person
$$;
alter function tenants_of_claimant(int, text[]) owner to hub_definer;
revoke all on function tenants_of_claimant(int, text[]) from public;
grant execute on function tenants_of_claimant(int, text[]) to hub_app;
