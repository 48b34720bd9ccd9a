-- When a holder was asked for what it owes after a refund or a lost dispute.

create table debt_asked (
  tenant  int         not null references organisation (id),
  at      timestamptz not null,
  cents   bigint      not null check (cents > 0),
  primary key (tenant, at)
);
alter table debt_asked enable row level security;
alter table debt_asked force row level security;
create policy wall on debt_asked using (tenant = current_setting('app.tenant')::int);
create policy definer on debt_asked to hub_definer using (true);
grant select, insert on debt_asked to hub_app;
grant select on debt_asked, organisation to hub_definer;
