-- Whose rows this hub must keep because an authority or a court ordered so, whatever time is over.
-- Written by an administrator only.
create table legal_hold (
  tenant  int          primary key references organisation (id),
  since   timestamptz  not null,
  why     text         not null check (length(why) between 3 and 500)
);
comment on column legal_hold.why is 'The order: who gave it, and its number.';

alter table legal_hold enable row level security;
alter table legal_hold force row level security;
create policy wall on legal_hold using (tenant = current_setting('app.tenant')::int);
create policy definer on legal_hold to hub_definer using (true);
grant select on legal_hold to hub_definer;
