-- Where a service answers, and whether this hub is what runs it: the probes that look inside a hub
-- say nothing of a service that runs elsewhere.
alter table trust_service
  add column address   text    not null default '' check (length(address) <= 300),
  add column run_here  boolean not null default true;
