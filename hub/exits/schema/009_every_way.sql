-- What the law keeps ends whichever way an organisation has left: all who were erased are in one list.
set local lock_timeout = '5s';
grant insert, select, update on erased_organisation to hub_definer;
-- Over all tenants, this once.
set local role hub_definer;
insert into erased_organisation (organisation, erased_on)
select organisation, max((certificate ->> 'erased_at')::timestamptz at time zone 'Europe/Paris')::date
  from (select organisation, certificate from exit where state = 'erased'
        union all
        select organisation, certificate from departure
         where at_home and state = 'gone' and certificate is not null) gone
 where certificate ->> 'erased_at' is not null
 group by organisation
on conflict (organisation) do nothing;
reset role;
revoke insert, select, update on erased_organisation from hub_definer;
