-- A card may be left with the service for later: beside a payment, or (amount 0) by itself.

alter table charge drop constraint charge_amount_cents_check;
alter table charge
  add column keeps_card        boolean not null default false,
  add column customer          text,
  add column card              text,
  add column card_label        text,
  add column card_released_at  timestamptz,
  add constraint charge_amount_known
    check (amount_cents > 0 or (amount_cents = 0 and keeps_card)),
  add constraint charge_card_known check (not keeps_card or (card is null) = (customer is null));
comment on column charge.card is 'The service''s number of the card that was left with it.';

-- Lost disputes of a scheme are summed for who votes on what its reserve shall bear.
create policy definer on dispute to hub_definer using (true);
grant select on dispute to hub_definer;
