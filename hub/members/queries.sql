-- name: insert_statute
-- The next version of the statute.
insert into statute (tenant, number, document, since)
select :tenant, coalesce(max(number), 0) + 1, :document::jsonb, :now
  from statute where tenant = :tenant
returning number, document, since;

-- name: find_statute
-- The statute of today.
select number, document, since from statute where tenant = :tenant order by number desc limit 1;

-- name: insert_enrolment
-- A member joins a college; nothing when it is a member already.
insert into enrolment (tenant, id, member, name, college, since)
values (:tenant, :id, :member, :name, :college, :since)
on conflict do nothing;

-- name: end_enrolment
-- A member leaves.
update enrolment set until = :until where id = :id and until is null and since <= :until;

-- name: list_enrolments
-- The members on a day, college by college.
select id, member, name, college, since, until from enrolment
 where since <= :on and (until is null or until > :on)
 order by college, name, member limit :wanted;

-- name: find_enrolment
-- A member of today by its name in the register, in any letter case; none where two have it.
select id, member, name, college, since, until from enrolment e
 where lower(name) = lower(:name) and since <= :on and (until is null or until > :on)
   and not exists (select from enrolment other
                    where lower(other.name) = lower(:name) and other.member <> e.member
                      and other.since <= :on and (other.until is null or other.until > :on))
 limit 1;

-- name: count_enrolments
-- How many members each college has on a day.
select college, count(*)::int as members from enrolment
 where since <= :on and (until is null or until > :on)
 group by college order by college;

-- name: find_college
select college_of(:scheme, :on);

-- name: list_schemes
-- The schemes of the caller.
select scheme from schemes_of_caller(:on) as scheme;

-- name: list_readers
-- Who decides for each member, and the language they read.
select member, email, language from readers_of_members(:on);

-- name: find_by_name
-- Organisations of exactly this name; read under hub_index.
select id, kind, name from organisation where lower(name) = lower(:name) order by id limit 5;
