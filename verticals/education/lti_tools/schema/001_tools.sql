-- The tools of a school (LTI 1.3), as the head registered them.

create table school_lti_tool (
  id             uuid        primary key,
  tenant         int         not null references organisation (id),
  deployment     uuid        not null,
  name           text        not null check (length(name) between 1 and 80),
  login_url      text        not null check (length(login_url) <= 500),
  redirect_uris  text[]      not null check (cardinality(redirect_uris) between 1 and 10),
  target_url     text        not null check (length(target_url) <= 500),
  deep_url       text        not null check (length(deep_url) <= 500),
  keys_url       text        not null check (length(keys_url) <= 500),
  keys           text        not null check (length(keys) <= 200000),
  keys_at        timestamptz,
  tried_at       timestamptz,
  gives_names    boolean     not null,
  gives_email    boolean     not null,
  made_at        timestamptz not null,
  closed_at      timestamptz,
  unique (id, tenant),
  check (keys_url <> '' or keys <> '')
);
comment on column school_lti_tool.id is 'Its client_id.';
comment on column school_lti_tool.keys is 'JWK Set: pasted, or as it was read at keys_url.';
create index school_lti_tool_of_school on school_lti_tool (tenant, made_at);

-- The key pair of the school's platform: one signs, those before it can be looked up for a day.
create table school_lti_key (
  id          uuid        primary key,
  tenant      int         not null references organisation (id),
  public      text        not null check (length(public) <= 5000),
  private     bytea       not null,
  made_at     timestamptz not null,
  retired_at  timestamptz
);
comment on column school_lti_key.private is 'PKCS 8, sealed under the key of the organisation.';
create unique index school_lti_key_that_signs on school_lti_key (tenant) where retired_at is null;

-- What a tool signed to ask for a token is good once; remembered until its time is over.
create table school_lti_used (
  tenant   int         not null,
  tool     uuid        not null,
  print    text        not null check (print ~ '^[0-9a-f]{64}$'),
  ends_at  timestamptz not null,
  primary key (tool, print),
  foreign key (tool, tenant) references school_lti_tool (id, tenant) on delete cascade
);
comment on column school_lti_used.print is 'SHA-256 of its jti.';
create index school_lti_used_over on school_lti_used (tenant, ends_at);

alter table school_lti_tool enable row level security;
alter table school_lti_tool force row level security;
create policy wall on school_lti_tool using (tenant = current_setting('app.tenant')::int);
alter table school_lti_key enable row level security;
alter table school_lti_key force row level security;
create policy wall on school_lti_key using (tenant = current_setting('app.tenant')::int);
alter table school_lti_used enable row level security;
alter table school_lti_used force row level security;
create policy wall on school_lti_used using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete
  on school_lti_tool, school_lti_key, school_lti_used to hub_app;
