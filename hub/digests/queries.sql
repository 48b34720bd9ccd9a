-- name: list_with_news
-- The spaces in which something is new.
select tenant, space from spaces_with_news(:since, :wanted);

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
with due as (
  select n.tenant, n.id, n.told_at from space_notice n
   where n.space = :space and n.choice = :choice and n.told_at < :before
   order by n.id limit :wanted
     for update skip locked)
update space_notice n set told_at = :upto
  from due, person p, space_member m
 where n.tenant = due.tenant and n.id = due.id and p.id = n.person
   and m.tenant = n.tenant and m.space = n.space and m.person = n.person
returning n.id, n.person, p.email, p.language, m.role = 'moderator' as moderates,
          due.told_at as since;

-- name: count_desk
-- How many messages wait for the moderators of a space: to be read, reported, contested.
select count(*)::int from space_post p
 where p.space = :space
   and (p.state = 'waiting'
        or exists (select from space_report r
                    where r.tenant = p.tenant and r.post = p.id and r.outcome is null)
        or exists (select from space_decision d
                    where d.tenant = p.tenant and d.post = p.id
                      and d.appealed_at is not null and d.outcome is null));

-- name: list_news
-- What was shown in a while, the last first.
select p.id, coalesce(p.answers, p.id) as thread, p.author, n.name,
       coalesce(t.title, p.title) as title, p.answers is not null as answer, p.body, p.shown_at
  from space_post p
  left join space_post t on t.tenant = p.tenant and t.id = p.answers
  left join person n on n.id = p.author
 where p.space = :space and p.state = 'shown' and p.shown_at > :since and p.shown_at <= :upto
 order by p.shown_at desc, p.id
 limit :wanted;
