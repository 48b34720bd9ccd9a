-- What is written with every stay says the same with less: PostgreSQL reads the text of each check,
-- asks for each key of another table and adds to each index whenever a row is written.

-- What 002 says of it holds. Plain letters are most, and need none of it; and it is no function in
-- SQL any more, whose text would be read again with each booking that is written.
create or replace function fold_words(words text) returns text
language plpgsql immutable strict parallel safe as $$
begin
  if octet_length(words) = length(words) then
    return lower(words);
  end if;
  return lower(translate(
    replace(replace(replace(replace(replace(
      regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g'),
      'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'),
    'øØłŁđĐ’', 'oolldd'''));
end $$;

-- What must hold of a row, in functions: PostgreSQL reads the text of a check again with each
-- statement that writes, and these were long. The states are those of docs/booking-states.md; all
-- but three know who the guest is.
create function is_sound_booking(state text, has_guest boolean, revision int, version int,
                                 total_cents int, refund_cents int, kept_cents int)
returns boolean language plpgsql immutable parallel safe as $$
begin
  return state in ('requested', 'held', 'paying', 'confirmed', 'in_house', 'checked_out', 'no_show',
                   'cancelled', 'expired', 'released', 'paid_after_expiry', 'declined', 'lapsed')
     and (has_guest or state in ('held', 'expired', 'released'))
     and revision > 0 and version > 0
     and total_cents > 0 and refund_cents between 0 and total_cents and kept_cents >= 0;
end $$;
create function is_sound_reservation(state text, cancelled_at timestamptz, penalty_cents int,
                                     gross_cents int)
returns boolean language plpgsql immutable parallel safe as $$
begin
  return case state
    when 'live' then cancelled_at is null and penalty_cents = 0
    when 'cancelled' then cancelled_at is not null and penalty_cents between 0 and gross_cents
    else false end;
end $$;
alter table booking
  drop constraint booking_state_check,
  drop constraint booking_asker_known,
  drop constraint booking_guest_known,
  drop constraint booking_payer_known,
  drop constraint booking_check2,
  drop constraint booking_check1,
  drop constraint booking_kept_cents_check,
  drop constraint booking_revision_check,
  drop constraint booking_version_check,
  drop constraint booking_total_cents_check,
  add constraint booking_sound check (is_sound_booking(
    state, guest is not null, revision, version, total_cents, refund_cents, kept_cents));
alter table reservation
  drop constraint reservation_state_check,
  drop constraint reservation_cancelled_known,
  drop constraint reservation_penalty_of_cancelled,
  drop constraint reservation_check,
  add constraint reservation_sound check (is_sound_reservation(
    state, cancelled_at, penalty_cents, gross_cents));

-- A booking is made of its quote, whose own keys name the house and its organisation.
alter table booking
  drop constraint booking_tenant_fkey,
  drop constraint booking_property_tenant_fkey;

drop index reservation_by_tenant;  -- the beginning of reservation_by_type

-- functions.sql has `ending_holds` in its place.
set local role hub_definer;
drop function if exists overdue_holds(timestamptz, int);
reset role;
