-- The documents of a month in which something was delivered, by who bought it.
create index invoice_by_delivery
    on invoice (tenant, (content::jsonb ->> 'delivered_from'), buyer_organisation)
 where buyer_organisation is not null;
