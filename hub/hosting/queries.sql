-- name: try_to_move
-- One at a time moves organisations away, until its connection ends.
select pg_try_advisory_lock(7346205);

-- name: list_living
-- The organisations that somebody belongs to, but who runs the hub, and copies of such as do not
-- live here yet.
-- bounded by the organisations of one zone
select o.id, o.kind, o.name, count(*)::int as persons
  from organisation o join membership m on m.tenant = o.id
 where o.kind <> 'operator'
   and not exists (select from held_organisation h
                    where h.tenant = o.id and h.reason in ('not here yet', 'not here again yet'))
 group by o.id order by o.id;

-- name: measure
-- How many organisations a zone holds, without who runs it, and the bytes of their database.
select (select count(distinct m.tenant) from membership m join organisation o on o.id = m.tenant
         where o.kind <> 'operator')::int as organisations,
       pg_database_size(current_database()) as bytes;

-- name: is_living
-- Whether somebody belongs to an organisation here.
select exists (select from membership where tenant = :tenant);

-- name: find_born
-- Which organisation has a number here: another hub may have given it to somebody else.
select kind, created_at from organisation where id = :tenant;

-- name: list_deciders
-- Who decides for an organisation, with the language that they read.
select p.email, p.language
  from membership m join person p on p.id = m.person
 where m.tenant = :tenant and m.role in ('owner', 'manager')
 order by p.email limit 100;

-- name: hold
-- What an organisation has here stays as it is.
insert into held_organisation (tenant, since, reason) values (:tenant, :now, :reason)
on conflict (tenant) do nothing returning tenant;

-- name: find_hold
-- Why what an organisation has here stays as it is.
select reason from held_organisation where tenant = :tenant;

-- name: release
-- It may be written again.
delete from held_organisation where tenant = :tenant returning tenant;
