-- name: list_over_holds
-- Holds whose time has passed, after one of them, over all tenants.
select tenant, booking, expires_at, requested
  from over_holds(:now, :after_at, :after_id, :wanted);

-- name: end_holds
-- End those of a house's holds whose time has passed; how many.
select end_holds(:tenant, :now, :bookings::uuid[], :actor);

-- name: move_holds
-- The times of what was held before the clock was set go with it, over all tenants.
select move_holds(:now, :step);

-- name: wait_briefly
-- Who is locked for longer than this is left for the next time.
set local lock_timeout = '500ms';
