-- name: find_member
-- Whom a tool knows by a name.
select member from school_lti_person where tool = :tool and sub = :sub;

-- name: list_unnamed
-- Who is in a class today and has no name for a tool yet.
select distinct m.id
  from school_seat s join school_member m on m.id = s.member
 where s.class = :classroom and m.left_at is null and coalesce(s.begins_on <= :today, true)
   and coalesce(s.ends_on > :today, true)
   and not exists (select from school_lti_person p where p.tool = :tool and p.member = m.id)
 limit :wanted;

-- name: list_members
-- Who is in a class today, by the names that a tool knows them by: those after one of these.
select m.id as member, p.sub, array_agg(distinct s.role) as roles, m.given_name, m.family_name,
       m.email
  from school_seat s
  join school_member m on m.id = s.member
  join school_lti_person p on p.member = m.id and p.tool = :tool
 where s.class = :classroom and m.left_at is null and coalesce(s.begins_on <= :today, true)
   and coalesce(s.ends_on > :today, true)
   and (:role::text is null or s.role = :role::text)
   and (:sub::uuid is null or p.sub = :sub::uuid)
   and (:after::uuid is null or p.sub > :after::uuid)
 group by m.id, p.sub
 order by p.sub
 limit :wanted;

-- name: list_subs
-- The names that a tool knows some people by.
select member, sub from school_lti_person where tool = :tool and member = any(:members::uuid[]);

-- name: count_lines
-- How many columns a tool has in a class.
select count(*)
  from school_lti_line l join school_column c on c.id = l.id
 where l.tool = :tool and c.classroom = :classroom;

-- name: find_same
-- A column of a tool in a class that says the same, was made since an instant, and has no mark.
select l.id
  from school_lti_line l join school_column c on c.id = l.id
 where l.tool = :tool and c.classroom = :classroom and c.made_at > :since
   and c.title = :label and c.out_of = :out_of
   and l.resource_id = :resource_id and l.tag = :tag
   and l.link is not distinct from :link::uuid
   and l.starts_at is not distinct from :starts_at::timestamptz
   and l.ends_at is not distinct from :ends_at::timestamptz
   and not exists (select from school_mark m where m.part = l.id)
 order by c.made_at desc, l.id
 limit 1;
