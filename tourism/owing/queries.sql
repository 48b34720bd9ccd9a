-- name: list_dues_to_act
-- Dues over all tenants that something is to be done about.
select tenant, due from dues_to_act(:now, :wanted);

-- name: list_dues
-- Everything that was or is owed for a stay, oldest first.
select id, booking, kind, amount_cents, due_on, state, tries, letters, refusal, next_at, opened_at,
       closed_at
  from stay_due where booking = :booking order by opened_at, kind, id limit 100;

-- name: find_due
-- One due.
select id, booking, kind, amount_cents, due_on, state, tries, letters, refusal, next_at, opened_at,
       closed_at
  from stay_due where id = :id;

-- name: insert_due
-- Something is due.
insert into stay_due (id, tenant, booking, kind, amount_cents, due_on, state, next_at, opened_at)
values (:id, :tenant, :booking, :kind, :amount_cents, :due_on, 'waiting', :next_at, :now);

-- name: keep_due
-- How it stands now; what is closed stays closed.
update stay_due
   set amount_cents = :amount_cents, due_on = :due_on, state = :state, tries = :tries,
       letters = :letters, refusal = :refusal, next_at = :next_at, closed_at = :closed_at
 where id = :id and closed_at is null;
