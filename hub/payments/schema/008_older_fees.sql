-- Charges that the service had settled before it knew what it keeps of them: it is asked again.

-- Over all tenants, this once.
grant update (fee_awaited) on charge to hub_definer;
set local role hub_definer;
update charge set fee_awaited = true
 where state = 'succeeded' and amount_cents > 0 and fee_cents = 0 and reference like 'pi\_%';
reset role;
revoke update (fee_awaited) on charge from hub_definer;
