-- Houses that were erased by hand, or had moved, before all who were erased were in one list, are in it:
-- known by what is kept of their stays. No row says of when; their time counts from this day on.
set local lock_timeout = '5s';
grant insert, select on erased_organisation to hub_definer;
-- Over all tenants, this once.
set local role hub_definer;
insert into erased_organisation (organisation, erased_on)
select l.tenant, (now() at time zone 'Europe/Paris')::date
  from (select tenant from left_stay union select tenant from left_seller) l
 where not exists (select from property p where p.tenant = l.tenant)
on conflict (organisation) do nothing;
reset role;
revoke insert, select on erased_organisation from hub_definer;
