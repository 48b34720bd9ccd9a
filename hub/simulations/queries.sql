-- name: insert_simulation
insert into simulation (tenant, id, subject, before, after, since, until, total, after_at, after_id,
                        started_at, ended_at)
values (:tenant, :id, :subject, :before::jsonb, :after::jsonb, :since, :until, :total, :since,
        '00000000-0000-0000-0000-000000000000', :now, :ended_at);

-- name: find_simulation
select id, subject, before, after, since, until, total, done, after_at, after_id, sums, fault,
       started_at, ended_at
  from simulation where id = :id;

-- name: lock_simulation
-- The same, for the one step that works on it; nothing while another step does.
select id, subject, before, after, since, until, total, done, after_at, after_id, sums, fault,
       started_at, ended_at
  from simulation where id = :id and ended_at is null for update skip locked;

-- name: find_newest
-- The newest simulation of a subject.
select id, subject, before, after, since, until, total, done, after_at, after_id, sums, fault,
       started_at, ended_at
  from simulation where subject = :subject order by started_at desc limit 1;

-- name: keep_progress
update simulation set done = :done, after_at = :after_at, after_id = :after_id, sums = :sums::jsonb,
       fault = :fault, ended_at = :ended_at
 where id = :id;

-- name: add_members
-- What a step found for each member, added to the steps before.
insert into simulation_member as m (tenant, simulation, member, place, bookings, base_cents,
                                    before_cents, after_cents)
select :tenant, :simulation, a.member, a.place, a.bookings, a.base_cents, a.before_cents, a.after_cents
  from unnest(:members::int[], :places::text[], :bookings::int[], :bases::bigint[],
              :befores::bigint[], :afters::bigint[])
         as a (member, place, bookings, base_cents, before_cents, after_cents)
on conflict (tenant, simulation, member) do update
   set bookings = m.bookings + excluded.bookings,
       base_cents = m.base_cents + excluded.base_cents,
       before_cents = m.before_cents + excluded.before_cents,
       after_cents = m.after_cents + excluded.after_cents;

-- name: list_effects
-- What changes for each member, in basis points of what remained; those that win most first.
select member, place, bookings, base_cents, before_cents, after_cents
  from simulation_member where simulation = :simulation
 order by (after_cents - before_cents)::numeric / greatest(before_cents, 1) desc, member
 limit :wanted;

-- name: find_effect
-- What changes for one member.
select member, place, bookings, base_cents, before_cents, after_cents
  from simulation_member where simulation = :simulation and member = :member;

-- name: count_effects
-- How many members win or lose, by steps of a tenth of a per cent of what remained.
select greatest(-20, least(20, floor(
         (after_cents - before_cents)::numeric * 1000 / greatest(before_cents, 1) + 0.5)))::int as step,
       count(*)::int as members
  from simulation_member where simulation = :simulation and before_cents > 0
 group by 1 order by 1;

-- name: count_sides
select count(*) filter (where after_cents > before_cents)::int as winning,
       count(*) filter (where after_cents < before_cents)::int as losing,
       count(*) filter (where after_cents = before_cents)::int as same
  from simulation_member where simulation = :simulation;

-- name: list_places
-- Departments with at least three members, none of which makes more than 85 % (DOMAIN 4.1).
select place, count(*)::int as members, sum(before_cents)::bigint as before_cents,
       sum(after_cents)::bigint as after_cents
  from simulation_member where simulation = :simulation and base_cents > 0
 group by place
having count(*) >= 3 and max(base_cents) * 100 <= sum(base_cents) * 85
 order by place limit 150;
