-- Proposals, their discussion, the roll of those who may vote, proxies and ballots.

create table proposal (
  tenant        int         not null references organisation (id),
  id            uuid        not null,
  number        int         not null check (number > 0),
  agreement     text        not null check (length(agreement) between 1 and 60),
  title         text        not null check (length(title) between 1 and 120),
  reasons       text        not null check (length(reasons) between 1 and 5000),
  text          jsonb       not null,
  base          int         references agreement_version (id),
  state         text        not null check (state in ('draft', 'announced', 'open', 'recalled',
                            'second', 'adopted', 'refused', 'failed', 'withdrawn')),
  statute       jsonb,
  effective_on  date        not null,
  proposed_at   timestamptz not null,
  opens_at      timestamptz,
  closes_at     timestamptz check (closes_at > opens_at),
  result        jsonb,
  minutes_hash  text        check (length(minutes_hash) = 64),
  primary key (tenant, id),
  unique (tenant, number)
);
comment on table proposal is 'statute, opens_at and closes_at are those of the present call.';
create index proposal_due on proposal (state, opens_at, closes_at);

create table proposal_comment (
  tenant    int         not null,
  id        uuid        not null,
  proposal  uuid        not null,
  author    text        not null check (length(author) between 1 and 200),
  body      text        not null check (length(body) between 1 and 2000),
  at        timestamptz not null,
  primary key (tenant, id),
  foreign key (tenant, proposal) references proposal (tenant, id)
);
create index proposal_comment_of on proposal_comment (tenant, proposal, at);

create table assembly_roll (
  tenant    int  not null,
  proposal  uuid not null,
  member    int  not null,
  name      text not null,
  college   text not null,
  primary key (tenant, proposal, member),
  foreign key (tenant, proposal) references proposal (tenant, id)
);
comment on table assembly_roll is 'Who may vote, as the register was when the vote was announced.';

create table proxy (
  tenant    int         not null,
  proposal  uuid        not null,
  giver     int         not null,
  holder    int         not null check (holder <> giver),
  given_at  timestamptz not null,
  primary key (tenant, proposal, giver),
  foreign key (tenant, proposal, giver) references assembly_roll (tenant, proposal, member),
  foreign key (tenant, proposal, holder) references assembly_roll (tenant, proposal, member)
);

create table ballot (
  tenant    int         not null,
  proposal  uuid        not null,
  call      int         not null check (call in (1, 2)),
  member    int         not null,
  choice    text        not null check (choice in ('yes', 'no', 'abstain')),
  cast_by   int         not null,
  at        timestamptz not null,
  primary key (tenant, proposal, call, member),
  foreign key (tenant, proposal, member) references assembly_roll (tenant, proposal, member)
);
comment on table ballot is 'One ballot a member and call; it may change until the vote closes.';

alter table proposal enable row level security;
alter table proposal force row level security;
create policy wall on proposal using (tenant = current_setting('app.tenant')::int);
create policy definer on proposal for select to hub_definer using (true);
alter table proposal_comment enable row level security;
alter table proposal_comment force row level security;
create policy wall on proposal_comment using (tenant = current_setting('app.tenant')::int);
alter table assembly_roll enable row level security;
alter table assembly_roll force row level security;
create policy wall on assembly_roll using (tenant = current_setting('app.tenant')::int);
alter table proxy enable row level security;
alter table proxy force row level security;
create policy wall on proxy using (tenant = current_setting('app.tenant')::int);
alter table ballot enable row level security;
alter table ballot force row level security;
create policy wall on ballot using (tenant = current_setting('app.tenant')::int);

grant select, insert, update (title, reasons, text, base, state, statute, effective_on, opens_at,
                              closes_at, result, minutes_hash) on proposal to hub_app;
grant select on proposal to hub_definer;
grant select, insert on proposal_comment, assembly_roll to hub_app;
grant select, insert, delete on proxy to hub_app;
grant select, insert, update (choice, cast_by, at) on ballot to hub_app;

-- A ballot cannot be cast or changed outside of its vote, whoever asks.
create function refuse_late_ballot() returns trigger language plpgsql as $$
begin
  if not exists (select from proposal p
                  where p.tenant = new.tenant and p.id = new.proposal
                    and p.state = case new.call when 1 then 'open' else 'second' end
                    and new.at >= p.opens_at and new.at < p.closes_at) then
    raise exception 'the vote is not open' using errcode = 'P0A01';
  end if;
  return new;
end $$;
create trigger in_time before insert or update on ballot
  for each row execute function refuse_late_ballot();
