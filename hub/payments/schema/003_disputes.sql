-- What the bank's fee for a dispute stands at; given back when it is won.

alter table dispute add column fee_cents int not null default 0;
