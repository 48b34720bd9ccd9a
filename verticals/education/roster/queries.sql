-- name: lock_roster
-- One import of a school at a time.
select pg_advisory_xact_lock(hashtext('school_roster'), :tenant);

-- name: list_known
-- Everything that is or was in the list, in the words of its files.
-- bounded by sheets.ROWS_MAX lines of each whole list
select file, sourced_id as id, cells, modified_at, false as gone from school_entry
union all
select 'classes', sourced_id, cells, modified_at, closed_at is not null from school_class
union all
select 'users', sourced_id,
       jsonb_build_object('enabledUser', enabled, 'username', username, 'givenName', given_name,
                          'familyName', family_name, 'email', email,
                          'agentSourcedIds', array_to_string(agents, ','),
                          'role', array_to_string(roles, ','),
                          'orgSourcedIds', array_to_string(orgs, ',')),
       modified_at, left_at is not null
  from school_member
union all
select 'roles', sourced_id, cells, modified_at, false from school_role
union all
select 'enrollments', sourced_id, cells, modified_at, false from school_seat;

-- name: list_gone
-- What is remembered as gone of some lines.
-- bounded by the lines of a bundle, and those that they name
select file, sourced_id as id, '{}'::jsonb as cells, gone_at as modified_at, true as gone
  from school_gone
 where file <> 'links' and sourced_id = any(:ids::text[]);

-- name: keep_upload
-- What waits for a yes.
insert into school_upload (tenant, bundle, print, name, sent_at)
values (:tenant, :bundle, :print, :name, :now)
on conflict (tenant) do update
   set bundle = excluded.bundle, print = excluded.print, name = excluded.name,
       sent_at = excluded.sent_at;

-- name: find_upload
-- The one that waits.
select bundle, print, name, sent_at from school_upload;

-- name: delete_upload
-- It waits no longer.
delete from school_upload;

-- name: delete_old_upload
-- Nobody said yes to it in time. None while an order keeps it.
delete from school_upload where sent_at <= :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: keep_entries
-- Schools, terms and courses as they are told.
insert into school_entry (tenant, file, sourced_id, cells, modified_at)
select :tenant, :file, one.id, one.cells::jsonb, one.at
  from unnest(:ids::text[], :cells::text[], :ats::timestamptz[]) as one (id, cells, at)
on conflict (tenant, file, sourced_id) do update
   set cells = excluded.cells, modified_at = excluded.modified_at;

-- name: delete_entries
-- They are told no longer.
delete from school_entry where file = :file and sourced_id = any(:ids::text[]);

-- name: keep_classes
-- Classes as they are told; one that was closed is open again.
insert into school_class (id, tenant, sourced_id, title, cells, modified_at)
select one.key, :tenant, one.id, one.cells::jsonb ->> 'title', one.cells::jsonb, one.at
  from unnest(:keys::uuid[], :ids::text[], :cells::text[], :ats::timestamptz[])
       as one (key, id, cells, at)
on conflict (tenant, sourced_id) do update
   set title = excluded.title, cells = excluded.cells, modified_at = excluded.modified_at,
       closed_at = null;

-- name: close_classes
-- Nobody works there any more; what was handed in stays.
update school_class k set closed_at = :now, modified_at = one.at
  from unnest(:ids::text[], :ats::timestamptz[]) as one (id, at)
 where k.sourced_id = one.id and k.closed_at is null;

-- name: keep_members
-- People as they are told; who had left is back. Their door stays.
insert into school_member (id, tenant, sourced_id, given_name, family_name, username, email,
                           enabled, roles, orgs, agents, door, modified_at)
