-- One check in place of four, for the table that every hold and every release writes: PostgreSQL
-- reads the text of each check again with each statement. It refuses what they refused; arrays that
-- are absent say nothing.
create function is_sound_month(month date, units_left int2[], price_cents int4[],
                               out_of_order int2[])
returns boolean language plpgsql immutable parallel safe as $$
begin
  return extract(day from month) = 1
     and 0 <= all (units_left) and 0 <= all (price_cents) and 0 <= all (out_of_order);
end $$;
alter table ari_month
  drop constraint ari_month_month_check,
  drop constraint ari_month_units_left_check,
  drop constraint ari_month_price_cents_check,
  drop constraint ari_month_out_of_order_check,
  add constraint ari_month_sound check (
    is_sound_month(month, units_left, price_cents, out_of_order));
