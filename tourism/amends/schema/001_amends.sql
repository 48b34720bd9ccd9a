-- What houses that go back on a stay owe their guests beside the refund. Rows belong to the house;
-- the platform that transfers the money sees and ends them.

create table amends (
  tenant          int         not null references organisation (id),
  booking         uuid        not null references booking (id),
  platform        int         not null references organisation (id),
  scheme          int         not null references organisation (id),
  reference       text        not null,
  house           text        not null,
  amount_cents    int         not null check (amount_cents > 0),
  state           text        not null check (state in ('asked', 'ready', 'paid')),
  holder          text,
  iban            text,
  made_at         timestamptz not null,
  paid_on         date,
  paid_reference  text,
  primary key (tenant, booking),
  check ((state = 'asked') = (iban is null)),
  check ((iban is null) = (holder is null)),
  check ((state = 'paid') = (paid_on is not null)),
  check ((paid_on is null) = (paid_reference is null)),
  check (state <> 'paid' or length(iban) = 4)
);
create index amends_by_platform on amends (platform, state, made_at);
create index amends_by_booking on amends (booking);
create index amends_by_scheme on amends (scheme);

alter table amends enable row level security;
alter table amends force row level security;
create policy wall on amends
  using (tenant = current_setting('app.tenant')::int
         or platform = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int
              or platform = current_setting('app.tenant')::int);
grant select, insert, update on amends to hub_app;
