-- Questions and proposals of a space: each comes with a message, and goes with it. What was chosen is
-- counted; who chose it is kept only where the vote is open.

create table space_poll (
  tenant     int         not null,
  post       uuid        not null,
  kind       text        not null check (kind in ('poll', 'proposal')),
  choices    text[]      not null check (cardinality(choices) between 2 and 10),
  secret     boolean     not null,
  closes_at  timestamptz not null,
  primary key (tenant, post),
  foreign key (tenant, post) references space_post (tenant, id),
  check (kind = 'poll' or choices = array['yes', 'no', 'abstain'])
);
create index space_poll_closing on space_poll (tenant, closes_at, post);

create table space_tally (
  tenant  int  not null,
  post    uuid not null,
  choice  int  not null check (choice between 0 and 9),
  votes   int  not null check (votes >= 0),
  primary key (tenant, post, choice),
  foreign key (tenant, post) references space_poll (tenant, post) on delete cascade
);

create table space_voter (
  tenant  int  not null,
  post    uuid not null,
  person  int  not null references person (id) on delete cascade,
  choice  int  check (choice between 0 and 9),
  primary key (tenant, post, person),
  foreign key (tenant, post) references space_poll (tenant, post) on delete cascade
);
comment on column space_voter.choice is 'Nothing in a secret vote: only that somebody has voted.';
create index space_voter_of on space_voter (person);

-- A secret vote says of nobody what they chose, an open one of everybody, whoever writes the row.
create function refuse_told_vote() returns trigger language plpgsql as $$
begin
  if (new.choice is null) <> (select p.secret from space_poll p
                               where p.tenant = new.tenant and p.post = new.post) then
    raise exception 'a secret vote has no name' using errcode = 'P0A05';
  end if;
  return new;
end $$;
create trigger told before insert or update on space_voter
  for each row execute function refuse_told_vote();

alter table space_poll enable row level security;
alter table space_poll force row level security;
create policy wall on space_poll using (tenant = current_setting('app.tenant')::int);
alter table space_tally enable row level security;
alter table space_tally force row level security;
create policy wall on space_tally using (tenant = current_setting('app.tenant')::int);
alter table space_voter enable row level security;
alter table space_voter force row level security;
create policy wall on space_voter using (tenant = current_setting('app.tenant')::int);
create policy definer on space_voter for select to hub_definer using (true);
-- Votes of a question are counted one after the other: to hold its row needs the right to change it.
grant select, insert, delete, update (closes_at) on space_poll to hub_app;
grant select, insert, delete, update (votes) on space_tally to hub_app;
grant select, insert, delete, update (choice) on space_voter to hub_app;
grant select on space_voter to hub_definer;

-- A message whose words are gone has no question either, whoever took the words.
create function forget_space_poll() returns trigger language plpgsql as $$
begin
  delete from space_poll q where q.tenant = new.tenant and q.post = new.id;
  return null;
end $$;
create trigger poll_goes after update of body on space_post
  for each row when (new.body = '' and old.body <> '')
  execute function forget_space_poll();
