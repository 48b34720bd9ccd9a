-- name: list_walls
-- Every table with an organisation's rows: whether a wall is forced on it, and what the application
-- may do to it.
select c.relname as name,
       case when c.relname = 'organisation' then 'id' else 'tenant' end as own,
       coalesce((select array_agg(distinct m[1]) from pg_policy p,
                   regexp_matches(pg_get_expr(p.polqual, p.polrelid),
                                  '(\w+) = \(current_setting', 'g') as m
                  where p.polrelid = c.oid and p.polname = 'wall'), '{}') as readers,
       coalesce((select array_agg(distinct m[1]) from pg_policy p,
                   regexp_matches(pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid),
                                  '(\w+) = \(current_setting', 'g') as m
                  where p.polrelid = c.oid and p.polname = 'wall'), '{}') as writers,
       c.relrowsecurity and c.relforcerowsecurity as walled,
       has_table_privilege(c.oid, 'select') as reads,
       has_any_column_privilege(c.oid, 'insert') as inserts,
       (select min(a.attname::text) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           and a.attidentity = '' and a.attgenerated = ''
           and has_column_privilege(c.oid, a.attnum, 'update')) as updates,
       has_table_privilege(c.oid, 'delete') as deletes
  from pg_class c
 where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
   and (c.relname = 'organisation'
        or (c.relrowsecurity and exists (select from pg_attribute a where a.attrelid = c.oid
             and a.attname = 'tenant' and not a.attisdropped))
        or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant'
             and not a.attisdropped and a.attnotnull))
 order by c.relname;

-- name: list_searchable
-- What the role of the public search may read of persons, or may write of organisations.
select c.relname || '.' || a.attname as name
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
   and has_column_privilege('hub_index', c.oid, a.attnum, 'select')
   and a.attname ~ '(^|_)(email|phone|password|password_hash|secret|token|iban|guest|guest_name|birth|born_on|nationality|document)($|_)'
union
select c.relname
  from pg_class c
 where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relrowsecurity
   and (has_any_column_privilege('hub_index', c.oid, 'insert')
        or has_any_column_privilege('hub_index', c.oid, 'update')
        or has_table_privilege('hub_index', c.oid, 'delete'))
 order by 1;

-- name: list_tenants
-- A few organisations, of different kinds.
select min(id) as id from organisation group by kind order by min(id) limit :wanted;

-- name: count_administrators
-- The persons of operators, and their second factors.
select everybody, with_factor, resistant from count_administrators();

-- name: may_rewrite_audit
-- Whether the application, or nobody's trigger, lets an act or a link of a chain be rewritten.
select exists (
  select from unnest('{audit_entry,audit_link,audit_own_link}'::regclass[]) as t (name)
   where has_any_column_privilege(t.name, 'update') or has_table_privilege(t.name, 'delete')
      or has_table_privilege(t.name, 'truncate')
      or (select count(*) from pg_trigger g
           where g.tgrelid = t.name and g.tgname in ('append_only', 'append_only_whole')
             and g.tgenabled in ('O', 'A')) < 2);

-- name: find_clock
-- The instant at the database's machine.
select clock_timestamp();

-- name: find_server_address
-- Where the database answers; nothing on a local socket.
select host(inet_server_addr());

-- name: insert_restored
-- A restore that was done.
insert into restore_rehearsal (at, rpo_s, rto_s, sites, invariants, words, measured)
values (:now, :rpo_s, :rto_s, :sites, :invariants, :words, :measured);

-- name: find_restore_times
-- When a restore was last tried, and when one was last measured and sound.
select max(at) as tried_at, max(at) filter (where measured and invariants) as sound_at
  from restore_rehearsal;

-- name: find_restored
-- The last restore.
select at, rpo_s, rto_s, sites, invariants, words, measured
  from restore_rehearsal order by id desc limit 1;

-- name: list_unrehearsed
-- The services that run here and stood here then, from which leaving was not rehearsed since.
select s.code from trust_service s
 where s.run_here and s.registered_at <= :since
   and not exists (select from trust_finding f
                    where f.service = s.code and f.probe = 'round-trip' and f.at > :since)
 order by s.code
 limit 100;

-- name: find_sample
-- An organisation that somebody answers for and that may write now: another each night, drawn by
-- the night and the service.
select o.id from organisation o
 where o.kind <> 'operator'
   and exists (select from membership m where m.tenant = o.id)
   and not exists (select from held_organisation h where h.tenant = o.id)
 order by md5(o.id || ' ' || :service || ' ' || :night)
 limit 1;

-- name: list_left_over
-- Databases of rehearsals in which nobody is.
select datname::text as name from pg_database d
 where starts_with(datname, :prefix)
   and not exists (select from pg_stat_activity a where a.datname = d.datname);

-- name: list_wrapped
-- The keys behind the wall as the database holds them.
-- bounded by how often one organisation's key was changed
select number, at_host, wrapped from tenant_key where wrapped is not null order by number;
