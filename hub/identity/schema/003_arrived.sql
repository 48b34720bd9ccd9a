-- A person who arrives with an organisation from another hub brings no password: they choose one.
alter table person alter column password_hash set default '';
