-- What a practice has sealed is sealed under the key that each organisation has (hub.keys): it leaves
-- readable, and is shredded with it.
drop table health_key;
comment on column health_patient.ins_sealed is 'The matricule and its OID, under the practice''s key.';

-- The secret under which matricules are hashed, so that equal ones are found.
create table health_mark (
  tenant   int          primary key references organisation (id),
  sealed   bytea        not null,
  made_at  timestamptz  not null
);
comment on column health_mark.sealed is '32 random bytes, under the practice''s key.';

alter table health_mark enable row level security;
alter table health_mark force row level security;
create policy wall on health_mark using (tenant = current_setting('app.tenant')::int);

grant select, insert on health_mark to hub_app;
