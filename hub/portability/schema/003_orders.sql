-- Several authorities may each keep one organisation: an order that is lifted ends itself only.
alter table legal_hold drop constraint legal_hold_pkey, add primary key (tenant, why);
