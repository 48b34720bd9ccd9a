-- Whoever asks for what is held about them is given the stays that they wait for.
create index waiting_wish_by_guest on waiting_wish (lower(guest ->> 'email'));
grant select (guest) on waiting_wish to hub_definer;
