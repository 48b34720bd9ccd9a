-- A stay may be changed as one act (see the slice changing).

alter table booking add column version int not null default 1 check (version > 0);
alter table booking add column kept_cents int not null default 0 check (kept_cents >= 0);
alter table booking add column changing uuid;
comment on column booking.kept_cents is 'What earlier versions of the stay still cost.';
comment on column booking.changing is 'The change that is just being paid; nothing else may happen.';
grant delete on reservation to hub_app;