select one.key, :tenant, one.id, c.cells ->> 'givenName', c.cells ->> 'familyName',
       c.cells ->> 'username', c.cells ->> 'email', c.cells ->> 'enabledUser',
       string_to_array(c.cells ->> 'role', ','), string_to_array(c.cells ->> 'orgSourcedIds', ','),
       string_to_array(c.cells ->> 'agentSourcedIds', ','), one.door, one.at
  from unnest(:keys::uuid[], :doors::uuid[], :ids::text[], :cells::text[], :ats::timestamptz[])
       as one (key, door, id, cells, at)
 cross join lateral (select one.cells::jsonb as cells) as c
on conflict (tenant, sourced_id) do update
   set given_name = excluded.given_name, family_name = excluded.family_name,
       username = excluded.username, email = excluded.email, enabled = excluded.enabled,
       roles = excluded.roles, orgs = excluded.orgs, agents = excluded.agents,
       modified_at = excluded.modified_at, left_at = null;

-- name: leave
-- They are of the school no longer: no link, and another door, so that their page is closed.
with closed as (
  insert into school_gone (tenant, file, sourced_id, gone_at, noted_at)
  select tenant, 'links', link_hash, :now, :now from school_member
   where sourced_id = any(:ids::text[]) and left_at is null and link_hash is not null
  on conflict do nothing
)
update school_member m
   set left_at = :now, door = gen_random_uuid(), link_hash = null, linked_at = null,
       modified_at = one.at
  from unnest(:ids::text[], :ats::timestamptz[]) as one (id, at)
 where m.sourced_id = one.id and m.left_at is null;

-- name: keep_seats
-- Who is in which class; a line that names another class moves its place there.
insert into school_seat (id, tenant, sourced_id, class, member, role, cells, begins_on, ends_on,
                         modified_at)
select one.key, :tenant, one.id, k.id, m.id, one.role, one.cells::jsonb,
       nullif(one.cells::jsonb ->> 'beginDate', '')::date,
       nullif(one.cells::jsonb ->> 'endDate', '')::date, one.at
  from unnest(:keys::uuid[], :ids::text[], :roles::text[], :cells::text[], :ats::timestamptz[])
       as one (key, id, role, cells, at)
  join school_class k on k.sourced_id = one.cells::jsonb ->> 'classSourcedId'
  join school_member m on m.sourced_id = one.cells::jsonb ->> 'userSourcedId'
on conflict (tenant, sourced_id) do update
   set class = excluded.class, member = excluded.member, role = excluded.role,
       cells = excluded.cells, begins_on = excluded.begins_on, ends_on = excluded.ends_on,
       modified_at = excluded.modified_at;

-- name: delete_seats
-- They are in that class no longer.
delete from school_seat where sourced_id = any(:ids::text[]);

-- name: keep_role_lines
-- The roles that people have; a line that names somebody else is theirs.
insert into school_role (id, tenant, sourced_id, member, cells, modified_at)
select one.key, :tenant, one.id, m.id, one.cells::jsonb, one.at
  from unnest(:keys::uuid[], :ids::text[], :cells::text[], :ats::timestamptz[])
       as one (key, id, cells, at)
  join school_member m on m.sourced_id = one.cells::jsonb ->> 'userSourcedId'
on conflict (tenant, sourced_id) do update
   set member = excluded.member, cells = excluded.cells, modified_at = excluded.modified_at;

-- name: delete_role_lines
-- They have that role no longer.
delete from school_role where sourced_id = any(:ids::text[]);

-- name: keep_gone
-- That lines are gone, and since when.
insert into school_gone (tenant, file, sourced_id, gone_at, noted_at)
select :tenant, :file, one.id, one.at, :now
  from unnest(:ids::text[], :ats::timestamptz[]) as one (id, at)
on conflict (tenant, file, sourced_id) do update
   set gone_at = greatest(school_gone.gone_at, excluded.gone_at), noted_at = excluded.noted_at;

-- name: delete_gone
-- They are back.
delete from school_gone where file = :file and sourced_id = any(:ids::text[]);

