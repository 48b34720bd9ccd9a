-- name: keep_rules
-- The head allows this from now on.
insert into school_course_rules (tenant, hosts, opens, said_at)
values (:tenant, :hosts, :opens, :now)
on conflict (tenant) do update
   set hosts = excluded.hosts, opens = excluded.opens, said_at = excluded.said_at;

-- name: insert_course
-- Begun by its author; sent twice, it is there once.
insert into school_course (id, tenant, author, draft, opened, written_at)
values (:id, :tenant, :author, :draft, :opened, :now)
on conflict (id) do nothing;

-- name: lock_course
-- It stays as it is while somebody looks at it to write.
select id from school_course where id = :id for update;

-- name: keep_draft
-- It is written so now; nobody who follows it sees it before it is published.
update school_course set draft = :draft, opened = :opened, written_at = :now where id = :id;

-- name: insert_version
-- Given so to who begins from now on.
insert into school_course_version (tenant, course, version, content, published_at)
values (:tenant, :course, :version, :content, :now);

-- name: keep_version
-- The version that is given.
update school_course set version = :version, closed_at = null where id = :id;

-- name: close_course
-- Nobody begins it any more.
update school_course set closed_at = :now where id = :id and closed_at is null;

-- name: drop_classes
-- The classes that a course is no longer for.
delete from school_course_class where course = :course and not classroom = any(:classrooms::uuid[]);

-- name: keep_classes
-- The classes that a course is for.
insert into school_course_class (tenant, course, classroom)
select :tenant::int, :course::uuid, n.classroom from unnest(:classrooms::uuid[]) as n (classroom)
on conflict do nothing;

-- name: keep_extra_tries
-- The teacher gives so many more tries.
update school_enrolment set extra_tries = :extra where id = :id and course = :course;

