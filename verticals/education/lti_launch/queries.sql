-- name: keep_persons
-- Under which name a tool knows some people; who has one keeps it.
insert into school_lti_person (tenant, tool, member, sub)
select :tenant::int, :tool::uuid, x.member, x.sub
  from unnest(:members::uuid[], :subs::uuid[]) as x (member, sub)
on conflict (tool, member) do nothing;

-- name: find_sub
-- Under which name a tool knows somebody.
select sub from school_lti_person where tool = :tool and member = :member;

-- name: insert_link
-- A class has one more activity; sent twice, it is there once.
insert into school_lti_link (id, tenant, tool, classroom, title, body, url, custom, placed_at)
values (:id, :tenant, :tool, :classroom, :title, :body, :url, :custom, :now)
on conflict (id) do nothing;

-- name: find_link
-- An activity, whatever became of it.
select l.id, l.classroom, k.title as course, l.tool, t.name as tool_name, l.title, l.body, l.url,
       l.custom, l.placed_at, l.taken_back_at, t.closed_at is not null as closed
  from school_lti_link l
  join school_lti_tool t on t.id = l.tool
  join school_class k on k.id = l.classroom
 where l.id = :id;

-- name: list_links
-- The activities of a class, the newest first.
select l.id, l.classroom, k.title as course, l.tool, t.name as tool_name, l.title, l.body, l.url,
       l.custom, l.placed_at, l.taken_back_at, t.closed_at is not null as closed
  from school_lti_link l
  join school_lti_tool t on t.id = l.tool
  join school_class k on k.id = l.classroom
 where l.classroom = :classroom and l.taken_back_at is null
 order by l.placed_at desc, l.id
 limit :wanted;

-- name: is_placed
-- Whether a tool has an activity in a class that is open.
select exists (
  select from school_lti_link l join school_class k on k.id = l.classroom
   where l.tool = :tool and l.classroom = :classroom and l.taken_back_at is null
     and k.closed_at is null);

-- name: take_back_link
-- Nobody opens it any more.
update school_lti_link set taken_back_at = :now where id = :id and taken_back_at is null;

-- name: insert_line
-- What a tool says of a column of marks beside its name and points.
insert into school_lti_line (id, tenant, tool, link, resource_id, tag, starts_at, ends_at)
values (:id, :tenant, :tool, :link, :resource_id, :tag, :starts_at, :ends_at)
on conflict (id) do nothing;

-- name: change_line
-- It says it otherwise.
update school_lti_line
   set resource_id = :resource_id, tag = :tag, starts_at = :starts_at, ends_at = :ends_at
 where id = :id;

-- name: find_line
-- A column of a tool in a class.
select l.id, c.classroom, c.title as label, c.out_of, l.resource_id, l.tag, l.link, l.starts_at,
       l.ends_at
  from school_lti_line l join school_column c on c.id = l.id
 where l.id = :id and l.tool = :tool and c.classroom = :classroom;

-- name: list_lines
-- The columns of a tool in a class: those after one of them, of what is asked for.
select l.id, c.classroom, c.title as label, c.out_of, l.resource_id, l.tag, l.link, l.starts_at,
       l.ends_at
  from school_lti_line l join school_column c on c.id = l.id
 where l.tool = :tool and c.classroom = :classroom
   and (:link::uuid is null or l.link = :link::uuid)
   and (:resource_id::text is null or l.resource_id = :resource_id::text)
   and (:tag::text is null or l.tag = :tag::text)
   and (:after::uuid is null or l.id > :after::uuid)
 order by l.id
 limit :wanted;

-- name: insert_choice
-- A teacher goes to a tool to choose.
insert into school_lti_choice (id, tenant, tool, classroom, member, ends_at)
values (:id, :tenant, :tool, :classroom, :member, :ends_at)
on conflict (id) do nothing;

-- name: lock_choice
-- What a tool answers to, by one answer at a time.
select id, tool, classroom, member, ends_at, answered_at, print
  from school_lti_choice where id = :id for update;

-- name: answer_choice
-- It is answered.
update school_lti_choice set answered_at = :now, print = :print where id = :id;

-- name: delete_old_choices
-- Nothing can answer these any more.
delete from school_lti_choice where ends_at < :before;
