-- A person who opens their own screen while signed in may tie it to their account: then a copy of
-- everything that is held about them has it too. Contacts are found by their proven address.
alter table senior add column person int references person (id) on delete set null;
create index senior_by_person on senior (person) where person is not null;
create index senior_contact_by_email on senior_contact (lower(email));
create policy definer on senior for select to hub_definer using (true);
create policy definer on senior_contact for select to hub_definer using (true);
grant select (tenant, person) on senior to hub_definer;
grant select (tenant, email) on senior_contact to hub_definer;
