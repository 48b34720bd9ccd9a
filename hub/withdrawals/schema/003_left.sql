-- An organisation that was erased here by its own notice is gone without a choice.
set local lock_timeout = '5s';
alter table departure add column left_by_notice boolean not null default false;
do $$
declare
  old text;
begin
  for old in
    select conname from pg_constraint
     where conrelid = 'departure'::regclass and contype = 'c'
       and pg_get_constraintdef(oid) like '%gone%' and pg_get_constraintdef(oid) like '%accepted%'
       and pg_get_constraintdef(oid) not like '%told%'
  loop
    execute format('alter table departure drop constraint %I', old);
  end loop;
end $$;
-- Nobody is moved without a choice, and nothing erased without acceptance or their own notice,
-- whatever the code does.
alter table departure
  add constraint departure_chosen
    check (state not in ('chosen', 'copied', 'accepted') or choice is not null),
  add constraint departure_proven
    check (state not in ('copied', 'accepted') or proof is not null),
  add constraint departure_accepted
    check (state <> 'accepted' or accepted_at is not null),
  add constraint departure_gone
    check (state <> 'gone' or left_by_notice
           or choice is not null and proof is not null and accepted_at is not null),
  add constraint departure_left check (state = 'gone' or not left_by_notice);
comment on column departure.left_by_notice is 'It was erased by its own notice, and moved nowhere.';
