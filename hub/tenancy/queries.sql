-- name: open_organisation
-- A new organisation with its first owner, in the definer's hands; its id.
select open_organisation(:kind, :name, :territory_kind, :territory_code, :owner, :actor, :now);

-- name: open_organisations
-- Many at once; their ids in the order given.
select id
  from open_organisations(:names, :kinds, :territory_kinds, :territory_codes, :now) as id;

-- name: find_organisation
-- The organisation of this wall.
select id, kind, name, territory_kind, territory_code, created_at
  from organisation where id = :id;

-- name: find_listed_organisation
-- What public pages may say about any organisation; read under hub_index.
select id, kind, name from organisation where id = :id;

-- name: insert_member
-- One membership a person.
insert into membership (tenant, person, role, since)
values (:tenant, :person, :role, :now)
on conflict (tenant, person) do nothing;

-- name: make_owner
-- An owner, whatever the person was here before.
insert into membership (tenant, person, role, since)
values (:tenant, :person, 'owner', :now)
on conflict (tenant, person) do update set role = 'owner';

-- name: change_role
update membership set role = :role where tenant = :tenant and person = :person;

-- name: find_reader
-- Where a person reads letters.
select email, language from person where id = :person;

-- name: list_readers
-- Where the members of some roles read letters, owners first.
-- bounded by the members of one organisation
select p.email, p.language
  from membership m join person p on p.id = m.person
 where m.tenant = :tenant and m.role = any(:roles::text[])
 order by m.role <> 'owner', p.name, m.person;

-- name: lock_organisation
-- Decide about members one after the other.
select id from organisation where id = :tenant for update;

-- name: delete_member
delete from membership where tenant = :tenant and person = :person;

-- name: list_sole_ownerships
-- The organisations of which a person is the only owner.
select id, name from sole_ownerships(:person, :now);

-- name: lock_sole_ownerships
-- The same, when nobody else may decide about their members meanwhile; who is the only owner of
-- none is leaving from here on.
-- bounded by what sole_ownerships gives
select id, name from lock_ownerships(:person, :now, :leaves_until);

-- name: list_leaving
-- Members of this organisation who are being erased.
-- bounded by the members of one organisation
select person from leaving_members(:now) as person;

-- name: list_members
-- The members of this organisation, owners first.
select m.person, p.name, p.email, m.role, m.since
  from membership m join person p on p.id = m.person
 where m.tenant = :tenant
 order by m.role <> 'owner', p.name, m.person;
