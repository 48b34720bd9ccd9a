-- When it was first heard that a bank has sent a payout back, however often it is told again.

alter table payout add column failed_at timestamptz check (failed_at is null or state = 'failed');
comment on column payout.failed_at is 'When its failure was first heard of; set once.';

-- Over all tenants, this once.
create policy failing on payout to hub_definer using (true);
grant select, update (failed_at) on payout to hub_definer;
grant select on heard_event to hub_definer;
set local role hub_definer;
update payout p
   set failed_at = coalesce((select min(e.heard_at) from heard_event e
                              where e.kind = 'payout.failed' and e.thing = p.id), p.told_at)
 where p.state = 'failed';
reset role;
revoke update (failed_at) on payout from hub_definer;
revoke select on heard_event from hub_definer;
drop policy failing on payout;
