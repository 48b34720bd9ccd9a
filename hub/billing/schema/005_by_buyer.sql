-- The documents of each buyer in the journal's order. What stands within a document can be no condition
-- of an index behind a wall, so the months of deliveries are compared for the buyers of a page only.
create index invoice_by_client on invoice (tenant, buyer_organisation, seq)
 where buyer_organisation is not null;
drop index invoice_by_delivery;
