-- The count of the first call stays beside that of the second.
alter table proposal add column first_result jsonb;
grant update (first_result) on proposal to hub_app;