-- name: delete_old_gone
-- No line comes so late. None while an order keeps them.
delete from school_gone where noted_at <= :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: list_classes
-- The classes that are open, and how many are there on a day.
select k.id, k.title, k.cells ->> 'classCode' as code, coalesce(c.cells ->> 'title', '') as course,
       count(distinct s.member) filter (where s.role = 'student')::int as pupils,
       count(distinct s.member) filter (where s.role = 'teacher')::int as teachers
  from school_class k
  left join school_entry c
    on c.file = 'courses' and c.sourced_id = k.cells ->> 'courseSourcedId'
  left join school_seat s
    on s.class = k.id and coalesce(s.begins_on <= :today, true)
   and coalesce(s.ends_on > :today, true)
 where k.closed_at is null
 group by k.id, c.cells
 order by k.title, k.id
 limit :wanted;

-- name: find_class
-- One class, also a closed one.
select k.id, k.title, k.cells ->> 'classCode' as code, coalesce(c.cells ->> 'title', '') as course,
       (select count(distinct s.member) from school_seat s
         where s.class = k.id and s.role = 'student')::int as pupils,
       (select count(distinct s.member) from school_seat s
         where s.class = k.id and s.role = 'teacher')::int as teachers
  from school_class k
  left join school_entry c
    on c.file = 'courses' and c.sourced_id = k.cells ->> 'courseSourcedId'
 where k.id = :id;

-- name: list_seats
-- Who is, was or will be in a class.
select s.member, m.given_name || ' ' || m.family_name as name, s.role, m.door, s.begins_on,
       s.ends_on
  from school_seat s join school_member m on m.id = s.member
 where s.class = :class and m.left_at is null
 order by s.role desc, m.family_name, m.given_name, s.id
 limit :wanted;

-- name: list_roles
-- How many people have each role.
select role, count(*)::int as people
  from school_member m cross join lateral unnest(m.roles) as role
 where m.left_at is null
 group by role;

-- name: list_leavers
-- Who has left and is not erased yet, the first to be erased first.
select id, given_name || ' ' || family_name as name, left_at
  from school_member where left_at is not null
 order by left_at, family_name, id
 limit :wanted;

-- name: find_member
-- Somebody of the roster.
select id, given_name, family_name, email, roles, door, left_at from school_member where id = :id;

-- name: find_by_door
-- Whose page is open.
select id, given_name, family_name, email, roles, door, left_at
  from school_member
 where door = :door and left_at is null and lower(enabled) not in ('false', '0');

-- name: list_children
-- The pupils whom a parent answers for, as either of them is told.
select c.id, c.given_name, c.family_name, c.email, c.roles, c.door, c.left_at
  from school_member p join school_member c
    on c.sourced_id = any(p.agents) or p.sourced_id = any(c.agents)
 where p.id = :parent and p.roles && array['parent', 'guardian', 'relative']
   and 'student' = any(c.roles) and c.id <> p.id and c.left_at is null
 order by c.given_name, c.id
 limit :wanted;

-- name: list_places
-- The open classes where somebody is on a day.
select distinct k.id as classroom, k.title, s.role
  from school_seat s join school_class k on k.id = s.class
 where s.member = :member and k.closed_at is null and coalesce(s.begins_on <= :today, true)
   and coalesce(s.ends_on > :today, true)
 order by k.title, k.id
 limit :wanted;

-- name: list_people
-- Who is in a class, and the parents of its pupils.
with seated as (
  select m.id, m.sourced_id, m.agents, s.role
    from school_seat s join school_member m on m.id = s.member
   where s.class = :class and m.left_at is null
)
select m.id, m.given_name, m.family_name, m.email, m.roles, m.door, m.left_at
  from school_member m
 where m.left_at is null
   and (m.id in (select id from seated)
        or m.roles && array['parent', 'guardian', 'relative']
           and exists (select 1 from seated c where c.role = 'student'
                          and (c.sourced_id = any(m.agents) or m.sourced_id = any(c.agents))))
 order by m.family_name, m.given_name, m.id
 limit :wanted;

