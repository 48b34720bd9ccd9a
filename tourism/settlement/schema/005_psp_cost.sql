-- What the payment service has kept of a stay's payments stands on every statement of the stay.

alter table stay_share add column psp_cents bigint not null default 0;
comment on column stay_share.psp_cents is
  'The service''s cost of the whole stay, its disputes'' fees included: borne by the platform, of no share.';

-- Over all tenants, this once.
grant update (psp_cents) on stay_share to hub_definer;
set local role hub_definer;
with paid as (
  select c.id, split_part(c.subject, ':', 2)::uuid as booking,
         case when c.state = 'succeeded' then c.fee_cents else 0 end as cents
    from charge c where c.subject like 'booking:%'),
cost as (
  select booking, sum(cents)::bigint as cents
    from (select booking, cents from paid
          union all
          select p.booking, d.fee_cents from dispute d join paid p on p.id = d.charge
           where d.state not like 'warning%') found
   group by 1)
update stay_share s set psp_cents = cost.cents
  from cost where cost.booking = s.booking and s.held <> 'sandbox' and cost.cents <> 0;
reset role;
revoke update (psp_cents) on stay_share from hub_definer;
