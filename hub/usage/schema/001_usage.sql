-- Services billed by plan and by use. Rows belong to the seller; the subscriber reads its own.
create table usage_plan (
  tenant    int         not null references organisation (id),
  code      text        not null check (length(code) between 1 and 200),
  version   int         not null check (version > 0),
  terms     jsonb       not null,
  made_at   timestamptz not null,
  primary key (tenant, code, version)
);
comment on table usage_plan is 'Each version of a plan; none ever changes.';

create table usage_subscription (
  id        uuid primary key,
  tenant    int  not null,
  customer  int  not null references organisation (id),
  plan      text not null,
  version   int  not null,
  zone      text not null,
  since     date not null,
  until     date check (until > since),
  buyer     jsonb not null,
  unique (id, tenant),
  foreign key (tenant, plan, version) references usage_plan (tenant, code, version)
);
comment on column usage_subscription.until is 'The first day without it.';
create unique index usage_subscription_open on usage_subscription (tenant, customer, plan)
  where until is null;
create index usage_subscription_of on usage_subscription (customer);

create table usage_event (
  tenant        int         not null,
  source        text        not null check (length(source) between 1 and 200),
  id            text        not null check (length(id) between 1 and 200),
  seq           bigint      generated always as identity,
  subscription  uuid        not null,
  customer      int         not null references organisation (id),
  type          text        not null,
  at            timestamptz not null,
  quantity      bigint      not null,
  received_at   timestamptz not null,
  primary key (tenant, source, id),
  foreign key (subscription, tenant) references usage_subscription (id, tenant)
);
comment on table usage_event is 'What was used, as CloudEvents tell it: once by source and id.';
create index usage_event_by_time on usage_event (subscription, at);
create index usage_event_by_seq on usage_event (subscription, seq);
create index usage_event_by_customer on usage_event (customer, at);

create table usage_month (
  tenant        int    not null,
  subscription  uuid   not null,
  month         date   not null check (extract(day from month) = 1),
  seq           bigint not null,
  documents     int    not null check (documents >= 0),
  billed        jsonb  not null,
  primary key (tenant, subscription, month),
  foreign key (subscription, tenant) references usage_subscription (id, tenant)
);
comment on table usage_month is 'The months that were billed: the last event each knows, and cents invoiced by part.';
create index usage_month_of on usage_month (subscription, month);

create table usage_bill (
  tenant        int         not null,
  subscription  uuid        not null,
  month         date        not null,
  number        int         not null check (number > 0),
  customer      int         not null references organisation (id),
  invoice       uuid        not null,
  gross_cents   bigint      not null,
  made_at       timestamptz not null,
  primary key (tenant, subscription, month, number),
  foreign key (tenant, invoice) references invoice (tenant, id),
  foreign key (tenant, subscription, month) references usage_month (tenant, subscription, month)
);
create index usage_bill_by_customer on usage_bill (customer, made_at);
create index usage_bill_by_invoice on usage_bill (tenant, invoice);

alter table usage_plan enable row level security;
alter table usage_plan force row level security;
create policy wall on usage_plan using (tenant = current_setting('app.tenant')::int);
alter table usage_subscription enable row level security;
alter table usage_subscription force row level security;
create policy wall on usage_subscription
  using (current_setting('app.tenant')::int in (tenant, customer))
  with check (tenant = current_setting('app.tenant')::int);
create policy definer on usage_subscription to hub_definer using (true);
create policy subscribed on usage_plan for select
  using (exists (select from usage_subscription s
                  where s.tenant = usage_plan.tenant and s.plan = usage_plan.code
                    and s.version = usage_plan.version
                    and s.customer = current_setting('app.tenant')::int));
alter table usage_event enable row level security;
alter table usage_event force row level security;
create policy wall on usage_event
  using (current_setting('app.tenant')::int in (tenant, customer))
  with check (tenant = current_setting('app.tenant')::int);
create policy definer on usage_event to hub_definer using (true);
alter table usage_month enable row level security;
alter table usage_month force row level security;
create policy wall on usage_month using (tenant = current_setting('app.tenant')::int);
create policy definer on usage_month to hub_definer using (true);
alter table usage_bill enable row level security;
alter table usage_bill force row level security;
create policy wall on usage_bill
  using (current_setting('app.tenant')::int in (tenant, customer))
  with check (tenant = current_setting('app.tenant')::int);

grant select, insert on usage_plan, usage_event, usage_bill to hub_app;
grant select, insert, update on usage_month to hub_app;
grant select, insert, update on usage_subscription to hub_app;
grant select on usage_subscription, usage_event, usage_month to hub_definer;
create trigger frozen before update or delete on usage_plan
  for each row execute function refuse_change();
create trigger frozen before update or delete on usage_event
  for each row execute function refuse_change();
create trigger frozen before update or delete on usage_bill
  for each row execute function refuse_change();
