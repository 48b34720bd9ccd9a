-- A list that waits for a yes is looked for over all walls, by when it was sent and nothing else.

create policy definer on school_upload for select to hub_definer using (true);
grant select (tenant, sent_at) on school_upload to hub_definer;
