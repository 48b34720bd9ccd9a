-- What must hold of a row, in one check a table, and the words of a booking by one function:
-- PostgreSQL reads the text of each check and of each generated column again with each statement
-- that writes. The checks refuse what those before them refused.

create function is_sound_booking(state text, has_guest boolean, revision int, version int,
                                 total_cents int, refund_cents int, kept_cents int, owed_cents int,
                                 arrival date, departure date)
returns boolean language plpgsql immutable parallel safe as $$
begin
  return state in ('requested', 'held', 'paying', 'confirmed', 'in_house', 'checked_out', 'no_show',
                   'cancelled', 'expired', 'released', 'paid_after_expiry', 'declined', 'lapsed')
     and (has_guest or state in ('held', 'expired', 'released'))
     and revision > 0 and version > 0 and departure > arrival and total_cents > 0
     and refund_cents between 0 and total_cents and kept_cents >= 0
     and owed_cents between 0 and total_cents;
end $$;
create function is_sound_reservation(number int2, adults int2, state text,
                                     cancelled_at timestamptz, penalty_cents int, gross_cents int)
returns boolean language plpgsql immutable parallel safe as $$
begin
  return number > 0 and adults > 0 and case state
    when 'live' then cancelled_at is null and penalty_cents = 0
    when 'cancelled' then cancelled_at is not null and penalty_cents between 0 and gross_cents
    else false end;
end $$;
create function booking_words(reference text, guest jsonb) returns text
language plpgsql immutable parallel safe as $$
begin
  if guest is null then
    return public.fold_words(reference || '   ');
  end if;
  return public.fold_words(
    reference || ' ' || coalesce(guest ->> 'first_name', '') || ' '
    || coalesce(guest ->> 'last_name', '') || ' ' || coalesce(guest ->> 'email', ''));
end $$;

alter table booking
  alter column words set expression as (booking_words(reference, guest)),
  drop constraint booking_check,
  drop constraint booking_check1,
  drop constraint booking_sound,
  add constraint booking_sound check (is_sound_booking(
    state, guest is not null, revision, version, total_cents, refund_cents, kept_cents, owed_cents,
    arrival, departure));
alter table reservation
  drop constraint reservation_number_check,
  drop constraint reservation_adults_check,
  drop constraint reservation_sound,
  add constraint reservation_sound check (is_sound_reservation(
    number, adults, state, cancelled_at, penalty_cents, gross_cents));
drop function is_sound_booking(text, boolean, int, int, int, int, int);
drop function is_sound_reservation(text, timestamptz, int, int);
