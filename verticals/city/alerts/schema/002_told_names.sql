-- How a message is called by those who have received it: for ever as it was told, whatever commune
-- the town says later that it is.

alter table city_alert
  add column if not exists identifier text not null default '' check (length(identifier) <= 100),
  add column if not exists sent text not null default '' check (length(sent) <= 40);

-- Over all tenants: what was told until now was named by the town's commune, on the clock of Paris.
alter table city_alert no force row level security;
alter table city_town no force row level security;
update city_alert a
   set identifier = t.code || '-' || a.id,
       sent = to_char(a.sent_at at time zone 'Europe/Paris', 'YYYY-MM-DD"T"HH24:MI:SS') || '+'
           || to_char((a.sent_at at time zone 'Europe/Paris') - (a.sent_at at time zone 'UTC'),
                      'HH24:MI')
  from city_town t
 where t.tenant = a.tenant and a.sent_at is not null and a.identifier = '';
alter table city_town force row level security;
alter table city_alert force row level security;
