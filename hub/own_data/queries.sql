-- name: take_snapshot
-- What is read behind a wall says one moment.
set transaction isolation level repeatable read;

-- name: insert_copy
-- A copy to be built; nothing while one is underway.
insert into person_copy (id, person, state, asked_at, expires_at)
values (:id, :person, 'waiting', :now, :expires_at)
on conflict (person) where state = 'waiting' do nothing;

-- name: find_copy
-- One copy of a person.
select id, state, asked_at, done, parts, ready_at, fetched_at, expires_at, bytes, sha256, files
  from person_copy where id = :id and person = :person;

-- name: list_copies
-- A person's newest copies.
select id, state, asked_at, done, parts, ready_at, fetched_at, expires_at, bytes, sha256, files
  from person_copy where person = :person order by asked_at desc, id limit 10;

-- name: find_owner
-- Whose a copy to be built is.
select p.id, p.email, p.name, p.created_at
  from person_copy c join person p on p.id = c.person
 where c.id = :id and c.state = 'waiting';

-- name: find_person
-- Whose account has this e-mail.
select id, email, name, created_at from person where lower(email) = lower(:email);

-- name: note_progress
-- How far the building is.
update person_copy set done = :done, parts = :parts where id = :id and state = 'waiting';

-- name: lock_copy
-- Whoever finishes a copy does it once.
select state from person_copy where id = :id for update;

-- name: insert_piece
insert into person_copy_piece (copy, number, content) values (:copy, :number, :content);

-- name: finish_copy
-- The copy can be fetched.
update person_copy
   set state = 'ready', ready_at = :now, bytes = :bytes, sha256 = :sha256, files = :files::jsonb,
       done = parts
 where id = :id;

-- name: fail_copies
-- What was never finished can be asked for again.
update person_copy set state = 'failed' where state = 'waiting' and asked_at < :before;

-- name: note_fetched
-- When the person last fetched it.
update person_copy set fetched_at = :now where id = :id and person = :person;

-- name: find_piece
select p.content
  from person_copy_piece p join person_copy c on c.id = p.copy
 where p.copy = :copy and p.number = :number and c.person = :person;

-- name: destroy_copies
-- Copies whose time is over are gone, pieces and all.
delete from person_copy where expires_at < :now;

-- name: list_addresses
-- The addresses that are proven to be a person's.
-- bounded by the addresses that one person can prove
select distinct a as value from personal_addresses(:functions::text[], :person) as a order by 1;

-- name: list_tenants
-- The tenants behind whose walls something may be a person's.
select distinct t as value
  from personal_tenants(:functions::text[], :person, :addresses::text[]) as t
 order by 1 limit :most;

-- name: list_walled
-- Which of these tables stand behind a wall.
-- bounded by the tables of the schema
select w as value from personal_walled(:tables::text[]) as w;

-- name: list_columns
-- The columns of a table that may be given.
-- bounded by the columns of one table
select :of as table, name, type, nullable, words from personal_columns(:of, :hides::text[]);

-- name: list_bytes
-- The columns of some tables that hold bytes.
-- bounded by the columns of the schema
select of, name from personal_bytes(:tables::text[]);

-- name: list_rows
-- A page of a person's rows of a table.
select r as value
  from personal_rows(:of, :said::jsonb, :hides::text[], :person, :addresses::text[], :skip,
                     :wanted) as r;

-- name: find_organisation
-- Behind whose wall this is.
select id, kind, name from organisation where id = :id;

-- name: count_rows
-- How many rows of each of these tables are a person's behind this wall.
-- bounded by the tables of the schema
select t as of, personal_count(t, :said::jsonb, :person, :addresses::text[]) as rows
  from unnest(:tables::text[]) as t;

-- name: forget
-- What a slice does when a person is erased.
select personal_forget(:function, :person, :addresses::text[], :now);

-- name: is_on_hold
-- Whether an order keeps the rows of one of these tenants.
select legal_hold_on(:tenants::int[]);
