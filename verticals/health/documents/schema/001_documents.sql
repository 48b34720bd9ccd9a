-- What patients keep here, with whom they share it, and who opened it.

create table health_document (
  id              uuid        primary key,
  tenant          int         not null,
  patient         uuid        not null,
  title_sealed    bytea,
  content_sealed  bytea,
  media_type      text        not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
  bytes           int         not null check (bytes between 1 and 10000000),
  added_at        timestamptz not null,
  deleted_at      timestamptz,
  unique (id, tenant),
  check ((deleted_at is null) = (title_sealed is not null)),
  check ((deleted_at is null) = (content_sealed is not null)),
  foreign key (patient, tenant) references health_patient (id, tenant)
);
comment on column health_document.title_sealed is 'Readable with the practice''s key only, as is the content.';
comment on column health_document.deleted_at is 'Its patient took it away; who had opened it stays.';
create index health_document_newest on health_document (patient, added_at desc, id)
  where deleted_at is null;

create table health_consent (
  id            uuid        primary key,
  tenant        int         not null,
  document      uuid        not null,
  patient       uuid        not null,
  practitioner  uuid        not null,
  given_at      timestamptz not null,
  until_at      timestamptz not null,
  revoked_at    timestamptz,
  unique (id, tenant),
  check (given_at < until_at),
  foreign key (document, tenant) references health_document (id, tenant),
  foreign key (patient, tenant) references health_patient (id, tenant),
  foreign key (practitioner, tenant) references health_practitioner (id, tenant)
);
create index health_consent_document on health_consent (document, given_at desc, id);
create index health_consent_practitioner on health_consent (practitioner, until_at desc);
create index health_consent_patient on health_consent (patient, id);

-- Written once, never changed: the patient reads it.
create table health_opening (
  id            uuid        primary key,
  tenant        int         not null,
  document      uuid        not null,
  practitioner  uuid        not null,
  at            timestamptz not null,
  consent       uuid,
  reason        text        not null default '' check (length(reason) <= 500),
  person        int         references person (id) on delete set null,
  foreign key (document, tenant) references health_document (id, tenant),
  foreign key (practitioner, tenant) references health_practitioner (id, tenant),
  foreign key (consent, tenant) references health_consent (id, tenant),
  -- Under a consent, or for a reason.
  check ((consent is null) = (length(reason) >= 10))
);
comment on column health_opening.person is 'Under whose account.';
create index health_opening_newest on health_opening (document, at desc, id);

alter table health_document enable row level security;
alter table health_document force row level security;
create policy wall on health_document using (tenant = current_setting('app.tenant')::int);
alter table health_consent enable row level security;
alter table health_consent force row level security;
create policy wall on health_consent using (tenant = current_setting('app.tenant')::int);
alter table health_opening enable row level security;
alter table health_opening force row level security;
create policy wall on health_opening using (tenant = current_setting('app.tenant')::int);

grant select, insert on health_document, health_opening to hub_app;
grant update (patient, title_sealed, content_sealed, deleted_at) on health_document to hub_app;
grant select, insert, update on health_consent to hub_app;
