-- The service may tell what it keeps of a charge after the charge has succeeded.

alter table charge add column fee_awaited boolean not null default false;
comment on column charge.fee_awaited is
  'Paid, and what the service keeps of it is not known yet: it is asked again.';
create index charge_without_fee on charge (settled_at) where fee_awaited;
