-- name: list_walls
-- What the catalogue says of tables: their walls, who may reach them, whether a tenant is certain.
select c.relname::text as name, c.relrowsecurity as walled, c.relforcerowsecurity as forced,
       coalesce((select a.attnotnull from pg_attribute a
                  where a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped),
                false) as tenant_certain,
       exists (select from pg_attribute a
                where a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped) as has_tenant,
       coalesce((select array_agg(pg_get_expr(p.polqual, p.polrelid))
                   from pg_policy p where p.polrelid = c.oid and p.polroles = '{0}'), '{}') as walls,
       pg_get_userbyid(c.relowner) in ('hub_app', 'hub_index') as owned_by_reader,
       exists (select from aclexplode(c.relacl) g
                where g.grantee = 0) as open_to_public,
       has_table_privilege('hub_app', c.oid, 'select') as readable,
       has_table_privilege('hub_app', c.oid, 'truncate') as truncatable
  from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
   and c.relname = any(:names::text[])
 order by c.relname;

-- name: list_loose_links
-- Foreign keys between tenants' tables that do not carry the tenant along, by a number that can be
-- guessed: a row could name one of somebody else. Ids drawn at random tell nothing.
select k.conrelid::regclass::text as name, k.conname::text as key,
       k.confrelid::regclass::text as other
  from pg_constraint k
 where k.contype = 'f' and k.conrelid::regclass::text = any(:names::text[])
   and exists (select from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'tenant')
   and exists (select from pg_attribute a where a.attrelid = k.confrelid and a.attname = 'tenant')
   and not exists (select from unnest(k.conkey) n
                     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n
                    where a.attname = 'tenant')
   and not exists (select from unnest(k.confkey) n
                     join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n
                    where a.atttypid = 'uuid'::regtype)
 order by 1, 2;

-- name: list_loose_functions
-- Functions with other rights than their caller's: a free search path, or open to everybody.
select p.proname::text as name,
       coalesce(array_to_string(p.proconfig, ','), '') not like '%search_path=%' as path_free,
       has_function_privilege('public', p.oid, 'execute') as open_to_public
  from pg_proc p
 where p.prosecdef and p.pronamespace = 'public'::regnamespace and p.proname = any(:names::text[])
   and (coalesce(array_to_string(p.proconfig, ','), '') not like '%search_path=%'
        or has_function_privilege('public', p.oid, 'execute'))
 order by 1;

-- name: count_rows
-- How many rows of a table are seen from here.
select count(*)::int from the_table;

-- name: count_own
-- How many rows of a table are a tenant's.
select count(*)::int from the_table where tenant = :tenant;

-- name: copy_row
-- One row of a table again, under another tenant's number.
insert into the_table (the_columns) overriding system value
select the_columns from jsonb_populate_record(
  null::the_table, (select to_jsonb(t) from the_table t limit 1) || jsonb_build_object('tenant', :other::int));

-- name: move_rows
-- Own rows handed to another tenant.
update the_table set tenant = :other;
