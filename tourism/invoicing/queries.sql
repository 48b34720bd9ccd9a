-- name: find_followed
-- How far the documents of a stay follow it.
select revision, buyer, invoiced, received from stay_invoicing where booking = :booking;

-- name: keep_followed
-- How far the documents of a stay follow it now.
insert into stay_invoicing (booking, tenant, revision, buyer, invoiced, received)
values (:booking, :tenant, :revision, :buyer::jsonb, :invoiced, :received::jsonb)
on conflict (booking) do update
   set revision = excluded.revision, buyer = excluded.buyer, invoiced = excluded.invoiced,
       received = excluded.received;

-- name: list_stays_to_invoice
-- Stays over all tenants whose documents are behind.
select tenant, booking from stays_to_invoice(:on_day, :wanted);

-- name: list_houses_to_bill
-- Houses over all tenants whose fees of a month are not billed.
select tenant from houses_to_bill(:month, :wanted);

-- name: are_fees_billed
-- Whether the fees of a month are billed.
select exists (select from fees_billed where tenant = :tenant and month = :month);

-- name: mark_billed
-- The fees of a month are billed.
insert into fees_billed (tenant, month) values (:tenant, :month)
on conflict (tenant, month) do nothing;
