-- Whoever asks for what is held about them is given what they offered as a volunteer.
create index outing_volunteer_by_email on outing_volunteer (lower(email));
create policy definer on outing_volunteer for select to hub_definer using (true);
grant select (tenant, email) on outing_volunteer to hub_definer;