-- name: find_by_link
-- Whose page a link opens.
select id, given_name, family_name, email, roles, door, left_at
  from school_member
 where link_hash = :hash and linked_at > :since and left_at is null
   and lower(enabled) not in ('false', '0');

-- name: list_links
-- Who of some people has a link that opens something.
select id as member, link_hash as hash, linked_at
  from school_member
 where id = any(:members::uuid[]) and link_hash is not null and linked_at > :since
 order by id
 limit :wanted;

-- name: lock_members
-- Their links stay as they are while somebody looks at them to write.
select id from school_member where id = any(:members::uuid[]) order by id for update;

-- name: keep_links
-- Another link for people, and another door: the ones before are closed. Unless all are given
-- anew, only for those who have none. One that was closed is not opened again.
with due as (
  select m.id, m.tenant, m.link_hash, n.hash, n.door
    from school_member m
    join unnest(:members::uuid[], :hashes::text[], :doors::uuid[]) as n (member, hash, door)
      on n.member = m.id
   where m.left_at is null and m.link_hash is distinct from n.hash
     and (:anew or m.link_hash is null or m.linked_at <= :since)
     and not exists (select 1 from school_gone g
                      where g.file = 'links' and g.sourced_id = n.hash)
     for update of m
), closed as (
  insert into school_gone (tenant, file, sourced_id, gone_at, noted_at)
  select tenant, 'links', link_hash, :now, :now from due where link_hash is not null
  on conflict do nothing
)
update school_member m
   set link_hash = due.hash, linked_at = :now, door = due.door
  from due
 where m.id = due.id;

-- name: end_link
-- It opens nothing any more, and what it had opened is closed.
with due as (
  select id, tenant, link_hash from school_member
   where id = :id and link_hash is not null for update
), closed as (
  insert into school_gone (tenant, file, sourced_id, gone_at, noted_at)
  select tenant, 'links', link_hash, :now, :now from due
  on conflict do nothing
)
update school_member m set link_hash = null, linked_at = null, door = :door
  from due
 where m.id = due.id;

-- name: is_held
-- Whether an order keeps what the school has.
select legal_hold_on(array[:tenant::int]);

-- name: delete_leaver
-- Nothing is left of somebody who has left, but the number of their line.
with gone as (
  delete from school_member where id = :id and left_at is not null
  returning tenant, sourced_id, coalesce(modified_at, left_at) as at
)
insert into school_gone (tenant, file, sourced_id, gone_at, noted_at)
select tenant, 'users', sourced_id, at, :now from gone
on conflict (tenant, file, sourced_id) do update
   set gone_at = excluded.gone_at, noted_at = excluded.noted_at;

-- name: delete_left
-- Nothing is left of who left before an instant, but while an order keeps it.
delete from school_member where left_at <= :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: delete_left_parents
-- Who was here for a child only, and has left: nothing was handed in that would have to be kept. None
-- while an order keeps them.
with gone as (
  delete from school_member
   where left_at is not null and roles <> '{}'
     and roles <@ array['parent', 'guardian', 'relative']
     and not (select legal_hold_on(array[current_setting('app.tenant')::int]))
  returning tenant, sourced_id, coalesce(modified_at, left_at) as at
)
insert into school_gone (tenant, file, sourced_id, gone_at, noted_at)
select tenant, 'users', sourced_id, at, :now from gone
on conflict (tenant, file, sourced_id) do update
   set gone_at = excluded.gone_at, noted_at = excluded.noted_at;

-- name: list_schools_due
-- The schools, over all walls, where somebody left, a list waits, or something is gone since before
-- an instant.
select tenant from schools_with_leavers(:left_before)
union
select tenant from schools_with_waiting(:sent_before)
union
select tenant from schools_with_gone(:left_before)
limit 30000;
