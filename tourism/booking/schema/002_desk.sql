-- The house's desk: a stay that has begun, one that has ended, one whose guest did not come; and
-- the words that a booking is found by.

alter table booking drop constraint booking_state_check;
alter table booking add constraint booking_state_check check (state in
  ('held', 'paying', 'confirmed', 'in_house', 'checked_out', 'no_show', 'cancelled', 'expired'));
alter table booking add constraint booking_guest_known check
  (state not in ('in_house', 'checked_out', 'no_show') or guest is not null);

-- Small letters without accents: compatibility forms are taken apart and the marks dropped; the
-- letters that no decomposition knows are written out. The same on every locale of a server.
create function fold_words(words text) returns text
language sql immutable strict parallel safe as $$
  select lower(translate(
    replace(replace(replace(replace(replace(
      regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g'),
      'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'),
    'øØłŁđĐ’', 'oolldd'''))
$$;

alter table booking add column words text not null generated always as (fold_words(
  reference || ' ' || coalesce(guest ->> 'first_name', '') || ' '
  || coalesce(guest ->> 'last_name', '') || ' ' || coalesce(guest ->> 'email', ''))) stored;
comment on column booking.words is 'Reference, name and e-mail, folded: what the desk searches.';
