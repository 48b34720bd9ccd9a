-- Restores of backups, as whoever did them wrote them down: the operator's, of no tenant.

create table restore_rehearsal (
  id          bigint      primary key generated always as identity,
  at          timestamptz not null,
  rpo_s       int         not null check (rpo_s >= 0),
  rto_s       int         not null check (rto_s >= 0),
  sites       int         not null check (sites between 1 and 100),
  invariants  boolean     not null,
  words       text        not null default '' check (length(words) <= 2000)
);
create trigger append_only before update or delete on restore_rehearsal
  for each row execute function refuse_to_rewrite();

grant select, insert on restore_rehearsal to hub_app;
