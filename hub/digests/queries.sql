-- name: list_with_news
-- The spaces in which something is new, those after one of them.
select tenant, space
  from spaces_with_news(:since, :after_tenant::int, :after_space::uuid, :wanted::int);

-- name: find_notice
select id, space, person, choice from space_notice where space = :space and person = :person;

-- name: find_by_id
select id, space, person, choice from space_notice where id = :id;

-- name: keep_choice
-- Chosen, and told of nothing before it.
insert into space_notice (tenant, id, space, person, choice, told_at)
values (:tenant, :id, :space, :person, :choice, :now)
on conflict (tenant, space, person) do update set choice = excluded.choice, told_at = excluded.told_at
 where space_notice.choice <> excluded.choice;

-- name: fill_notices
-- Who has not chosen is told once a day, of what is shown since they came.
insert into space_notice (tenant, id, space, person, choice, told_at)
select m.tenant, gen_random_uuid(), m.space, m.person, 'digest', m.since
  from space_member m
 where m.space = :space
   and not exists (select from space_notice n
                    where n.tenant = m.tenant and n.space = m.space and n.person = m.person)
on conflict do nothing;

-- name: claim_told
-- Some of those who are to be told, and told up to an instant from here on: each once, whoever asks.
-- With the digests also moderators who chose to be told each time, of what waits for them.
with due as (
  select n.tenant, n.id, n.told_at
    from space_notice n
    join space_member m on m.tenant = n.tenant and m.space = n.space and m.person = n.person
   where n.space = :space and n.told_at < :before
     and (n.choice = :choice
          or :choice = 'digest' and n.choice = 'each' and m.role = 'moderator')
   order by n.id limit :wanted
     for update of n skip locked)
update space_notice n set told_at = :upto
  from due, person p, space_member m
 where n.tenant = due.tenant and n.id = due.id and p.id = n.person
   and m.tenant = n.tenant and m.space = n.space and m.person = n.person
returning n.id, n.person, p.email, p.language, m.role = 'moderator' as moderates,
          due.told_at as since;

-- name: count_desk
-- How many messages wait for the moderators of a space: to be read, reported, contested.
select (select count(*) from space_post p where p.space = :space and p.state = 'waiting')::int
     + (select count(distinct p.id)
          from space_report r join space_post p on p.tenant = r.tenant and p.id = r.post
         where r.outcome is null and p.space = :space and p.state = 'shown')::int
     + (select count(distinct p.id)
          from space_decision d join space_post p on p.tenant = d.tenant and p.id = d.post
         where d.appealed_at is not null and d.outcome is null
           and p.space = :space and p.state in ('refused', 'removed'))::int;

-- name: list_news
-- What others than a reader wrote that was shown in a while, the last first; the title of a first
-- message only while it is shown.
select p.id, coalesce(p.answers, p.id) as thread, p.author, n.name,
       case when p.answers is null then p.title when t.state = 'shown' then t.title else '' end as title,
       p.answers is not null as answer, p.body, p.shown_at
  from space_post p
  left join space_post t on t.tenant = p.tenant and t.id = p.answers
  left join person n on n.id = p.author
 where p.space = :space and p.state = 'shown' and p.shown_at > :since and p.shown_at <= :upto
   and p.author is distinct from :reader::int
 order by p.shown_at desc, p.id
 limit :wanted;

-- name: count_news
-- How much that is.
select count(*)::int from space_post p
 where p.space = :space and p.state = 'shown' and p.shown_at > :since and p.shown_at <= :upto
   and p.author is distinct from :reader::int;
