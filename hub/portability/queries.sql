-- name: may_pass_walls
-- Whether this role sees the rows of every tenant.
select rolsuper or rolbypassrls from pg_roles where rolname = current_user;

-- name: find_tenant
-- The organisation that leaves.
select id, kind, name from organisation where id = :tenant;

-- name: list_tables
-- Every table with its columns, key and foreign keys.
select name, columns, key, links, guarded from portable_tables();

-- name: list_steps
-- The schema files that were applied, in their order.
select slice, name, checksum from schema_migration order by slice, name;

-- name: stream_lines
-- A tenant's rows of a table, as JSON.
select portable_lines(:of, :wanted, :key, :by, :tenant);

-- name: list_names
-- The values by which a tenant's rows name rows of another table.
select portable_names(:of, :by, :tenant, :by_column) as name;

-- name: stream_named
-- Rows that others named.
select portable_named(:of, :wanted, :key, :by_column, :names);

-- name: fill
-- Rows as they were; how many were not there.
select portable_fill(:of, :written, :lines);

-- name: count_lost
-- Rows that name one that is not there.
select portable_lost(:of, :by, :tenant, :columns, :other, :keys);

-- name: renumber
-- Go on counting above what arrived.
select portable_renumber(:of);

-- name: arrive
-- What a slice does when a tenant has arrived, or its rows have gone.
select portable_arrive(:function, :tenant);

-- name: tell
-- What a slice does before a tenant's rows go, or when it is known from when on it lives here.
select portable_tell(:function, :tenant, :at);

-- name: lock
-- Keep a tenant's rows as they are until the end.
select portable_lock(:of, :by, :tenant);

-- name: erase
-- Take a tenant's rows away; how many.
select portable_erase(:of, :by, :tenant);

-- name: end
-- Take some of a tenant's rows away; how many.
select portable_end(:of, :by, :tenant, :most);

-- name: note_erased
-- A tenant was erased; what is kept of it has its time from this day on.
insert into erased_organisation (organisation, erased_on) values (:tenant, :erased_on)
on conflict (organisation) do update
   set erased_on = excluded.erased_on, ends_on = null, ended_at = null
returning organisation;

-- name: list_ending
-- Some of the erased whose kept rows are to be looked at.
select organisation, erased_on from erased_organisation
 where ended_at is null and (ends_on is null or ends_on <= :today)
   and not exists (select from legal_hold h where h.tenant = organisation)
 order by ends_on nulls first, organisation limit 20;

-- name: note_ending
-- When the kept rows are looked at again, or that all have ended.
update erased_organisation
   set ends_on = :ends_on::date, ended_at = case when :ends_on::date is null then :now::timestamptz end
 where organisation = :tenant
returning organisation;

-- name: count
-- How many rows of a table are a tenant's.
select portable_count(:of, :by, :tenant);

-- name: is_on_hold
-- Whether somebody ordered that this tenant's rows be kept.
select exists (select from legal_hold where tenant = :tenant);

-- name: place_hold
-- Keep a tenant's rows by an order from now on, and write down which one; no row where it stands.
with placed as (
  insert into legal_hold (tenant, since, why) values (:tenant, :now, :why)
  on conflict (tenant, why) do nothing
  returning tenant, why)
select record_audit(tenant, :now, 'administrator', 'legal_hold.place', 'organisation:' || tenant,
                    jsonb_build_object('order', why))
  from placed;

-- name: list_orders
-- The orders that keep a tenant's rows, the oldest first.
select why from legal_hold where tenant = :tenant order by since, why limit 100;

-- name: lift_hold
-- An order is over, and it is written down; no row where it does not stand.
with lifted as (delete from legal_hold where tenant = :tenant and why = :why returning tenant, why)
select true
  from lifted
 cross join lateral record_audit(tenant, :now, 'administrator', 'legal_hold.lift',
                                 'organisation:' || tenant, jsonb_build_object('order', why));
