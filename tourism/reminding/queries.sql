-- name: list_near
-- Stays over all tenants whose guests are to be reminded of them now, after one of them.
select tenant, booking
  from stays_to_remind(:now, :days, :morning, :ahead, :after, :after_booking, :wanted);
