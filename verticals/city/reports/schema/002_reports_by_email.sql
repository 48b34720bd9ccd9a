-- Whoever asks for what is held about them is given the reports that they sent under their address.
create index city_report_by_email on city_report (lower(email)) where email <> '';
create policy definer on city_report for select to hub_definer using (true);
grant select (tenant, email) on city_report to hub_definer;
