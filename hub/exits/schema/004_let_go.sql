-- Whom duties have kept too long is let go by who runs the hub, who says why.
set local lock_timeout = '5s';
alter table exit
  add column let_go_at timestamptz,
  add column let_go_why text not null default '' check (length(let_go_why) <= 500),
  add check ((let_go_at is null) = (let_go_why = ''));
