-- How far the documents of a stay follow it, and which months of fees are billed.
create table stay_invoicing (
  booking   uuid    primary key references booking (id),
  tenant    int     not null references organisation (id),
  revision  int     not null,
  buyer     jsonb,
  invoiced  boolean not null,
  received  jsonb   not null
);
comment on column stay_invoicing.received is 'Cents in the journal so far, by category and rate.';
create index stay_invoicing_by_tenant on stay_invoicing (tenant);

create table fees_billed (
  tenant  int  not null references organisation (id),
  month   date not null check (extract(day from month) = 1),
  primary key (tenant, month)
);
comment on table fees_billed is 'The months whose fees a house was billed.';

alter table stay_invoicing enable row level security;
alter table stay_invoicing force row level security;
create policy wall on stay_invoicing using (tenant = current_setting('app.tenant')::int);
create policy definer on stay_invoicing to hub_definer using (true);
alter table fees_billed enable row level security;
alter table fees_billed force row level security;
create policy wall on fees_billed using (tenant = current_setting('app.tenant')::int);
create policy definer on fees_billed to hub_definer using (true);
create policy definer on billing_profile to hub_definer using (true);

grant select, insert, update on stay_invoicing to hub_app;
grant select, insert on fees_billed to hub_app;
grant select on stay_invoicing, fees_billed to hub_definer;
grant select (tenant) on billing_profile to hub_definer;
