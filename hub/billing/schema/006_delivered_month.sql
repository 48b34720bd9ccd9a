-- The month in which what a document is for was delivered, as a column of its own: unlike what stands
-- within a document it can be a condition of an index behind a wall. So the documents of one month are
-- read, and not all that was ever issued.
set local lock_timeout = '5s';
alter table invoice add column delivered_month text
  generated always as (left(content::jsonb ->> 'delivered_from', 7)) stored;
comment on column invoice.delivered_month is 'Year and month, 2026-12, of the first day of the supply.';
create index invoice_by_month on invoice (tenant, delivered_month, buyer_organisation, seq)
 where buyer_organisation is not null;
