-- name: insert_project
-- A project that guests may choose.
insert into local_project (tenant, name, description, territory_kind, territory_code, since, until)
values (:tenant, :name, :description, :territory_kind, :territory_code, :since, :until)
returning id;

-- name: list_own
-- The projects of one organisation, those that run first.
select id, tenant, name, description, territory_kind, territory_code, since, until
  from local_project where tenant = :tenant
 order by (until is null or until > :today) desc, name, id limit :wanted;

-- name: close_project
-- A project ends today.
update local_project set until = :today where id = :id and tenant = :tenant
   and (until is null or until > :today);

-- name: list_open
-- The projects that run at a place on a day, the nearest territory first; read under hub_index.
select id, tenant, name, description, territory_kind, territory_code, since, until
  from local_project
 where (territory_kind, territory_code) in
       (('commune', :commune), ('department', :department), ('region', :region))
   and since <= :on and (until is null or until > :on)
 order by case territory_kind when 'commune' then 1 when 'department' then 2 else 3 end, name, id
 limit :wanted;
